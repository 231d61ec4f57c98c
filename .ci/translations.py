"""Interface texts: collect them from code and templates, and compile them. No gettext tools needed.

python .ci/translations.py           bring digitalchikane/locale up to date and compile it
python .ci/translations.py --check   say what is missing, out of date or not compiled; change nothing
"""

import argparse
import ast
import io
import os
import sys
from pathlib import Path

import django
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.template import Engine
from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import to_locale

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "digitalchikane" / "locale"
APPS = ["digitalchikane", "guides", "conversations"]
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
# Texts of Django and of packages that they leave in English, or that we say differently.
OVERRIDDEN = ROOT / ".ci" / "overridden.txt"


def from_code(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in FUNCTIONS and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
            elif name in ("ngettext", "ngettext_lazy"):
                yield node.args[0].value, node.args[1].value


def from_template(path: Path):
    template = Template(path.read_text(encoding="utf-8"), engine=Engine.get_default())
    for node in nodes(template.nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            singular = node.render_token_list(node.singular)[0]
            if node.trimmed:
                singular = trimmed(singular)
            if node.plural:
                plural = node.render_token_list(node.plural)[0]
                yield singular, trimmed(plural) if node.trimmed else plural
            else:
                yield singular


def trimmed(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def nodes(nodelist):
    for node in nodelist:
        yield node
        for name in (*getattr(node, "child_nodelists", ()), "nodelist"):
            yield from nodes(getattr(node, name, None) or [])
        for _condition, branch in getattr(node, "conditions_nodelists", []):
            yield from nodes(branch)


def wanted() -> dict[str, set]:
    """Message ids by catalogue: the server's, and the few that scripts of the desk ask for."""
    server = set(OVERRIDDEN.read_text(encoding="utf-8").split("\n"))
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            server.update(from_code(path))
    for path in (ROOT / "templates").rglob("*.[ht]*"):
        server.update(from_template(path))
    scripts = set((ROOT / ".ci" / "overridden-scripts.txt").read_text(encoding="utf-8").split("\n"))
    return {"django": server - {""}, "djangojs": scripts - {""}}


def singular(message):
    return message[0] if isinstance(message, tuple) else message


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def bring_up_to_date(language: str, catalogues: dict[str, set], check: bool):
    """Says what is the matter with one language."""
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    for name, messages in catalogues.items():
        source = folder / f"{name}.po"
        catalog = read(source, language)
        ids = {singular(message) for message in messages}
        if not check:
            for message in sorted(messages, key=singular):
                if message not in catalog:
                    catalog.add(message)
            for stale in [entry.id for entry in catalog if entry.id and singular(entry.id) not in ids]:
                catalog.delete(stale)
            with source.open("wb") as file:
                pofile.write_po(file, catalog, sort_output=True, width=110, no_location=True)
            (folder / f"{name}.mo").write_bytes(compiled(catalog))
        where = f"{language}/{name}.po"
        for entry in catalog:
            strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            # Only Danish has to be whole: what another language lacks is shown in Danish.
            if language == "da" and entry.id and (entry.fuzzy or not all(strings)):
                yield f"{where}: not translated: {singular(entry.id)!r}"
            if entry.id and singular(entry.id) not in ids:
                yield f"{where}: not used any more: {singular(entry.id)!r}"
        known = {singular(entry.id) for entry in catalog if entry.id}
        yield from (f"{where}: missing: {message!r}" for message in sorted(ids - known))
        if not (folder / f"{name}.mo").exists() or (folder / f"{name}.mo").read_bytes() != compiled(catalog):
            yield f"{language}/{name}.mo is not compiled from {name}.po."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "digitalchikane.settings", "DJANGO_DEBUG": "1"}
    django.setup()
    catalogues = wanted()
    # English is in the code; every other language of the settings has a folder.
    languages = [to_locale(code) for code, _name in settings.LANGUAGES if code != "en"]
    problems = [problem for language in languages for problem in bring_up_to_date(language, catalogues, check)]
    for problem in problems:
        print(problem)
    if problems:
        print("Mend digitalchikane/locale, then run: python .ci/translations.py")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
