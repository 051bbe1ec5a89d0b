"""How good sources are: how often others confirm them, which the graph tells, and how far to trust them, which is set.

A source is confirmed in a pair by a source of another name that states it too. It could have been where the other
source has both words, each with some translation into the language of the other. The share is drawn towards that of
all sources of the graph, the more so the fewer pairs there are. It is estimated from a sample of words.

Two sources of about the same size that have nearly all pairs in common, in articles on the same words, are one
dictionary in two packages. They are found when one is imported, and count as one (``SourceRecords.group``). Those that
are turned round still count as two there: ``translation_model`` was fitted to graphs in which they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isogloss.kg.storage.fusion import ONE_VOICE, SourceRecords, one_voice
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, SAME_CONCEPT, TRANSLATION, block_of
from isogloss.kg.storage.store import Store, marks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

WORDS = 1000  # of a language that are sampled for each other language; round number
PAIRS = 200  # of languages that are sampled at most, those with most edges first; round number
DRAWN = 20.0  # pairs that the share of all sources counts as; round number
COPY = 0.95  # share confirmed from which on two sources are one, perhaps turned round; round number
LEAST = 100  # pairs of a source that may be called a copy: fewer may agree by chance; round number
SIZES = 0.5  # least share of the pairs of the larger source: a small one may well be in a large one; round number
COMPARED = 1000  # pairs of a source that are sampled to compare it with others; round number

_AS_IMPORTED = "quality as imported of source "  # in ``meta``: what was set says nothing of the source's identity

_EDGES = "SELECT src, dst, source FROM edge WHERE src IN ({src}) AND relation = ? AND dst BETWEEN ? AND ?"
_PLACES = "SELECT src, dst, source, rank FROM edge WHERE src IN ({src}) AND relation = ? AND dst BETWEEN ? AND ?"
_CONCEPT_EDGES = f"SELECT src, dst, source FROM {CONCEPT_EDGE} WHERE src IN ({{src}}) AND dst BETWEEN ? AND ?"


@dataclass(frozen=True)
class Confirmed:
    """Of the pairs of a source, how many of those that others could confirm they do, in a sample."""

    could: int
    did: int
    share: float  # drawn towards that of all sources


def set_quality(store: Store, sources: Collection[int], quality: float) -> None:
    """Trust some sources by ``quality``, and weigh anew what is cached."""
    from isogloss.kg.storage.hub_cache import find_hubs

    for number in sources:
        before = store.value("SELECT quality FROM source WHERE id = ?", (number,))
        store.run(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            (f"{_AS_IMPORTED}{number}", repr(float(before))),
        )
        store.run("UPDATE source SET quality = ? WHERE id = ?", (quality, number))
    find_hubs(store, [row[0] for row in store.rows("SELECT DISTINCT src FROM hub")])


def imported_with(store: Store, quality: float) -> list[int]:
    """The sources whose quality was set, and that had another when they were imported."""
    keys = store.rows("SELECT key, value FROM meta WHERE key LIKE ?", (f"{_AS_IMPORTED}%",))
    return [int(key.removeprefix(_AS_IMPORTED)) for key, value in keys if float(value) == quality]


def note_copies(store: Store, src: Numbers, relation: Numbers, dst: Numbers, source: Numbers, rank: Numbers) -> None:
    """Note which sources of some edges, which the tables have, are copies of others."""
    records = SourceRecords.of(store)
    query = "SELECT source, sum(edges) FROM coverage WHERE relation = ? GROUP BY source"
    edges = {number: int(count) for number, count in store.rows(query, (TRANSLATION,)) if _states(number, records)}
    for number in sorted(edges.keys() & set(source.tolist())):
        others = [
            other
            for other, count in edges.items()
            if records.group[other] != records.group[number]
            and min(count, edges[number]) >= max(2 * LEAST, SIZES * max(count, edges[number]))
        ]
        rows = ((source == number) & (relation == TRANSLATION) & (src < dst)).nonzero()[0] if others else source[:0]
        if 4 * len(rows) < edges[number]:  # edges are stored both ways; some that were added say little of all
            continue
        rows = rows[:: max(len(rows) // COMPARED, 1)]
        ends = zip(src[rows].tolist(), dst[rows].tolist(), strict=True)
        common = _common(store, dict(zip(ends, (rank[rows] > 0).tolist(), strict=True)))
        for other in others:
            if common[other] * edges[number] > COPY * len(rows) * min(edges[number], edges[other]):
                first, second = sorted((number, other))
                store.run(
                    "INSERT INTO meta (key, value) VALUES (?, '') ON CONFLICT (key) DO NOTHING",
                    (f"{ONE_VOICE}{first} {second}",),
                )


def forget_copies(store: Store, sources: Collection[int]) -> None:
    """Forget that some sources, which are removed, were copies: their numbers may be given again."""
    for pair in one_voice(store):
        if not set(pair).isdisjoint(sources):
            store.run("DELETE FROM meta WHERE key = ?", (f"{ONE_VOICE}{pair[0]} {pair[1]}",))


def _common(store: Store, pairs: Mapping[tuple[int, int], bool]) -> Counter[int]:
    """How many of some pairs each source states, in an article on the first word, or not, as is given."""
    by_language: dict[int, set[int]] = {}
    for word, target in pairs:
        by_language.setdefault(target // BLOCK, set()).add(word)
    common = Counter[int]()
    for language, among in by_language.items():
        words = sorted(among)
        for start in range(0, len(words), 500):
            chunk = words[start : start + 500]
            rows = store.rows(_PLACES.format(src=marks(len(chunk))), (*chunk, TRANSLATION, *block_of(language)))
            common.update(source for src, dst, source, rank in rows if pairs.get((src, dst)) == (rank > 0))
    return common


def confirmed(store: Store) -> Mapping[int, Confirmed]:
    """How often others confirm each source that they could confirm at all."""
    records = SourceRecords.of(store)
    counts = Counter[tuple[int, int, bool]]()  # a source, another that could confirm a pair, whether it does
    for src, dst in _linked(store, records):
        counts.update(_compared(store, src, dst, records))
    could, did = Counter[int](), Counter[int]()
    for group, other_group in {key[:2] for key in counts}:
        if not _copies(counts, group, other_group):
            could[group] += counts[group, other_group, True] + counts[group, other_group, False]
            did[group] += counts[group, other_group, True]
    mean = sum(did.values()) / max(sum(could.values()), 1)
    return {
        source: Confirmed(could[group], did[group], (did[group] + DRAWN * mean) / (could[group] + DRAWN))
        for source, group in records.group.items()
        if could[group]
    }


def _copies(counts: Mapping[tuple[int, int, bool], int], a: int, b: int) -> bool:
    """Whether one of two sources confirms nearly all of the other, as FreeDict's turned-round files do."""
    return any(
        counts[ends[0], ends[1], True] > COPY * (counts[ends[0], ends[1], True] + counts[ends[0], ends[1], False])
        for ends in ((a, b), (b, a))
    )


