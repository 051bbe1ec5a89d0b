"""Pairs of words that share a concept, without the concepts that would have them by the million."""

from __future__ import annotations

from isogloss.kg.storage.store import Store

LARGEST = 1000  # words; what more share says nothing of two of them, and has pairs by the million; round number

_LARGER = "SELECT concept FROM concept_member GROUP BY concept HAVING count(*) > ? ORDER BY concept"


def large_concepts(store: Store) -> list[int]:
    """The numbers of the concepts of more than ``LARGEST`` words."""
    return [int(number) for (number,) in store.rows(_LARGER, (LARGEST,))]


def without(concepts: list[int]) -> str:
    """A condition on ``CONCEPT_EDGE`` that leaves ``concepts`` out."""
    return f"concept NOT IN ({', '.join(map(str, concepts))})" if concepts else "true"
