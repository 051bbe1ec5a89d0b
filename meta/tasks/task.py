"""A task: a few known examples to adapt on, and others to be judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Example(NamedTuple):
    """Whether ``target`` translates ``source``."""

    source: str
    target: str
    holds: bool = True


@dataclass(frozen=True)
class Task:
    """One draw of a family for a pair of languages; no source word of ``query`` stands in ``support``.

    Where ``given`` is set, the examples name the candidates to judge, wrong ones included; otherwise they hold
    right pairs alone and the candidates are whatever the vectors propose. ``descriptor`` says in a few numbers
    what kind of task it is.
    """

    family: str
    source: str
    target: str
    support: tuple[Example, ...]
    query: tuple[Example, ...]
    given: bool = False
    descriptor: Mapping[str, float] = field(default_factory=dict)

    @property
    def seeds(self) -> tuple[Example, ...]:
        """The pairs of the support set that hold: what maps are fitted to."""
        return tuple(example for example in self.support if example.holds)

    def __repr__(self) -> str:
        return f"<Task {self.family} {self.source}-{self.target}: {len(self.seeds)} seeds, {len(self.query)} queries>"
