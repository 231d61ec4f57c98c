"""Load by wrk: the page mix of a day when a newspaper links to the site, over connections that stay open."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from statistics import median

# A path stands as often as it is asked for.
MIX = [
    *["/"] * 6,
    *["/akut/"] * 4,
    *["/start/"] * 2,
    "/faser/",
    *["/faser/psykisk-foerstehjaelp/"] * 2,
    "/faser/dokumenter/",
    *["/faser/stop-chikanen/"] * 2,
    "/faser/hjaelp-til-anmeldelse/",
    "/faser/debriefing/",
    "/situationer/",
    "/situationer/trusler/",
    "/situationer/stalking/",
    "/samtalekort/",
    "/samtalekort/foerste-samtale/",
    "/anmeld/",
    "/hjaelp/",
    "/vaerktoejer/frister/",
    "/til-dig-der-er-ramt/",
    "/en/",
]

SCRIPT = """
local paths = {%s}
local turn = 0
wrk.headers["Host"] = "localhost"
wrk.headers["Accept-Encoding"] = "gzip"
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
done = function(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format("RESULT %%f %%f %%f %%d",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, wrong))
end
"""


@dataclass
class Measured:
    """Requests a second; milliseconds at the middle and at the slowest hundredth; answers that were none."""

    rate: float
    p50: float
    p99: float
    wrong: int

    @classmethod
    def middle(cls, runs: list["Measured"]) -> "Measured":
        return cls(
            median(run.rate for run in runs),
            median(run.p50 for run in runs),
            median(run.p99 for run in runs),
            sum(run.wrong for run in runs),
        )


def load(origin: str, connections: int, seconds: int, paths=MIX) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", script.name, origin]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p50, p99, wrong = re.search(r"RESULT (\S+) (\S+) (\S+) (\S+)", said).groups()
    return Measured(float(rate), float(p50), float(p99), int(wrong))


def alternately(origins: dict[str, str], connections: int, seconds: int, rounds: int) -> dict[str, list[Measured]]:
    """All of them in turn, there and back, several times over: a busy moment of the machine meets each alike."""
    for origin in origins.values():
        load(origin, connections, 1)
    found = {name: [] for name in origins}
    for turn in range(rounds):
        for name in list(origins)[:: -1 if turn % 2 else 1]:
            found[name].append(load(origins[name], connections, seconds))
    return found


def ratio(runs: list[Measured], others: list[Measured]) -> float:
    """How many times as much as the others. Each run is held against its neighbour in time: a machine that is twice as
    slow a minute later is so for both."""
    return median(run.rate / other.rate for run, other in zip(runs, others, strict=True))
