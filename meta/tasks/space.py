"""The space of tasks: every family, every pair of languages that training may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.language import same_languages
from isogloss.kg.storage.fusion import STATED
from isogloss.meta.tasks.concept import ConceptNWay
from isogloss.meta.tasks.cycle_ranking import CycleRanking, Detours, detours
from isogloss.meta.tasks.family import Family
from isogloss.meta.tasks.hidden_edge import HiddenEdge
from isogloss.meta.tasks.invariance import LanguageInvariance
from isogloss.meta.tasks.similarity import Similarity
from isogloss.meta.tasks.task import Task, WordTask
from isogloss.meta.tasks.transfer import ClassTransfer
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.tasks.word_mapping import WordMapping

FAMILIES: tuple[Family[Task], ...] = (WordMapping(), HiddenEdge())  # what a ranker is trained on by default
OF_CANDIDATES: tuple[Family[Task], ...] = (*FAMILIES, CycleRanking(), Similarity())
OF_WORDS: tuple[Family[WordTask], ...] = (ClassTransfer(), ConceptNWay(), LanguageInvariance())

AnyTask = TypeVar("AnyTask", Task, WordTask)

Dictionaries = Mapping[tuple[str, str], Dictionary]


class TranslationGraph(Protocol):
    """What tasks ask of a graph."""

    def languages(self) -> tuple[str, ...]:
        """Codes of all languages."""
        ...

    def pairs(self) -> Iterable[tuple[str, str, int]]:
        """Source, target and number of translation edges."""
        ...

    def dictionary(self, source: str, target: str, *, kinds: Collection[str] | None) -> Dictionary:
        """The direct translation edges from origins of these kinds."""
        ...


@dataclass(frozen=True)
class Kind(Generic[AnyTask]):
    """What can be drawn: a family for a pair of languages, and how many source words it chooses from."""

    family: Family[AnyTask]
    source: str
    target: str
    words: int


def dictionaries_of(
    graph: TranslationGraph, languages: Collection[str], hold_out: Collection[str] = ()
) -> dict[tuple[str, str], Dictionary]:
    """The direct edges between ``languages`` in both directions; nothing is read of a language held out.

    Edges that were induced or inferred are left out: they may have come by way of a language held out.
    """
    visible = {*languages} - same_languages(hold_out, languages)
    named = {
        (source, target) for source, target, _ in graph.pairs() if {source, target} <= visible and source != target
    }
    return {
        pair: graph.dictionary(*pair, kinds=STATED)
        for pair in sorted(named | {(target, source) for source, target in named})
    }


@runtime_checkable
class PivotFamily(Protocol):
    """A family whose tasks need paths of two edges beside the direct ones."""

    def along(self, detours: Detours) -> Family[Task]:
        """The family with the paths of a pair of languages."""
        ...


@dataclass(frozen=True, eq=False)
class TaskSpace:
    """Tasks drawn from dictionaries and vectors; a language in ``held_out`` is never looked at.

    Task number ``n`` is the same for the same ``seed``, whatever was drawn before.
    """

    dictionaries: Dictionaries
    vectors: Spaces
    families: Sequence[Family[Task]] = FAMILIES
    held_out: frozenset[str] = frozenset()
    word_families: Sequence[Family[WordTask]] = OF_WORDS

    @cached_property
    def kinds(self) -> tuple[Kind[Task], ...]:
        """All tasks of candidates that can be drawn: pairs with too few words are left out."""
        return tuple(
            Kind(family, source, target, size)
            for (source, target), dictionary in sorted(self._usable.items())
            for family in (self._prepared(family_, source, target) for family_ in self.families)
            if (size := family.size(dictionary))
        )

    @cached_property
    def word_kinds(self) -> tuple[Kind[WordTask], ...]:
        """All tasks about words that can be drawn."""
        return tuple(
            Kind(family, source, target, size)
            for (source, target), dictionary in sorted(self._usable.items())
            for family in self.word_families
            if (size := family.size(dictionary))
        )

    def task(self, number: int, seed: int) -> Task:
        """Task ``number`` of the series ``seed``: the pairs of languages in turn, the families in turn.

        Raises:
            VocabularyError: No pair of languages has enough words.
        """
        return self.draw(self._turn(self.kinds, number), np.random.default_rng([seed, number]))

    def word_task(self, number: int, seed: int) -> WordTask:
        """The same for tasks about words.

        Raises:
            VocabularyError: No pair of languages has enough words.
        """
        return self.draw(self._turn(self.word_kinds, number), np.random.default_rng([seed, number]))

    def draw(self, kind: Kind[AnyTask], random: np.random.Generator) -> AnyTask:
        """A task of a given kind."""
        dictionary = self._usable[kind.source, kind.target]
        source, target = self.vectors.words(kind.source), self.vectors.words(kind.target)
        return kind.family.draw(dictionary, source, target, random)

    def _turn(self, kinds: Sequence[Kind[AnyTask]], number: int) -> Kind[AnyTask]:
        if not kinds:
            raise VocabularyError(
                f"found no pair of languages with enough translations between words that have vectors (pairs: "
                f"{', '.join('-'.join(pair) for pair in self._usable) or 'none'}), expected at least one; add "
                "dictionaries to the graph, vectors, or hold out fewer languages"
            )
        return kinds[number % len(kinds)]

    def between(self, source: str, target: str) -> Dictionary | None:
        """The usable pairs of two languages, if there is a dictionary."""
        return self._usable.get((source, target))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that tasks are drawn from."""
        return tuple(sorted({language for pair in self._usable for language in pair}))

    def _prepared(self, family: Family[Task], source: str, target: str) -> Family[Task]:
        return family.along(self._detours(source, target)) if isinstance(family, PivotFamily) else family

    def _detours(self, source: str, target: str) -> dict[str, tuple[str, ...]]:
        """Where the words of ``source`` lead by way of any third language that training may see."""
        ends_of: dict[str, dict[str, None]] = {}
        for pivot in self.languages:
            first, second = self.between(source, pivot), self.between(pivot, target)
            if first is not None and second is not None:
                for word, ends in detours(first, second).items():
                    ends_of.setdefault(word, {}).update(dict.fromkeys(ends))
        return {word: tuple(ends) for word, ends in ends_of.items()}

    @cached_property
    def _usable(self) -> dict[tuple[str, str], Dictionary]:
        return {
            (source, target): dictionary.within(self.vectors.words(source), self.vectors.words(target))
            for (source, target), dictionary in self.dictionaries.items()
            if not same_languages(self.held_out, (source, target))
        }
