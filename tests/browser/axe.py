"""Pages held against axe. What follows from the markup is asked of everything on a page; what follows from colours and
sizes, which takes axe by far the longest, once of all that looks alike."""

import json
from collections import defaultdict

import pytest
from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Rules whose answer depends on colours or on the size of the screen.
AS_IT_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
# Text stands out as on the site: 7:1, which the ordinary rule is part of.
AS_THE_DESK_LOOKS = ["color-contrast-enhanced", *AS_IT_LOOKS[1:]]
# Without preloading, which asks for the style sheets once more, at wrong addresses, for a rule that is not ours.
ALWAYS = {"resultTypes": ["violations"], "preload": False}

# axe sets styles of its own, which the policy of the site refuses.
with_axe = pytest.mark.browser_context_args(bypass_csp=True)

# Colours glide from light to dark; what is taken away on the way does not come to its end.
SETTLED = "Promise.allSettled(document.getAnimations().map(each => each.finished))"

# What can be seen on a page, each with a number for how it looks: style sheets know an element by its name, classes and
# attributes and by those of what it stands in. Tables have stripes, and what has no text has no colour of text.
LOOKS = """() => {
  const number = (words, seed) => {
    let [high, low] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed]
    for (let place = 0; place < words.length; place++) {
      high = Math.imul(high ^ words.charCodeAt(place), 2654435761)
      low = Math.imul(low ^ words.charCodeAt(place), 1597334677)
    }
    return 4294967296 * (2097151 & high) + (low >>> 0)
  }
  const attribute = ({name, value}) => ["lang", "role", "type"].includes(name) ? `${name}=${value}` : name
  const stripe = element => element.localName === "tr" ? element.rowIndex % 2 : ""
  const hasText = element =>
    element.value || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
  const ways = new Map()
  const way = element => {
    if (!ways.has(element)) ways.set(element, number(
      `${element.localName}.${element.getAttribute("class")}.${stripe(element)}`
        + [...element.attributes].map(attribute).sort(),
      element.parentElement ? way(element.parentElement) : 0,
    ))
    return ways.get(element)
  }
  return [...document.querySelectorAll("*")]
    .filter(element => element.checkVisibility({visibilityProperty: true}))
    .map(element => [element, number(hasText(element) ? "text" : "", way(element))])
}"""
LOOKS_OF = f"() => [...new Set(({LOOKS})().map(([_element, look]) => look))]"
# The first element of each of these looks, with all that it stands in; the rest is left out.
WHERE = f"""looks => {{
  const wanted = new Set(looks), shown = new Set()
  for (const [element, look] of ({LOOKS})())
    if (wanted.delete(look)) for (let each = element; each; each = each.parentElement) shown.add(each)
  return {{include: [document.documentElement], exclude: [...shown].flatMap(each => [...each.children])
    .filter(each => !shown.has(each))}}
}}"""
FOUND = """found => found.violations.flatMap(violation => violation.nodes.map(node =>
  [violation.id, node.target.join(" "), node.html.slice(0, 120), node.failureSummary.replace(/\\s+/g, " ")]))"""
EVERYWHERE = f"options => axe.run(document, options).then({FOUND})"
THERE = f"([looks, options]) => axe.run(({WHERE})(looks), options).then({FOUND})"


def violations(page) -> set[tuple]:
    """What axe finds wrong on a page: the rule, where, and why."""
    _bring(page)
    return _tuples(page.evaluate(EVERYWHERE, ALWAYS | {"runOnly": TAGS}))


class Eye:
    """Looks at many pages, and knows what it has seen: in which colours and on which screen."""

    def __init__(self, as_it_looks=AS_IT_LOOKS):
        self.as_it_looks = as_it_looks
        self.seen = defaultdict(set)

    def markup(self, page) -> set[tuple]:
        """What is wrong with all that is on a page, whatever it looks like."""
        _bring(page)
        off = {rule: {"enabled": False} for rule in AS_IT_LOOKS}
        return _tuples(page.evaluate(EVERYWHERE, ALWAYS | {"runOnly": TAGS, "rules": off}))

    def looks(self, page, colours: str, size: dict) -> set[tuple]:
        """Show a page in these colours and in this size: what is wrong with all that was not seen in them before."""
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        page.evaluate(SETTLED)
        seen = self.seen[colours, json.dumps(size)]
        new = set(page.evaluate(LOOKS_OF)) - seen
        if not new:
            return set()
        seen |= new
        _bring(page)
        options = ALWAYS | {"runOnly": {"type": "rule", "values": self.as_it_looks}}
        return _tuples(page.evaluate(THERE, [sorted(new), options]))


def _bring(page):
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)


def _tuples(found) -> set[tuple]:
    return {tuple(each) for each in found}
