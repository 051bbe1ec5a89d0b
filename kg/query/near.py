"""Words that are written nearly as one that the graph does not have, for suggestions."""

from __future__ import annotations

from collections.abc import Iterator

from isogloss.kg.query.lookup import LAST, STARTING, holding
from isogloss.kg.storage.spelling import lemma, pieces, search_key, search_keys
from isogloss.kg.storage.store import Store

SIMILAR = 0.6  # least similarity of a suggestion: 1 less the edit distance by the length of the longer; round number
SHORT = 8  # letters up to which all words at one edit are tried; longer ones keep a half whole; round number
LETTERS = 64  # of an alphabet; with more, as in Chinese, edits are not tried; round number

_SAMPLE = "SELECT coalesce(norm, lemma) FROM entry WHERE language = ? ORDER BY id LIMIT 500"
_OF_KEYS = "SELECT lemma FROM entry WHERE language = ? AND {column} IN ({{keys}})"
_USUAL = "SELECT lemma, articles FROM entry WHERE language = ? AND lemma IN ({keys})"


def suggestions(store: Store, word: str, language: str, number: int, k: int = 5) -> list[str]:
    """Words of a language written much like ``word``: the nearest by edit distance first, then the more usual ones."""
    from rapidfuzz.distance import OSA

    key = search_key(lemma(word), language)
    if not key:
        return []
    candidates = dict(store.in_chunks(_USUAL, set(_candidates(store, key, number)), (number,)))
    keys = search_keys(list(candidates), language)
    distance = {
        candidate: OSA.distance(key, form)
        for candidate, form in zip(candidates, keys, strict=True)
        if OSA.normalized_similarity(key, form) >= SIMILAR
    }
    return sorted(distance, key=lambda candidate: (distance[candidate], -candidates[candidate], candidate))[:k]


def _candidates(store: Store, key: str, number: int) -> Iterator[str]:
    yield from (row[0] for row in store.rows(STARTING, (number, key, key + LAST, 20)))
    if len(key) <= SHORT:
        alphabet = set(key).union(*(row[0] for row in store.rows(_SAMPLE, (number,))))
        edits = set(_edits(key, "".join(sorted(alphabet)))) if len(alphabet) <= LETTERS else set()
        for column in ("lemma", "norm"):
            yield from (row[0] for row in store.in_chunks(_OF_KEYS.format(column=column), edits, (number,)))
    # One slip leaves one half of a word as it was, and two slips one third.
    half, third = len(key) // 2, len(key) // 3
    parts = (key[: half + 1], key[half:], key[:third], key[third : 2 * third], key[2 * third :])
    yield from (row[0] for row in holding(store, [part for part in map(pieces, parts) if part], number))


def _edits(key: str, alphabet: str) -> Iterator[str]:
    """All that one edit makes of ``key``: a letter left out, put in or changed, or two that change places."""
    for place in range(len(key) + 1):
        before, after = key[:place], key[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in alphabet:
            yield before + letter + after
            yield before + letter + after[1:]
