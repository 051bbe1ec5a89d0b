"""What each format has room for when a graph is exported: tests hold the formats to it, docs/exchange.md prints it."""

from __future__ import annotations

from enum import StrEnum

from isogloss.kg.storage.store import Store


class Field(StrEnum):
    """Something that a graph knows."""

    LANGUAGES = "more than two languages"
    RELATIONS = "relations besides translation"
    WEIGHT = "weight"
    PLACE = "order of the translations of a word"
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
_TABLE = _EDGES | {Field.PLACE, Field.TERMS, Field.PART_OF_SPEECH, Field.SENSE, Field.EVIDENCE, Field.CONCEPT}
_LINKED = _TABLE | {Field.RUN, Field.DEFINITION}

_TERMS = frozenset(
    {*(Field.LANGUAGES, Field.SOURCE, Field.PART_OF_SPEECH, Field.SENSE), *(Field.CONCEPT, Field.DEFINITION)}
)

CARRIED: dict[str, frozenset[Field]] = {
    "gexf": _EDGES | {Field.PART_OF_SPEECH, Field.SENSE},
    "graphml": _EDGES | {Field.PART_OF_SPEECH, Field.SENSE},
    "jsonl": frozenset(Field),
    "muse": frozenset(),
    "ntriples": _LINKED,
    "stardict": frozenset(),
    "tbx": _TERMS,
    "tbx3": _TERMS,
    "tmx": _TABLE - {Field.RELATIONS},
    "tsv": _TABLE,
    "turtle": _LINKED,
    "wn-lmf": frozenset(
        {
            *(Field.LANGUAGES, Field.SOURCE, Field.LICENCE, Field.PART_OF_SPEECH),
            *(Field.CONCEPT, Field.DEFINITION, Field.BELONGING),
        }
    ),
}

_ORDERED = "muse", "stardict"  # have the order that is left once weights have gone first

_THERE = {  # queries that find something where a graph has the field
    Field.RELATIONS: "SELECT 1 FROM coverage c JOIN relation r ON r.id = c.relation "
    "WHERE r.code NOT IN ('translation', 'same_concept') LIMIT 1",
    Field.PLACE: "SELECT 1 FROM edge WHERE abs(rank) > 1 LIMIT 1",
    Field.PART_OF_SPEECH: "SELECT 1 FROM entry WHERE pos <> '' LIMIT 1",
    Field.SENSE: "SELECT 1 FROM source WHERE has_evidence LIMIT 1",
    Field.EVIDENCE: "SELECT 1 FROM source WHERE has_evidence LIMIT 1",
    Field.RUN: "SELECT 1 FROM run LIMIT 1",
    Field.CONCEPT: "SELECT 1 FROM concept_member LIMIT 1",
    Field.DEFINITION: "SELECT 1 FROM concept WHERE definition <> '' LIMIT 1",
    Field.RANK: "SELECT 1 FROM entry WHERE freq_rank IS NOT NULL LIMIT 1",
}


def without_room(store: Store, form: str) -> list[Field]:
    """What a graph has, or may have, and a format has no room for; whose it is stands beside every export."""
    carried = CARRIED[form] | ({Field.PLACE} if form in _ORDERED else set())
    missing = (field for field in Field if field not in carried)
    return [
        field
        for field in missing
        if field is Field.WEIGHT or (field in _THERE and store.value(_THERE[field]) is not None)
    ]
