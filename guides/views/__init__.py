from .deadlines import deadlines
from .facts import sources
from .glossary import glossary
from .intranet import intranet, intranet_box
from .news import news, news_feed
from .pages import home, page, phase, phase_by_number, phases, situation, situations, urgent
from .records import log, record_file, register
from .routes import help_lines, report, route
from .search import search, suggestions
from .sharing import share_picture
from .start import start
from .tools import checklist, tools, wall_sheet
from .whole import whole_file, whole_guide, whole_pdf

__all__ = [
    "checklist",
    "deadlines",
    "glossary",
    "help_lines",
    "home",
    "intranet",
    "intranet_box",
    "log",
    "news",
    "news_feed",
    "page",
    "phase",
    "phase_by_number",
    "phases",
    "record_file",
    "register",
    "report",
    "route",
    "search",
    "share_picture",
    "situation",
    "situations",
    "sources",
    "start",
    "suggestions",
    "tools",
    "wall_sheet",
    "urgent",
    "whole_file",
    "whole_guide",
    "whole_pdf",
]
