"""Links within the site name a page, card, letter or route by its key (`side:dokumenter#skaermbilleder`), never by its
address, so that they go on working when an address changes."""

from collections.abc import Callable, Iterable

from django.apps import apps

SCHEMES = {"side": "guides.Page", "kort": "conversations.Card", "brev": "conversations.Letter", "vej": "guides.Route"}


def split(reference: str) -> tuple[str, str, str] | None:
    """Scheme, key and fragment of a reference; None for an ordinary address."""
    scheme, colon, rest = reference.partition(":")
    if not colon or scheme not in SCHEMES:
        return None
    key, _hash, fragment = rest.partition("#")
    return scheme, key, fragment


def target(reference: str):
    """The page, card, letter or route that a reference names, where readers can reach it."""
    parts = split(reference)
    if not parts:
        return None
    scheme, key, _fragment = parts
    objects = apps.get_model(SCHEMES[scheme])._default_manager.filter(key=key)
    if hasattr(objects, "live"):
        objects = objects.live()
    return objects.first()


def address(reference: str, find: Callable = target) -> str | None:
    """The address that a reference stands for; None where its target cannot be reached. Ordinary addresses pass."""
    parts = split(reference)
    if not parts:
        return reference
    found = find(reference)
    if found is None:
        return None
    fragment = parts[2]
    return found.get_absolute_url() + (f"#{fragment}" if fragment else "")


def to(thing) -> str:
    """The reference that names a page, card, letter or route, or an edition of one."""
    document = getattr(thing, "document", thing)
    return named(type(document), document.key)


def named(model, key: str) -> str:
    """The reference to the page, card, letter or route with this key."""
    scheme = next(scheme for scheme, label in SCHEMES.items() if label == model._meta.label)
    return f"{scheme}:{key}"


def unknown(links: Iterable[str]) -> set[str]:
    """The references among these links that name nothing at all, published or not."""
    found = set()
    keys: dict[str, dict[str, list[str]]] = {}
    for link in links:
        if parts := split(link):
            keys.setdefault(parts[0], {}).setdefault(parts[1], []).append(link)
    for scheme, named in keys.items():
        there = apps.get_model(SCHEMES[scheme])._default_manager.filter(key__in=named).values_list("key", flat=True)
        found |= {link for key in named.keys() - set(there) for link in named[key]}
    return found
