"""The prior of each edge (``translation_model``): the log-odds of a translation by what its two words tell alone.

Computed when edges are loaded, and anew where words have changed: those of the edges of a word together, since a
translation is compared with the other ones of the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.kg.storage.cooccurrence import cooccurrences, count_first
from isogloss.kg.storage.schema import BLOCK, TRANSLATION, block_of
from isogloss.kg.storage.store import Row, Store
from isogloss.kg.storage.translation_model import BLANKS, THOUSANDTHS, model
from isogloss.kg.storage.word_ids import entry_rows

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]
Table = dict[str, Weights]

SQUARED = (
    "fanout",
    "articles",
    "rarer",
    "unlike",
    "together",
    "less_together",
    "lengths",
)  # features whose squares are features, too

APART = 50_000  # pairs whose edges are updated one by one; round number
_MARKS = frozenset("()/.,;")
_PAIRS = (
    f"SELECT src, dst, min(prior), max(prior) FROM edge WHERE relation = {TRANSLATION} AND {{words}} GROUP BY src, dst"
)


class Forms(NamedTuple):
    """What is known of some words by themselves, a row each, in the order of their numbers."""

    entry: Numbers
    articles: Weights  # log2 of one more than the entries that it stands in
    blanks: Weights
    length: Weights  # log2 of one more than its letters
    capital: Weights
    affix: Weights  # whether it begins or ends with a hyphen
    marks: Weights  # whether it has brackets, a full stop or a slash
    folded: Numbers  # a hash of the word without case

    @classmethod
    def of(cls, rows: Sequence[tuple[int, str, int]]) -> Forms:
        """Those of numbers, lemmas and articles."""
        words = [row[1] for row in rows]
        columns = (
            np.log2(1 + np.array([row[2] for row in rows], dtype=np.float64)),
            np.array([word.count(" ") for word in words], dtype=np.float64),
            np.log2(1 + np.array(list(map(len, words)), dtype=np.float64)),
            np.array([word[:1].isupper() for word in words], dtype=np.float64),
            np.array([word[0] == "-" or word[-1] == "-" for word in words], dtype=np.float64),
            np.array([not _MARKS.isdisjoint(word) for word in words], dtype=np.float64),
        )
        folded = np.array([hash(word.lower()) for word in words], dtype=np.int64)
        return cls(np.array([row[0] for row in rows], dtype=np.int64), *columns, folded)


def priors_of(store: Store, src: Numbers, relation: Numbers, dst: Numbers) -> Numbers:
    """The prior of each edge of a graph that had none, given by their columns, both ways, as they are sorted.

    In how many translations two words stand together is counted and stored.
    """
    count_first(store, src, relation, dst)
    computed = np.zeros(len(src), dtype=np.int64)
    rows = np.flatnonzero(relation == TRANSLATION)
    if len(rows):
        src, dst = src[rows], dst[rows]
        first = np.r_[True, (src[1:] != src[:-1]) | (dst[1:] != dst[:-1])]
        described = forms(store, np.unique(src))  # of every edge the inverse is there, too
        src, dst = src[first], dst[first]
        computed[rows] = priors(src, dst, described, cooccurrences(store, src, dst))[np.cumsum(first) - 1]
    return computed


def renew_priors(store: Store, languages: Iterable[int]) -> None:
    """Compute anew those of all edges from and to languages, which are given by their numbers."""
    changed = set(languages)
    linked = store.rows(f"SELECT DISTINCT src_language, dst_language FROM coverage WHERE relation = {TRANSLATION}")
    for source in sorted({source for source, target in linked if changed & {source, target}}):
        block = block_of(source)
        _renew(store, sorted(store.rows(_PAIRS.format(words="src BETWEEN ? AND ?"), block)))


def renew_priors_of(store: Store, words: Numbers) -> Numbers:
    """Compute anew those of all edges from some words; the words that have others now."""
    return _renew(store, sorted(store.in_chunks(_PAIRS.format(words="src IN ({keys})"), words.tolist())))


def around(store: Store, words: Iterable[int]) -> Numbers:
    """``words``, and all that they are translations of."""
    translations = store.in_chunks(f"SELECT dst FROM edge WHERE relation = {TRANSLATION} AND src IN ({{keys}})", words)
    return np.unique(np.array([*words, *(row[0] for row in translations)], dtype=np.int64))


def _renew(store: Store, pairs: list[Row]) -> Numbers:
    if not pairs:
        return np.zeros(0, dtype=np.int64)
    src, dst, least, most = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    prior = priors(src, dst, forms(store, np.unique(np.r_[src, dst])), cooccurrences(store, src, dst))
    stale = (least != prior) | (most != prior)
    src, dst, prior = src[stale], dst[stale], prior[stale]
    if len(src) <= APART:  # each by its key; SQLite would read all edges to join them
        update = f"UPDATE edge SET prior = ? WHERE src = ? AND relation = {TRANSLATION} AND dst = ?"
        for word, target, value in zip(src.tolist(), dst.tolist(), prior.tolist(), strict=True):
            store.run(update, (value, word, target))
        return np.unique(src)
    store.run("CREATE TEMP TABLE incoming (src BIGINT, dst BIGINT, prior BIGINT, PRIMARY KEY (src, dst))")
    store.insert("incoming", ("src", "dst", "prior"), (src, dst, prior))
    store.run(
        "UPDATE edge SET prior = incoming.prior FROM incoming WHERE edge.src = incoming.src AND edge.relation = "
        f"{TRANSLATION} AND edge.dst = incoming.dst AND edge.prior <> incoming.prior"
    )
    store.run("DROP TABLE incoming")
    return np.unique(src)


def forms(store: Store, entries: Numbers) -> Forms:
    """What is known of entries, which are sorted, by themselves."""
    return Forms.of(entry_rows(store, "id, lemma, articles", entries))


def priors(src: Numbers, dst: Numbers, described: Forms, together: Numbers) -> Numbers:
    """The prior of each pair, in thousandths; arguments are those of ``pair_features``."""
    columns = pair_features(src, dst, described, together)
    score = sum((weight * columns[name] for name, weight in model().prior.items()), np.zeros(len(src)))
    return np.rint(score * THOUSANDTHS).astype(np.int64)


def pair_features(src: Numbers, dst: Numbers, described: Forms, together: Numbers) -> Table:
    """The features of pairs of words; all translations of a word into a language are compared with each other.

    Args:
        src: The words that are asked for, sorted.
        dst: A translation of each, sorted where the words are the same.
        described: What is known of all of them.
        together: In how many other translations the two words of each pair stand (``cooccurrence``).
    """
    source, target = np.searchsorted(described.entry, src), np.searchsorted(described.entry, dst)
    language = dst // BLOCK
    first = np.flatnonzero(np.r_[True, (src[1:] != src[:-1]) | (language[1:] != language[:-1])])
    size = np.diff(np.r_[first, len(src)])
    source_articles, target_articles = described.articles[source], described.articles[target]
    joint = np.log2(1 + together)
    features = {
        "intercept": np.ones(len(src)),
        "fanout": np.repeat(np.log2(size.astype(np.float64)), size),
        "articles": target_articles,
        "rarer": np.repeat(np.maximum.reduceat(target_articles, first), size) - target_articles,
        "unlike": np.abs(target_articles - source_articles),
        "together": joint,
        "less_together": np.repeat(np.maximum.reduceat(joint, first), size) - joint,
        "phrase": np.clip(described.blanks[target] - described.blanks[source], 0, BLANKS),
        "capital": described.capital[target],
        "affix": described.affix[target] * (1 - described.affix[source]),
        "marks": described.marks[target] * (1 - described.marks[source]),
        "lengths": np.abs(described.length[target] - described.length[source]),
        "same": (described.folded[target] == described.folded[source]).astype(np.float64),
    }
    return features | {f"{name}²": features[name] ** 2 for name in SQUARED}
