"""The modules of snowballstemmer, one for each language, as if they stood here: `stemmers.danish_stemmer`.

Imported by its own name it loads those of all languages, three megabytes in every worker that has searched once.
"""

from importlib.util import find_spec

__path__ = find_spec("snowballstemmer").submodule_search_locations
