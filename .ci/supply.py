"""What the site is made of, from the lock files: licences, a bill of materials, known vulnerabilities.

python .ci/supply.py licences    renew the tables of docs/licenser.md
python .ci/supply.py sbom FILE   write a bill of materials (CycloneDX, JSON); the same locks give the same bytes
python .ci/supply.py audit       ask OSV what is known about every locked version. Ends with 0 when all were looked up
                                 and nothing is known, 1 when something is, 3 when it could not be asked
"""

import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import httpx

ROOT = Path(__file__).resolve().parent.parent
# What runs in production: always, and with PostgreSQL and Redis. The last one holds these and what the tests need.
PRODUCTION = ["requirements.txt", "requirements-services.txt"]
TESTS = "requirements-dev.txt"
LICENCES = ROOT / "docs" / "licenser.md"
DATABASE = "https://api.osv.dev/v1/"

# For packages that do not say it in the names of SPDX, or are for other systems than this: read in their licence files.
READ = {
    "async-timeout": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "django-csp": "BSD-3-Clause",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "font-source-sans-pro": "OFL-1.1",
    "font-source-serif-pro": "OFL-1.1",
    "qrcode": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
}
ALLOWED = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "MIT-CMU", "OFL-1.1", "PSF-2.0"}
# Copyleft that reaches no further than the package or the file. All of them are used unchanged.
ALLOWED_HERE = {
    "certifi": {"MPL-2.0"},
    "fido2": {"MPL-2.0"},
    "psycopg": {"LGPL-3.0-only"},
    "psycopg-binary": {"LGPL-3.0-only"},
    "psycopg-pool": {"LGPL-3.0-only"},
}


class Package(NamedTuple):
    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def locked(lock: str) -> list[Package]:
    found = []
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip()):
        name, version = re.match(r"([a-z0-9-]+)==([\w.]+)", block).groups()
        found.append(Package(name, version, tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))))
    return found


def about(package: Package) -> metadata.PackageMetadata | None:
    """What the package says of itself, where it is installed: some are for other systems or older Pythons."""
    try:
        found = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return None
    if found["Version"] != package.version:
        raise SystemExit(f"{package.name} {package.version} is locked, but {found['Version']} is installed.")
    return found


# Licences


def licence(package: Package) -> str:
    said = about(package) or {}
    return READ.get(package.name) or said.get("License-Expression") or said.get("License") or "?"


def is_allowed(name: str, expression: str) -> bool:
    """Whether one of the choices that a licence leaves asks for nothing but what is allowed."""
    allowed = ALLOWED | ALLOWED_HERE.get(name, set())
    return any(set(choice.split(" AND ")) <= allowed for choice in expression.split(" OR "))


def licences() -> str:
    """The document with its tables renewed. What a package is for is written there by hand, and kept."""
    document = LICENCES.read_text()
    purposes = dict(re.findall(r"^\| ([a-z0-9-]+) \|.*\| (.+?) \|$", document, re.MULTILINE))
    for lock in PRODUCTION:
        rows = [
            f"| {each.name} | {each.version} | {licence(each)} | {purposes.get(each.name, '?')} |"
            for each in locked(lock)
        ]
        table = "\n".join(["| Pakke | Version | Licens | Til hvad |", "| --- | --- | --- | --- |", *rows])
        start, end = f"<!-- {lock} -->\n", "\n<!-- -->"
        before, rest = document.split(start)
        document = before + start + table + rest[rest.index(end) :]
    return document


# The bill of materials


def needs(package: Package, extras: set[str]) -> set[str]:
    """The names that a package asks for, on whatever system."""
    said = about(package)
    wanted = (said.get_all("Requires-Dist") or []) if said else []
    return {
        name_of(each)
        for each in wanted
        if "extra ==" not in each or extras & set(re.findall(r"extra == ['\"]([\w-]+)", each))
    }


