"""A task: a support set to adapt on and a query set to evaluate on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Example(NamedTuple):
    """Whether ``target`` translates ``source``; if not, to what degree, from 0 to below 1."""

    source: str
    target: str
    holds: bool = True
    degree: float = 0.0

    @property
    def truth(self) -> float:
        """What a model should predict: 1 for a translation, else the degree."""
        return 1.0 if self.holds else self.degree


class Labelled(NamedTuple):
    """A word of a language and the number of its class."""

    language: str
    word: str
    label: int


@dataclass(frozen=True)
class Task:
    """One draw of a family for a pair of languages; no source word of ``query`` stands in ``support``.

    Where ``listed`` is set, the examples list the candidates of each source word, wrong ones included, ``listed`` in a
    row; otherwise they hold right pairs alone and candidates are retrieved by the vectors. ``descriptor`` holds the
    numbers of the task descriptor.
    """

    family: str
    source: str
    target: str
    support: tuple[Example, ...]
    query: tuple[Example, ...]
    listed: int = 0
    descriptor: Mapping[str, float] = field(default_factory=dict)

    @property
    def seeds(self) -> tuple[Example, ...]:
        """The pairs of the support set that hold: what maps are fitted to."""
        return tuple(example for example in self.support if example.holds)

    def __repr__(self) -> str:
        return f"<Task {self.family} {self.source}-{self.target}: {len(self.seeds)} seeds, {len(self.query)} queries>"


@dataclass(frozen=True)
class WordTask:
    """Words to classify: support in one language, query in another (or in both), no word and no translation in common.

    ``seeds`` are the pairs that map ``target`` into the space of ``source``: none has a word of support or query.
    Where ``confuse`` is set, the query asks for features from which the classes cannot be told.
    """

    family: str
    source: str
    target: str
    seeds: tuple[Example, ...]
    support: tuple[Labelled, ...]
    query: tuple[Labelled, ...]
    ways: int
    confuse: bool = False
    descriptor: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        sizes = f"{self.ways} classes, {len(self.support)} labelled, {len(self.query)} queries"
        return f"<WordTask {self.family} {self.source}-{self.target}: {sizes}>"
