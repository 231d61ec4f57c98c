"""All addresses. Danish at the root, English below /en/, with paths in the language of the page."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe

from guides.sitemaps import SITEMAPS

from . import views

handler400 = "digitalchikane.views.bad_request"
handler403 = "digitalchikane.views.permission_denied"
handler404 = "digitalchikane.views.page_not_found"
handler429 = "digitalchikane.accounts.views.too_many_requests"
handler500 = "digitalchikane.views.server_error"


urlpatterns = [
    path("admin/", admin.site.urls),
    path("konto/", include("digitalchikane.accounts.urls")),
    path("billeder/<str:file>", views.picture, name="picture"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    *i18n_patterns(
        path("", include("digitalchikane.publishing.reviews.urls")),
        path("", include("conversations.urls")),
        path("", include("guides.urls")),
        prefix_default_language=False,
    ),
]
