"""What each format has room for when a graph is exported: tests hold the formats to it, docs/exchange.md prints it."""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """Something that a graph knows."""

    LANGUAGES = "more than two languages"
    RELATIONS = "relations besides translation"
    WEIGHT = "weight"
    SOURCE = "source"
    LICENCE = "licence"
    TERMS = "kind, quality, version and address of the source"
    PART_OF_SPEECH = "part of speech"
    SENSE = "sense"
    EVIDENCE = "other evidence"
    RUN = "run"
    CONCEPT = "concept"
    DEFINITION = "definition of a concept"
    BELONGING = "weight of a word in a concept"
    RANK = "frequency rank"


_EDGES = frozenset({Field.LANGUAGES, Field.RELATIONS, Field.WEIGHT, Field.SOURCE, Field.LICENCE})
_TABLE = _EDGES | {Field.TERMS, Field.PART_OF_SPEECH, Field.SENSE, Field.EVIDENCE, Field.CONCEPT}
_LINKED = _TABLE | {Field.RUN, Field.DEFINITION}

CARRIED: dict[str, frozenset[Field]] = {
    "gexf": _EDGES,
    "graphml": _EDGES,
    "jsonl": frozenset(Field),
    "muse": frozenset(),
    "ntriples": _LINKED,
    "stardict": frozenset(),
    "tbx": frozenset({Field.LANGUAGES, Field.SOURCE, Field.CONCEPT}),
    "tmx": frozenset({Field.LANGUAGES, Field.WEIGHT, Field.SOURCE, Field.LICENCE}),
    "tsv": _TABLE,
    "turtle": _LINKED,
    "wn-lmf": frozenset(
        {
            *(Field.LANGUAGES, Field.SOURCE, Field.LICENCE, Field.PART_OF_SPEECH),
            *(Field.CONCEPT, Field.DEFINITION, Field.BELONGING),
        }
    ),
}
