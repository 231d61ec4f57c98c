"""What a workplace can put on its intranet: links as HTML, and a box in a frame. Nothing in it tells us who reads."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

# As high as the box is at this width, with some room for larger type.
BOX_WIDTH, BOX_HEIGHT = 320, 520


@dataclass(frozen=True)
class Piece:
    """Something to copy, and why one would choose it."""

    anchor: str
    title: str
    advice: str
    html: str


def pieces(context: dict) -> list[Piece]:
    """In the language in force, with whole addresses; `context` is that of the page on which they are shown."""
    request = context["request"]
    site = f"{request.scheme}://{request.get_host()}"
    # The style of this site means nothing on another.
    links = render_to_string("guides/_intranet_links.html", {"site": site}, request).replace(' class="phone"', "")
    frame = (
        f'<iframe src="{site}{reverse("guides:intranet_box")}" title="{gettext("Digital harassment at work")}" '
        f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" loading="lazy"></iframe>'
    )
    return [
        Piece(
            "links",
            gettext("Links to copy"),
            gettext("Plain HTML: no script, no pictures and nothing that counts visits."),
            "\n".join(line.rstrip() for line in links.splitlines() if line.strip()),
        ),
        Piece(
            "boks",
            gettext("A box that keeps itself up to date"),
            gettext("The box is fetched from us each time, so it is right when a number or a name changes."),
            frame,
        ),
    ]
