"""What a query has to know of the tables: their names, the numbers of relations, the blocks of entry numbers.

The tables themselves are in ``kg.storage.tables``, which only writing loads.
"""

from __future__ import annotations

from collections.abc import Sequence

VERSION = 7  # of the tables; ``kg.storage.migrations`` brings older ones up to date

# Every language owns a block of entry numbers, so the number tells the language: the translations of a word into one
# language are a single range of the clustered edge table, however many languages the word has edges to.
BLOCK = 1 << 23

# By name, as ``kg.storage.tables`` defines them.
TABLES = (
    "meta",
    "language",
    "source",
    "entry",
    "relation",
    "edge",
    "run",
    "evidence",
    "concept",
    "concept_member",
    "vector_file",
    "vector_ref",
    "coverage",
    "hub",
    "variant",
    "cooccurrence",
)

TRANSLATION, SYNONYM, FORM_OF, SAME_CONCEPT = 1, 2, 9, 11  # numbers of relations in the database

# In what two spellings of a word differ (``kg.storage.variants``): nothing but the language, case, anything else.
LANGUAGE_DIFFERS, CASE_DIFFERS, SPELLING_DIFFERS = 0, 1, 2

# number, code, symmetric, inverse
RELATIONS = (
    (TRANSLATION, "translation", True, TRANSLATION),
    (SYNONYM, "synonym", True, SYNONYM),
    (3, "antonym", True, 3),
    (4, "hypernym", False, 5),
    (5, "hyponym", False, 4),
    (6, "cognate", True, 6),
    (7, "derived_from", False, 8),
    (8, "has_derived", False, 7),
    (FORM_OF, "form_of", False, 10),
    (10, "has_form", False, 9),
    (SAME_CONCEPT, "same_concept", True, SAME_CONCEPT),
)
RELATION_CODE = {number: code for number, code, _, _ in RELATIONS}
INVERSE = {number: inverse for number, _, _, inverse in RELATIONS}

# Edges between the words of a concept, as a subquery to select from. Both databases flatten it into the outer query,
# so only the edges that are asked for are computed.
CONCEPT_EDGE = (
    "(SELECT m.entry AS src, o.entry AS dst, m.concept AS concept, c.source AS source, m.weight * o.weight AS weight "
    "FROM concept_member m JOIN concept c ON c.id = m.concept JOIN concept_member o ON o.concept = m.concept "
    "WHERE o.entry <> m.entry) AS concept_edge"
)


def block_of(language: int) -> tuple[int, int]:
    """The first and the last number that an entry of ``language`` may have."""
    return language * BLOCK, (language + 1) * BLOCK - 1


def within(entry: str, languages: Sequence[int]) -> str:
    """The condition that a column has entries of some languages."""
    blocks = [f"{entry} BETWEEN {first} AND {last}" for first, last in map(block_of, languages)]
    return blocks[0] if len(blocks) == 1 else f"({' OR '.join(blocks)})"


SEARCH_VIEW = "CREATE VIEW entry_text AS SELECT id, coalesce(norm, lemma) AS text FROM entry"
