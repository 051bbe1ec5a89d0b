"""How many entries of its language a word stands in: a measure of how usual it is that every dictionary brings along.

*Hund* stands in *bunter Hund*, *Hundehütte* and *Jagdhund*; *Auflagebock* stands in nothing but itself. Case does not
count. A phrase has the count of its rarest word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from isogloss.kg.storage.store import Store

GROWN = 0.1  # share of new words from which on those of a language are counted anew; round number
FEW = 50_000  # words of a language that are counted anew whatever is added; round number


def count_articles(store: Store, language: int) -> list[int]:
    """Count those of the words of a language, and store what has changed: of which entries, in their order."""
    rows = store.rows("SELECT id, lemma, articles FROM entry WHERE language = ? ORDER BY id", (language,))
    counts = articles([row[1] for row in rows])
    changed = [(row[0], count) for row, count in zip(rows, counts, strict=True) if row[2] != count]
    if not changed:
        return []
    store.run("CREATE TEMP TABLE incoming (entry BIGINT PRIMARY KEY, articles BIGINT)")
    store.insert("incoming", ("entry", "articles"), list(zip(*changed, strict=True)))
    store.run(
        "UPDATE entry SET articles = (SELECT articles FROM incoming WHERE incoming.entry = entry.id) "
        "WHERE id IN (SELECT entry FROM incoming)"
    )
    store.run("DROP TABLE incoming")
    return [entry for entry, _ in changed]


def grown(before: int, added: int) -> bool:
    """Whether a language that had some words, and gets more, is to be counted anew."""
    return before > 0 and (before <= FEW or added >= GROWN * before)


def articles(lemmas: Sequence[str]) -> list[int]:
    """The count of each word among all of them: entries that hold it, and words that begin or end with it."""
    written = [lemma.lower() for lemma in lemmas]
    holding = Counter(word for lemma in written for word in set(lemma.split()))
    words = sorted({lemma for lemma in written if " " not in lemma})
    starting = _starting(words)
    ending = _starting(sorted(word[::-1] for word in words))
    return [
        min((holding[word] for word in lemma.split()), default=0)
        if " " in lemma
        else holding[lemma] + starting[lemma] + ending[lemma[::-1]] - 2  # it begins and ends with itself, too
        for lemma in written
    ]


def _starting(words: Sequence[str]) -> dict[str, int]:
    """How many of ``words``, which are sorted and differ, begin with each, itself included."""
    counts: dict[str, int] = {}
    beginnings: list[int] = []  # places of the words that the present one begins with
    for place, word in enumerate(words):
        while beginnings and not word.startswith(words[beginnings[-1]]):
            first = beginnings.pop()
            counts[words[first]] = place - first
        beginnings.append(place)
    counts.update((words[first], len(words) - first) for first in beginnings)
    return counts
