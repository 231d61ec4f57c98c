from collections import Counter, defaultdict
from itertools import islice, zip_longest
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from guides.linkcheck import check
from guides.linkplaces import every_place
from guides.models import Link
from guides.models.links import Fault, LinkState

# Stored after so many, so that a run that is stopped was not for nothing.
BATCH = 40


class Command(BaseCommand):
    help = "Try every address outside the site that texts, sources and routes lead to. Run it every night."

    def add_arguments(self, parser):
        parser.add_argument("--failing", action="store_true", help="Only what did not work when it was last tried.")

    def handle(self, *args, failing, **options):
        links = known_links()
        if failing:
            links = [link for link in links if link.state in (LinkState.FAILING, LinkState.DEAD)]
        waiting = iter(by_turns(links))
        while batch := list(islice(waiting, BATCH)):
            results = check(link.url for link in batch)
            if nobody_answers(results):
                raise CommandError("No site answers at all, so the fault is on this side. Nothing was stored.")
            for link in batch:
                link.record(results[link.url], timezone.now())
        counts = Counter(link.state for link in links)
        told = [f"{counts[state]} {state}" for state in LinkState if counts[state]]
        self.stdout.write(f"Links tried: {len(links)}. {', '.join(told)}" if links else "Links: nothing to try.")
        for link in links:
            if link.state in (LinkState.FAILING, LinkState.DEAD):
                self.stdout.write(f"{link.state}: {link.url} ({link.fault}{f' {link.status}' if link.status else ''})")


def nobody_answers(results) -> bool:
    """Whether not one of several sites was reached: then it is this machine that is off the net."""
    sites = {urlsplit(url).netloc for url in results}
    unreached = {Fault.NAME, Fault.CONNECTION, Fault.TIMEOUT}
    return len(sites) > 2 and all(result.fault in unreached for result in results.values())


def known_links() -> list[Link]:
    """A row for every address that is in use, and for no other."""
    used = set(every_place())
    links = list(Link.objects.all())
    for link in links:
        if link.url not in used:
            link.delete()
    known = {link.url: link for link in links if link.url in used}
    new = [Link.objects.create(url=url) for url in sorted(used - known.keys())]
    return [*known.values(), *new]


def by_turns(links: list[Link]) -> list[Link]:
    """One link of each site, then the next of each: no site is asked for much at once."""
    sites = defaultdict(list)
    for link in links:
        sites[urlsplit(link.url).netloc].append(link)
    return [link for turn in zip_longest(*sites.values()) for link in turn if link]
