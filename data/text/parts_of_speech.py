"""One name for each part of speech, whatever a dictionary calls it: the tags of Universal Dependencies."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = {
    "ADJ": "adj adjective a s j adjn adjnoun ordinal adnominal",
    "ADP": "adp preposition prep pr p postposition postp circumposition adposition circumpos ambiposition",
    "ADV": "adv adverb r",
    "AUX": "aux auxiliary vaux vbser vbhaver cop copula",
    "CCONJ": "cconj conjunction conj c cnjcoo coordinatingconjunction",
    "DET": "det determiner article art predet quantifier",
    "INTJ": "intj int interj interjection ij exclamation",
    "NOUN": "noun n commonnoun substantive subst counter classifier",
    "NUM": "num numeral number cardinalnumeral",
    "PART": "part particle prt",
    "PRON": "pron pronoun prn personalpronoun",
    "PROPN": "propn pn name np propernoun",
    "PUNCT": "punct punctuation",
    "SCONJ": "sconj cnjsub subordinatingconjunction",
    "SYM": "sym symbol",
    "VERB": "verb v vi vt vti vblex vbmod phrv phrasalverb irrv participle ptcp gerund converb conv cvb adjverb",
    "X": "x other",
}
TAGS = tuple(_NAMES)
_TAG_OF = {name: tag for tag, names in _NAMES.items() for name in names.split()}


@lru_cache(maxsize=1024)
def part_of_speech(name: str) -> str:
    """The tag of a part of speech, by any of its usual names; empty where the name is not known."""
    if name == "S":  # Substantiv in German dictionaries; wordnets have a small s, of adjectives
        return "NOUN"
    return _TAG_OF.get(re.sub(r"[ _.]", "", name).casefold(), "")
