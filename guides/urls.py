from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "guides"

# The paths themselves are translated: English here, Danish in locale/da.
urlpatterns = [
    path("", views.home, name="home"),
    path(_("start/"), views.start, name="start"),
    path(_("urgent/"), views.urgent, name="urgent"),
    path(_("phases/"), views.phases, name="phases"),
    path(_("phases/<slug:slug>/"), views.phase, name="phase"),
    path(_("situations/"), views.situations, name="situations"),
    path(_("situations/<slug:slug>/"), views.situation, name="situation"),
    path(_("report/"), views.report, name="report"),
    path(_("report/<slug:slug>/"), views.route, name="route"),
    path(_("help/"), views.help_lines, name="help"),
    path(_("knowledge/glossary/"), views.glossary, name="glossary"),
    path(_("sources/"), views.sources, name="sources"),
    path(_("news/"), views.news, name="news"),
    path(_("news/feed.atom"), views.news_feed, name="news_feed"),
    path(_("search/"), views.search, name="search"),
    path(_("search/suggestions.json"), views.suggestions, name="suggestions_file"),
    path(_("tools/"), views.tools, name="tools"),
    path(_("tools/checklist/"), views.checklist, name="checklist"),
    path(_("tools/incident-log/"), views.log, name="log"),
    path(_("tools/internal-register/"), views.register, name="register"),
    path(_("tools/file/<slug:form>.<slug:extension>"), views.record_file, name="record_file"),
    path(_("tools/wall-sheet/"), views.wall_sheet, name="wall_sheet"),
    path(_("tools/for-your-intranet/"), views.intranet, name="intranet"),
    path(_("box/"), views.intranet_box, name="intranet_box"),
    # Short enough to stand on paper: the phase with this number, whatever its own address becomes.
    path("<int:number>/", views.phase_by_number, name="phase_by_number"),
    path(_("tools/deadlines/"), views.deadlines, name="deadlines"),
    path(_("whole-guide/"), views.whole_guide, name="whole"),
    path(_("whole-guide/file/"), views.whole_file, name="whole_file"),
    path(_("whole-guide/pdf/"), views.whole_pdf, name="whole_pdf"),
    path(_("share/<slug:scheme>/<slug:key>.<slug:version>.png"), views.share_picture, name="share"),
    # Last: any other page by its own address.
    path("<slug:slug>/", views.page, name="page"),
    path("<slug:parent>/<slug:slug>/", views.page, name="subpage"),
]
