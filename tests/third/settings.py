"""The settings of the tests and one language more, for which there is no stemmer, no region and no translation file."""

from tests.settings import *  # noqa: F403
from tests.settings import LANGUAGES

LANGUAGES = [*LANGUAGES, ("uk", "Ukrainian")]
