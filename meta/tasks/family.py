"""What every family of tasks can do: draw one for a pair of languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.task import Example, Task, WordTask

MIN_QUERIES = 5  # source words that the smallest support set has to leave for the query set; round number

Drawn = TypeVar("Drawn", Task, WordTask, covariant=True)


class Family(Protocol[Drawn]):
    """Draws tasks of one kind: of candidates for a ranker (``Task``), or of words for a classifier (``WordTask``)."""

    @property
    def name(self) -> str:
        """What the family is called."""
        ...

    def size(self, dictionary: Dictionary) -> int:
        """How many source words of ``dictionary`` (within the vectors) its tasks can choose from; 0 if too few."""
        ...

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Drawn:
        """A task from ``dictionary``, whose words all have vectors."""
        ...


def word_split(
    dictionary: Dictionary, count: int, max_queries: int, random: np.random.Generator
) -> tuple[list[str], list[str]]:
    """``count`` source words for the support set and at most ``max_queries`` others for the query set."""
    words = list(dictionary.by_source)
    order = [words[index] for index in random.permutation(len(words))]
    return order[:count], order[count : count + max_queries]


def usable(words: int, seeds: tuple[int, ...], others: int = MIN_QUERIES) -> int:
    """``words``, or 0 where they do not suffice for the fewest ``seeds`` and as many ``others``."""
    return words if words >= min(seeds) + others else 0


def seeds_within(counts: tuple[int, ...], dictionary: Dictionary, queries: int, random: np.random.Generator) -> int:
    """One of ``counts`` that leaves at least ``queries`` words of ``dictionary`` for the query set."""
    room = len(dictionary.by_source) - queries
    return int(random.choice([k for k in counts if k <= room]))


def with_seeds(
    task: WordTask,
    dictionary: Dictionary,
    tables: tuple[Vectors, Vectors],
    counts: tuple[int, ...],
    random: np.random.Generator,
) -> WordTask:
    """``task`` with seed pairs that have none of its words, as many as one of ``counts``, and its descriptor."""
    examples = (*task.support, *task.query)
    sources, targets = ({word.word for word in examples if word.language == table.language} for table in tables)
    seeds = _pairs_without(dictionary, sources, targets, counts, random)
    return replace(task, seeds=seeds, descriptor=descriptor(*tables, len(seeds), len(task.query)))


def _pairs_without(
    dictionary: Dictionary, sources: set[str], targets: set[str], counts: tuple[int, ...], random: np.random.Generator
) -> tuple[Example, ...]:
    """Pairs without a word of ``sources`` or ``targets``, one for each source word."""
    free = dict.fromkeys(pair.source for pair in dictionary if pair.target not in targets)
    words = [word for word in free if word not in sources]
    order = [words[place] for place in random.permutation(len(words))][: int(random.choice(counts))]
    return tuple(
        Example(word, next(answer for answer in dictionary.by_source[word] if answer not in targets)) for word in order
    )


def first_translations(dictionary: Dictionary, words: list[str]) -> tuple[Example, ...]:
    """One pair for each word, as somebody would give it who is asked for a translation."""
    return tuple(Example(word, dictionary.by_source[word][0]) for word in words)


def descriptor(source: Vectors, target: Vectors, seeds: int, queries: int) -> dict[str, float]:
    """A few numbers that tell tasks apart: sizes, and how much of the spelling the languages share."""
    shared = sum(word in target for word in source.words)
    return {
        "seeds": float(seeds),
        "queries": float(queries),
        "source_words": float(len(source)),
        "target_words": float(len(target)),
        "shared_spelling": shared / min(len(source), len(target)),
    }
