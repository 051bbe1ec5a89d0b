"""Other spellings of words, as they were found when the words were loaded, each with its weight."""

from __future__ import annotations

from collections.abc import Collection

from isogloss.kg.storage.schema import CASE_DIFFERS, LANGUAGE_DIFFERS, SPELLING_DIFFERS
from isogloss.kg.storage.store import Store

# Share of the probability of a translation that is left for another spelling of the word; round numbers.
WEIGHT = {LANGUAGE_DIFFERS: 1.0, CASE_DIFFERS: 0.7, SPELLING_DIFFERS: 0.9}

_VARIANTS = "SELECT entry, other, difference FROM variant WHERE entry IN ({keys})"


def variants(store: Store, words: Collection[int]) -> list[tuple[int, int, float]]:
    """Each of ``words`` with another spelling of it, and the weight of that."""
    return [(entry, variant, WEIGHT[how]) for entry, variant, how in store.in_chunks(_VARIANTS, words)]