def _linked(store: Store, records: SourceRecords) -> list[tuple[int, int]]:
    """Pairs of languages between which sources of two names state translations, those with most edges first."""
    rows = store.rows(
        "SELECT src_language, dst_language, source, edges FROM coverage WHERE relation IN (?, ?) "
        "AND src_language < dst_language",
        (TRANSLATION, SAME_CONCEPT),
    )
    edges, names = dict[tuple[int, int], int](), dict[tuple[int, int], set[int]]()
    for src, dst, source, count in rows:
        if _states(source, records):
            edges[src, dst] = edges.get((src, dst), 0) + count
            names.setdefault((src, dst), set()).add(records.group[source])
    several = [pair for pair in edges if len(names[pair]) > 1]
    return sorted(several, key=lambda pair: (-edges[pair], pair))[:PAIRS]


def _states(source: int, records: SourceRecords) -> bool:
    """Whether a source states what others can confirm: neither computed nor said by users of single pairs."""
    return source not in records.computed and source not in records.judges


def _compared(store: Store, src: int, dst: int, records: SourceRecords) -> Iterator[tuple[int, int, bool]]:
    """Of sampled words: a source, another that could confirm its pair, and whether it does."""
    if _newest(store, src) % BLOCK > _newest(store, dst) % BLOCK:
        src, dst = dst, src  # of the language with fewer words more are met
    words = _sample(store, src)
    first, last = block_of(dst)
    stated = _edges(store, words, (first, last), records)
    targets = sorted({target for pairs in stated.values() for target, _ in pairs})
    stated_by: dict[int, set[int]] = {}  # the sources that have a translation of each target
    for target, pairs in _edges(store, targets, block_of(src), records).items():
        stated_by[target] = {records.group[source] for _, source in pairs}
    for pairs in stated.values():
        by_target: dict[int, set[int]] = {}
        for target, source in pairs:
            by_target.setdefault(target, set()).add(records.group[source])
        of_word = set().union(*by_target.values())
        for target, source in dict.fromkeys(pairs):
            own = records.group[source]
            for confirming in (of_word & stated_by.get(target, set())) - {own}:
                yield own, confirming, confirming in by_target[target]


def _sample(store: Store, language: int) -> list[int]:
    """Numbers of words at equal distances, and of such that belong to a concept."""
    first, last = block_of(language)
    newest = _newest(store, language)
    step = max((newest - first + 1) // WORDS, 1)
    members = store.rows(
        "SELECT DISTINCT entry FROM concept_member WHERE entry BETWEEN ? AND ? ORDER BY entry LIMIT ?",
        (first, last, WORDS),
    )
    return sorted({*range(first, newest + 1, step), *(row[0] for row in members)})


def _newest(store: Store, language: int) -> int:
    """The highest number of an entry of a language."""
    return int(store.value("SELECT max(id) FROM entry WHERE id BETWEEN ? AND ?", block_of(language)))


def _edges(
    store: Store, words: Collection[int], block: tuple[int, int], records: SourceRecords
) -> dict[int, list[tuple[int, int]]]:
    """Targets and sources of the translations of words into a language."""
    edges: dict[int, list[tuple[int, int]]] = {}
    ordered = list(words)
    for start in range(0, len(ordered), 500):
        chunk = ordered[start : start + 500]
        places = marks(len(chunk))
        rows = store.rows(_EDGES.format(src=places), (*chunk, TRANSLATION, *block))
        rows += store.rows(_CONCEPT_EDGES.format(src=places), (*chunk, *block))
        for src, dst, source in rows:
            if _states(source, records):
                edges.setdefault(src, []).append((dst, source))
    return edges
