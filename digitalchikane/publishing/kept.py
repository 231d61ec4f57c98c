"""What browsers keep of an editor's words until they are saved (static/js/kept.js): which copies are no longer needed.

A form names the copy that the browser keeps of it. Once the form is saved, every screen of the desk names that copy,
and the browser lets it go. So it does with the copies of a draft that the editor threw away.
"""

import re

SAVED = "saved_copies"
DISCARDED = "discarded_drafts"
NAME = re.compile(r"[\w-]{1,40}", re.ASCII)
MOST = 20


def note_saved(request):
    """What stood in this form is stored."""
    name = request.POST.get("copy", "")
    if NAME.fullmatch(name):
        request.session[SAVED] = [*saved(request), name][-MOST:]


def saved(request) -> list[str]:
    return request.session.get(SAVED, [])


def note_discarded(request, address: str):
    """The draft whose form had this address is thrown away, and what was typed into it."""
    request.session[DISCARDED] = [*discarded(request), address][-MOST:]


def discarded(request) -> list[str]:
    return request.session.get(DISCARDED, [])
