"""Which words are one word spelled in several ways: found when words are loaded, so that answers need no search.

*House* and *house*, *sœur* and *soeur*, *e-mail* and *email*, 參加 and 参加, *to eat* and *eat*; and what is spelled
alike in a macrolanguage and its member. Accents make other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from isogloss.data.language import matching_codes
from isogloss.kg.storage.schema import BLOCK, CASE_DIFFERS, LANGUAGE_DIFFERS, SPELLING_DIFFERS
from isogloss.kg.storage.spelling import INFINITIVE, other_search_keys, search_keys, spelling_keys
from isogloss.kg.storage.store import Store

MOST = 32  # words of one search key; more are no spellings of one word; round number

Pair = tuple[int, int, int]  # a word, another spelling of it, in what they differ


class NumberedWord(NamedTuple):
    """A word with its number and the code of its language."""

    entry: int
    lemma: str
    code: str


def note_variants(
    store: Store, language: int, first: int, words: Sequence[str], keys: Sequence[str] | None = None
) -> None:
    """Store which other words the new ``words`` of a language, numbered from ``first``, are spellings of.

    ``keys`` are their search keys, where they are known.
    """
    codes = dict(store.rows("SELECT id, code FROM language"))
    code = codes[language]
    keys = search_keys(words, code) if keys is None else keys
    several = [
        (place, alternative)
        for place, (word, key) in enumerate(zip(words, keys, strict=True))
        if " " in word or "-" in word
        for alternative in other_search_keys(word, key, code)
    ]
    lookups = {*keys, *(alternative for _, alternative in several)}
    same = matching_codes(code, list(codes.values()))
    related = {number: alternative for number, alternative in codes.items() if alternative in same}
    has_more = len(related) > 1 or first > language * BLOCK
    old = (
        [pair for pair in _stored(store, lookups, related) if not first <= pair[1].entry < first + len(words)]
        if has_more
        else []
    )
    shared = _repeated([*keys, *(alternative for _, alternative in several)]) | {key for key, _ in old}
    groups: dict[str, list[NumberedWord]] = {key: [] for key in shared}
    for place, key in [*enumerate(keys), *several]:
        if key in groups:
            groups[key].append(NumberedWord(first + place, words[place], code))
    for key, entry in old:
        groups[key].append(entry)
    pairs = sorted({pair for group in groups.values() if len(group) <= MOST for pair in _pairs(group)})
    if pairs:
        columns = list(zip(*pairs, strict=True))
        store.insert("variant", ("entry", "other", "difference"), columns, conflict="ON CONFLICT DO NOTHING")


def _repeated(keys: Iterable[str]) -> set[str]:
    seen, repeated = set[str](), set[str]()
    for key in keys:
        (repeated if key in seen else seen).add(key)
    return repeated


def _stored(store: Store, keys: Iterable[str], codes: Mapping[int, str]) -> Iterator[tuple[str, NumberedWord]]:
    """The words of some languages that have one of ``keys`` as a search key, each with it."""
    wanted = set(keys)
    for number, code in codes.items():
        entries = "SELECT id, lemma FROM entry WHERE language = ? AND"
        lemmas = dict(store.in_chunks(f"{entries} norm IN ({{keys}})", wanted, (number,)))
        infinitives = [INFINITIVE + key for key in wanted] if code.partition("-")[0] == "en" else []
        lemmas.update(store.in_chunks(f"{entries} lemma IN ({{keys}})", [*wanted, *infinitives], (number,)))
        for (entry, lemma), key in zip(lemmas.items(), search_keys(list(lemmas.values()), code), strict=True):
            for search_key in {key, *other_search_keys(lemma, key, code)} & wanted:
                yield search_key, NumberedWord(entry, lemma, code)


def _pairs(group: Iterable[NumberedWord]) -> Iterator[Pair]:
    """Both directions of every two words of a group that are spellings of one."""
    keyed = [(entry, spelling_keys(entry.lemma, entry.code)) for entry in dict.fromkeys(group)]
    for (first, first_keys), (second, second_keys) in combinations(keyed, 2):
        if first_keys & second_keys:
            how = difference(first.lemma, second.lemma)
            yield first.entry, second.entry, how
            yield second.entry, first.entry, how


def difference(one: str, other: str) -> int:
    """In what two spellings differ."""
    if one == other:
        return LANGUAGE_DIFFERS
    return CASE_DIFFERS if one.lower() == other.lower() else SPELLING_DIFFERS
