"""What the site is made of: locked with hashes, under licences somebody looked at, listed as it is, asked about."""

import importlib.util
import json
import os
import re
import subprocess
import sys

import httpx
import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))

spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci" / "supply.py")
supply = importlib.util.module_from_spec(spec)
spec.loader.exec_module(supply)


def production():
    return [each for lock in supply.PRODUCTION for each in supply.locked(lock)]


# The locks


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_hashes_from_no_place(lock):
    content = (ROOT / lock).read_text()

    packages = supply.locked(lock)
    # Nothing but packages, their conditions and their hashes: no options, no addresses.
    line = r"([a-z0-9-]+==[\w.]+( ; [\w.' !<>=]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)"
    assert [each for each in content.splitlines() if not re.fullmatch(line, each)] == []
    assert len(packages) == len(re.findall(r"^\S", content, re.MULTILINE))
    assert [each.name for each in packages if not each.hashes] == []


def test_what_runs_is_what_is_tested_and_what_is_asked_about():
    assert {*supply.PRODUCTION, supply.TESTS} == set(LOCKS)
    tested = {each.name: each for each in supply.locked(supply.TESTS)}
    assert all(tested[each.name] == each for each in production())


# Licences


def test_the_list_of_licences_is_what_is_locked():
    document = supply.LICENCES.read_text()

    assert document == supply.licences(), "Run: make licences"
    rows = re.findall(r"^\| ([a-z][a-z0-9-]*) \| (\S+) \| .+ \| (.+) \|$", document, re.MULTILINE)
    assert sorted((name, version) for name, version, _purpose in rows) == sorted(each[:2] for each in production())
    assert [name for name, _version, purpose in rows if len(purpose) < 5] == []


def test_every_licence_is_one_that_somebody_allowed():
    licences = {each.name: supply.licence(each) for each in production()}

    assert {name: each for name, each in licences.items() if not supply.is_allowed(name, each)} == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MIT AND Apache-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0", False),
        ("MIT License", False),
        ("?", False),
    ],
)
def test_a_licence_is_allowed_when_one_of_its_choices_is(licence, allowed):
    assert supply.is_allowed("some-package", licence) is allowed


def test_what_is_allowed_for_one_package_is_allowed_for_no_other():
    assert supply.is_allowed("certifi", "MPL-2.0")
    assert not supply.is_allowed("psycopg", "MPL-2.0")


def test_fonts_and_pictures_that_the_site_carries_are_listed():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    carried = [each for each in files if re.search(r"\.(woff2?|ttf|otf|svg|png|jpe?g|webp|avif|gif|ico)$", each)]
    named = re.findall(r"`([\w./-]+)`", supply.LICENCES.read_text())

    assert len(carried) > 10
    assert [each for each in carried if each not in named and f"{each.rpartition('/')[0]}/" not in named] == []


# The bill of materials


def test_the_bill_of_materials_is_what_is_locked():
    told = json.loads(supply.sbom())

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["serialNumber"])
    listed = {
        (each["name"], each["version"], tuple(one["content"] for one in each["hashes"]), each["scope"])
        for each in told["components"]
    }
    required = set(supply.locked(supply.PRODUCTION[0]))
    assert listed == {(*each, "required" if each in required else "optional") for each in production()}


def test_the_bill_of_materials_tells_who_brings_what_and_nothing_lies_there_unused():
    told = json.loads(supply.sbom())
    needs = {each["ref"]: each["dependsOn"] for each in told["dependencies"]}
    refs = {each["bom-ref"] for each in told["components"]}

    root = told["metadata"]["component"]["bom-ref"]
    assert len(told["components"]) == len(refs) == len(needs) - 1
    reached, waiting = set(), [root]
    while waiting:
        for ref in needs[waiting.pop()]:
            if ref not in reached:
                reached.add(ref)
                waiting.append(ref)
    assert reached == refs


def test_the_same_locks_give_the_same_bytes(tmp_path):
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, ROOT / ".ci" / "supply.py", "sbom", tmp_path / seed],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() == supply.sbom().encode()


# Known vulnerabilities


def client(answer):
    return httpx.Client(base_url="https://osv.example/", transport=httpx.MockTransport(answer))


def knowing_nothing(request):
    return httpx.Response(200, json={"results": [{} for _each in json.loads(request.content)["queries"]]})


def refusing(request):
    raise httpx.ConnectError("no way there")


def osv(faults: dict[str, list[str]], *, short=0, pages=False):
    """A database that knows these faults of these packages, and of an old Django."""
    faults = faults | {"django@1.2": ["OLD-1"]}

    def answer(request):
        if request.method == "GET":
            fixed = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}
            affected = [{"package": {"name": "Pillow", "ecosystem": "PyPI"}, "ranges": [fixed]}]
            return httpx.Response(
                200, json={"aliases": ["CVE-2026-1"], "summary": "Reads too far.", "affected": affected}
            )
        results = []
        for query in json.loads(request.content)["queries"]:
            found = [{"id": each} for each in faults.get(query["package"]["purl"].removeprefix("pkg:pypi/"), [])]
            # A first page may be empty.
            later = pages and found and "page_token" not in query
            results.append({"next_page_token": "2"} if later else {"vulns": found} if found else {})
        return httpx.Response(200, json={"results": results[: len(results) - short]})

    return client(answer)


def version(name):
    return next(each.version for each in supply.locked(supply.TESTS) if each.name == name)


def test_an_audit_without_findings_tells_how_many_were_looked_up(capsys):
    assert supply.audit(osv({})) == 0

    assert (
        capsys.readouterr().out == f"{len(supply.locked(supply.TESTS))} packages looked up; no known vulnerabilities.\n"
    )


@pytest.mark.parametrize("pages", [False, True])
def test_an_audit_tells_what_is_known_and_where_it_is_mended(capsys, pages):
    faults = {f"pillow@{version('pillow')}": ["GHSA-x"], f"pytest@{version('pytest')}": ["GHSA-y"]}

    assert supply.audit(osv(faults, pages=pages)) == 1

    out = capsys.readouterr().out
    assert f"pillow {version('pillow')}: GHSA-x CVE-2026-1: Reads too far. Mended in 99.1." in out
    assert f"pytest {version('pytest')} (only in tests): GHSA-y" in out
    assert "2 known vulnerabilities" in out


@pytest.mark.parametrize(
    "database",
    [
        pytest.param(osv({}, short=1), id="not all were answered"),
        pytest.param(client(knowing_nothing), id="knows nothing"),
        pytest.param(client(refusing), id="unreachable"),
        pytest.param(client(lambda request: httpx.Response(503)), id="out of order"),
        pytest.param(client(lambda request: httpx.Response(200, text="<h1>Log in</h1>")), id="somebody else"),
        pytest.param(client(lambda request: httpx.Response(200, json=[])), id="another answer"),
    ],
)
def test_an_audit_that_could_not_ask_says_so_and_is_no_success(capsys, database):
    assert supply.audit(database) == 3

    out = capsys.readouterr().out
    assert out.startswith("NOT CHECKED.")
    assert "no known" not in out
