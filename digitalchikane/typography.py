"""What a line on a narrow screen must not tear apart: a paragraph and its number or letter, a number and its unit, a
day and its month, and the two halves of “e-mail”."""

import re

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# It begins with the space itself, so that it is quick where there is nothing to hold together.
SPACE_INSIDE = re.compile(
    r"""[ ](?:
    (?=\d)(?:
        (?<=§[ ]) | (?<=\b[Nn][ro]\.[ ]) | (?<=\b[Ss]tk\.[ ]) | (?<=\b[Kk]l\.[ ])
        | (?<=\bstykke[ ]) | (?<=ection[ ]) | (?<=ections[ ]) | (?<=\b[Aa]rtikel[ ]) | (?<=\b[Aa]rticle[ ])
    )
    | (?<=[\d½][ ])(?=(?:
        [a-hj-z] | % | kr\.? | procent | per | minut(?:ter|es?)? | time[rn]? | hours? | døgn | dage? | days? | uger?
        | weeks? | måned(?:er)? | months? | år | years?
        | January | February | March | April | May | June | July | August | September | October | November | December
    )(?!\w))
    | (?<=\d\.[ ])(?=[a-z])
    )""",
    re.VERBOSE,
)
E_MAIL = re.compile(r"\b([Ee]-)(?=mail)")
# Not seen and not heard, and passed over by those who look for the word on a page.
WORD_JOINER = "\N{WORD JOINER}"


def together(markup: str) -> str:
    """Escaped text that breaks only where a reader would. Nothing but characters is put in: an element would be a
    column of its own where words stand in a row of boxes."""
    if "-mail" in markup:
        markup = E_MAIL.sub(rf"\1{WORD_JOINER}", markup)
    return SPACE_INSIDE.sub(NO_BREAK_SPACE, markup)