def name_of(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def sbom() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    root = f"{project['name']}@{project['version']}"
    wanted = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    extras = {name_of(each): set(re.findall(r"[\w-]+", (re.findall(r"\[(.*)\]", each) or [""])[0])) for each in wanted}
    packages = {each.name: (each, lock) for lock in PRODUCTION for each in locked(lock)}

    def refs(names):
        return sorted(packages[name][0].purl for name in names if name in packages)

    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": each.purl,
                "name": each.name,
                "version": each.version,
                "scope": "required" if lock == PRODUCTION[0] else "optional",
                # One for each file that may be installed: a package has other files on another system.
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in each.hashes],
                "licenses": [
                    {"expression": licence(each)} if " " in licence(each) else {"license": {"id": licence(each)}}
                ],
                "purl": each.purl,
            }
            for each, lock in packages.values()
        ],
        "dependencies": [
            {"ref": root, "dependsOn": refs(extras)},
            *(
                {"ref": each.purl, "dependsOn": refs(needs(each, extras.get(each.name, set())))}
                for each, _lock in packages.values()
            ),
        ],
    }
    # No date, and a number that follows from the content.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(told, sort_keys=True))
    return json.dumps({"serialNumber": f"urn:uuid:{number}"} | told, indent=2, ensure_ascii=False) + "\n"


# Known vulnerabilities

# A database that knows nothing of this one was not asked, whatever answered.
NOTORIOUS = Package("django", "1.2", ())


def known(database: httpx.Client, packages: list[Package]) -> dict[Package, list[str]]:
    found = {each: [] for each in packages}
    asked = [(each, {"package": {"purl": each.purl}}) for each in packages]
    while asked:
        answer = database.post("querybatch", json={"queries": [query for _each, query in asked]})
        more = []
        for (each, query), result in zip(asked, answer.raise_for_status().json()["results"], strict=True):
            found[each] += [fault["id"] for fault in result.get("vulns", [])]
            if token := result.get("next_page_token"):
                more.append((each, query | {"page_token": token}))
        asked = more
    return found


def told_of(database: httpx.Client, fault: str, package: Package) -> str:
    """One fault in one line. That there is one is known already; this only makes it easier to judge."""
    try:
        entry = database.get(f"vulns/{fault}").raise_for_status().json()
        versions = {
            event["fixed"]
            for affected in entry.get("affected", [])
            if affected.get("package", {}).get("name", "").lower() == package.name
            for span in affected.get("ranges", [])
            if span["type"] == "ECOSYSTEM"
            for event in span["events"]
            if "fixed" in event
        }
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        return fault
    names = " ".join([fault, *entry.get("aliases", [])])
    return f"{names}: {entry.get('summary', '?')} Mended in {', '.join(sorted(versions)) or 'no version yet'}."


def audit(database: httpx.Client | None = None) -> int:
    production = {each for lock in PRODUCTION for each in locked(lock)}
    packages = sorted(production | set(locked(TESTS)))
    try:
        with database or httpx.Client(base_url=DATABASE, timeout=20) as database:
            found = known(database, [*packages, NOTORIOUS])
            if not found.pop(NOTORIOUS):
                raise ValueError("it does not even know an old Django")
            lines = [
                f"{each.name} {each.version}{'' if each in production else ' (only in tests)'}: "
                + told_of(database, fault, each)
                for each, faults in found.items()
                for fault in faults
            ]
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as reason:
        print(f"NOT CHECKED. The database of known vulnerabilities ({DATABASE}) could not be asked: {reason}")
        return 3
    print(*lines, sep="\n", end="\n" if lines else "")
    print(f"{len(packages)} packages looked up; {len(lines) or 'no'} known vulnerabilities.")
    return 1 if lines else 0


def main(command: str = "", *files: str) -> int:
    if command == "licences":
        LICENCES.write_text(licences())
    elif command == "sbom" and len(files) == 1:
        Path(files[0]).write_text(sbom())
        print(files[0])
    elif command == "audit":
        return audit()
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
