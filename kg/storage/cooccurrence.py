"""In how many other translations two words stand together: evidence that the two translate each other.

*Luft* and *air* stand together in *Luftdruck – air pressure* and hundreds more, *Luft* and *play* in few. A word stands
in phrases that hold it, and in words of which it is the longest beginning or end that is an entry. Case does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.articles import GROWN
from isogloss.kg.storage.schema import BLOCK, TRANSLATION, block_of
from isogloss.kg.storage.spelling import INFINITIVE
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.word_ids import entry_rows

Numbers = NDArray[np.int64]

LEAST = 3  # letters that a beginning or an end has at least, one in scripts without blanks; chosen by hand, not tuned
_SYLLABIC = "\u2e80"  # from here on a character is a syllable or a word
MOST = 100  # pairs of words in one translation: longer ones are explanations; round number
CHUNK = 100_000  # translations that are taken apart at once, a limit of memory; round number
MANY = 2000  # words whose counts are read one by one; round number
FEW = 5000  # translations of two languages that are counted anew whatever is added; round number
_PAIRS = (
    f"SELECT DISTINCT src, dst FROM edge WHERE relation = {TRANSLATION} AND src BETWEEN ? AND ? AND dst BETWEEN ? AND ?"
)
_EDGES = f"SELECT sum(edges) FROM coverage WHERE src_language = ? AND dst_language = ? AND relation = {TRANSLATION}"
_BETWEEN = "FROM cooccurrence WHERE src BETWEEN ? AND ? AND dst BETWEEN ? AND ?"


def grown(before: int, added: int) -> bool:
    """Whether two languages that had some translations, and get more or fewer, are to be counted anew."""
    return before <= FEW or added >= GROWN * before


def count_cooccurrences(store: Store, source: int, target: int) -> Numbers:
    """Count those of the translations of two languages, given by their numbers; the words with other counts now."""
    blocks = *block_of(source), *block_of(target)
    batches = [np.array(batch, dtype=np.int64) for batch in store.stream(_PAIRS, blocks)]
    src, dst = np.concatenate([np.zeros((0, 2), dtype=np.int64), *batches]).T
    count = _counts(Words.read(store, np.unique(src)), Words.read(store, np.unique(dst)), src, dst) if len(src) else src
    rows = set(zip(*(column[count > 0].tolist() for column in (src, dst, count)), strict=True))
    old = set(store.rows(f"SELECT src, dst, translations {_BETWEEN}", blocks))
    if rows == old:
        return np.zeros(0, dtype=np.int64)
    for ends in (blocks, (*blocks[2:], *blocks[:2])):
        store.run(f"DELETE {_BETWEEN}", ends)
    _insert(store, *np.array(list(rows), dtype=np.int64).reshape(-1, 3).T)
    return np.unique(np.array([word for row in rows ^ old for word in row[:2]], dtype=np.int64))


def count_first(store: Store, src: Numbers, relation: Numbers, dst: Numbers) -> None:
    """Count those of all edges of a graph that had none, given by their columns, both ways, as they are sorted."""
    translations = relation == TRANSLATION
    src, dst = src[translations], dst[translations]
    entries = src[np.r_[True, src[1:] != src[:-1]]] if len(src) else src  # of every edge the inverse is there, too
    words = {int(chunk[0]) // BLOCK: Words.read(store, chunk) for chunk in _by(entries // BLOCK, entries)}
    once = src // BLOCK < dst // BLOCK
    src, dst = src[once], dst[once]
    for rows in _by(src // BLOCK << 32 | dst // BLOCK, np.arange(len(src))):
        source, target = src[rows], dst[rows]
        first = np.r_[True, (source[1:] != source[:-1]) | (target[1:] != target[:-1])]  # of several sources
        source, target = source[first], target[first]
        count = _counts(words[int(source[0]) // BLOCK], words[int(target[0]) // BLOCK], source, target)
        _insert(store, source[count > 0], target[count > 0], count[count > 0])


def recount_cooccurrences(store: Store, changes: Mapping[tuple[int, int], int]) -> Numbers:
    """Count anew those of languages with many new or removed translations; the words that have other counts now.

    ``changes`` are how many translations there are more, or fewer, from one language to the other; what is counted so
    far (``coverage``) is without new ones.
    """
    changed = [np.zeros(0, dtype=np.int64)]
    for (source, target), translations in changes.items():
        if source < target and grown(int(store.value(_EDGES, (source, target)) or 0), translations):
            changed.append(count_cooccurrences(store, source, target))
    return np.concatenate(changed)


def by_languages(src: Numbers, relation: Numbers, dst: Numbers) -> dict[tuple[int, int], int]:
    """How many of some edges, given by their columns, are translations from one language to another."""
    key = (src // BLOCK << 32 | dst // BLOCK)[relation == TRANSLATION]
    keys, counts = np.unique(key, return_counts=True)
    return dict(
        zip(zip((keys >> 32).tolist(), (keys & 0xFFFFFFFF).tolist(), strict=True), counts.tolist(), strict=True)
    )


def cooccurrences(store: Store, src: Numbers, dst: Numbers) -> Numbers:
    """The counts of pairs of words, which are sorted."""
    query = "SELECT src, dst, translations FROM cooccurrence WHERE src"
    words = np.unique(src)
    if len(words) > MANY:
        stored = list(store.stream(f"{query} BETWEEN ? AND ?", (int(words[0]), int(words[-1]))))
    else:
        stored = [list(store.in_chunks(f"{query} IN ({{keys}})", words.tolist()))]
    rows = np.concatenate([np.zeros((0, 3), dtype=np.int64), *(np.array(pairs).reshape(-1, 3) for pairs in stored)])
    entries = np.unique(np.r_[src, dst])  # by their places there both words fit one sortable key
    rows = rows[np.isin(rows[:, 0], entries) & np.isin(rows[:, 1], entries)]
    key, pair = (
        np.searchsorted(entries, source) << 32 | np.searchsorted(entries, target)
        for source, target in ((rows[:, 0], rows[:, 1]), (src, dst))
    )
    if not len(key):
        return np.zeros(len(src), dtype=np.int64)
    order = np.argsort(key)
    at = order[np.minimum(np.searchsorted(key, pair, sorter=order), len(key) - 1)]
    return np.where(key[at] == pair, rows[at, 2], 0)


def forget_cooccurrences(store: Store, words: Collection[int]) -> None:
    """Remove those of words that are no more."""
    others = list(store.in_chunks("SELECT dst, src FROM cooccurrence WHERE src IN ({keys})", words))
    for pair in {*others, *((target, source) for source, target in others)}:
        store.run("DELETE FROM cooccurrence WHERE src = ? AND dst = ?", pair)


def _insert(store: Store, src: Numbers, dst: Numbers, count: Numbers) -> None:
    if len(src):
        ends = np.r_[src, dst], np.r_[dst, src]
        order = np.lexsort(ends[::-1])
        columns = (ends[0][order], ends[1][order], np.tile(count, 2)[order])
        store.insert("cooccurrence", ("src", "dst", "translations"), columns)


def _by(keys: Numbers, values: Numbers) -> list[Numbers]:
    """``values`` of each key, in their order."""
    order = np.argsort(keys, kind="stable")
    return np.split(values[order], np.flatnonzero(np.diff(keys[order])) + 1) if len(keys) else []


def _counts(source: Words, target: Words, src: Numbers, dst: Numbers) -> Numbers:
    """In how many others of some translations between two languages the two words of each stand together."""
    source_words, source_row = np.unique(src, return_inverse=True)
    target_words, target_row = np.unique(dst, return_inverse=True)
    return counted(source.parts(source_words), target.parts(target_words), source_row, target_row)


class Parts(NamedTuple):
    """The words that some entries are made of, by numbers of their own."""

    own: Numbers  # the word that an entry is itself, -1 for a phrase
    first: Numbers  # where the parts of an entry begin in ``words``
    size: Numbers  # how many it has
    words: Numbers


class Words(NamedTuple):
    """Entries of a language, and what they are made of: the words that are entries in lower case, by number."""

    entries: Numbers  # sorted
    own: Numbers  # the word that each is, -1 for a phrase
    beginning: Numbers  # the longest other word that each word begins with, -1 where there is none
    ending: Numbers
    held: Numbers  # words in phrases
    holder: Numbers  # the row of the phrase of each

    @classmethod
    def read(cls, store: Store, entries: Numbers) -> Words:
        """Those of some entries, which are sorted."""
        code = store.value("SELECT code FROM language WHERE id = ?", (int(entries[0]) // BLOCK,))
        written = [row[1].lower() for row in entry_rows(store, "id, lemma", entries)]
        if str(code).partition("-")[0] == "en":  # verbs may be listed with "to"
            written = [lemma.removeprefix(INFINITIVE) or lemma for lemma in written]
        words = sorted({lemma for lemma in written if " " not in lemma})
        number = {word: place for place, word in enumerate(words)}
        phrases = [sorted({*lemma.split()}) if " " in lemma else () for lemma in written]
        holder = np.repeat(np.arange(len(phrases)), list(map(len, phrases)))
        held = np.array([number.get(word, -1) for phrase in phrases for word in phrase], dtype=np.int64)
        own = np.array([number.get(lemma, -1) for lemma in written], dtype=np.int64)
        return cls(entries, own, *_sides(words), held[held >= 0], holder[held >= 0])

    def parts(self, entries: Numbers) -> Parts:
        """What some of the entries are made of: words that are among these entries, too."""
        row = np.searchsorted(self.entries, entries)
        place = np.full(len(self.entries), -1, dtype=np.int64)
        place[row] = np.arange(len(row))
        own = self.own[row]
        single = np.flatnonzero(own >= 0)
        listed = np.zeros(len(self.beginning) + 1, dtype=bool)
        listed[own[single]] = True
        sides = [_nearest(side, own[single], listed) for side in (self.beginning, self.ending)]
        of_phrase = (place[self.holder] >= 0) & listed[self.held]
        entry = np.concatenate([place[self.holder[of_phrase]], single, single, single])
        words = np.concatenate([self.held[of_phrase], own[single], *sides])
        part = np.unique((entry << 32 | words)[words >= 0])
        size = np.bincount(part >> 32, minlength=len(row))
        return Parts(own, np.cumsum(size) - size, size, part & 0xFFFFFFFF)


def _nearest(longest: Numbers, words: Numbers, listed: NDArray[np.bool_]) -> Numbers:
    """The longest of the ``listed`` words that each of ``words`` begins, or ends, with."""
    affixes = longest[words]
    while len(unlisted := np.flatnonzero((affixes >= 0) & ~listed[affixes])):
        affixes[unlisted] = longest[affixes[unlisted]]
    return affixes


def counted(source: Parts, target: Parts, src: Numbers, dst: Numbers) -> Numbers:
    """In how many others of the translations from ``src`` to ``dst``, rows of entries, their words stand together."""
    key = np.where((source.own[src] >= 0) & (target.own[dst] >= 0), source.own[src] << 32 | target.own[dst], -1)
    wanted, place = np.unique(key, return_inverse=True)
    counts = np.zeros(len(wanted), dtype=np.int64)
    combinations = source.size[src] * target.size[dst]
    combinations[combinations > MOST] = 0
    for start in range(0, len(src), CHUNK):
        size = combinations[start : start + CHUNK]
        row = np.repeat(np.arange(len(size)), size)
        within = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
        source_rows, target_rows = src[start + row], dst[start + row]
        of_source = source.words[source.first[source_rows] + within // target.size[target_rows]]
        of_target = target.words[target.first[target_rows] + within % target.size[target_rows]]
        pair = of_source << 32 | of_target
        at = np.minimum(np.searchsorted(wanted, pair), len(wanted) - 1)
        counts += np.bincount(at[wanted[at] == pair], minlength=len(wanted))
    return np.where(key >= 0, np.maximum(counts[place] - 1, 0), 0)


def _sides(words: Sequence[str]) -> tuple[Numbers, Numbers]:
    """The longest other word that each of ``words``, which are sorted and differ, begins and ends with, -1 for none."""
    turned = [word[::-1] for word in words]
    order = np.array(sorted(range(len(words)), key=turned.__getitem__), dtype=np.int64)
    ending = np.full(len(words), -1, dtype=np.int64)
    if len(words):
        by_end = _beginnings([turned[place] for place in order.tolist()])
        ending[order] = np.where(by_end >= 0, order[by_end], -1)
    return _beginnings(words), ending


def _beginnings(words: Sequence[str]) -> Numbers:
    longest = []
    begun: list[tuple[int, str]] = []  # words that the present one begins with, and their places
    for place, word in enumerate(words):
        while begun and not word.startswith(begun[-1][1]):
            begun.pop()
        longest.append(begun[-1][0] if begun else -1)
        if len(word) >= LEAST or word >= _SYLLABIC:
            begun.append((place, word))
    return np.array(longest, dtype=np.int64)
