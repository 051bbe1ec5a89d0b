"""Results of queries: words, edges, and paths with their sources, weights and licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from isogloss.data.dictionary import Origin
from isogloss.data.licence import strictest
from isogloss.data.tables import html_table
from isogloss.kg.storage.run import Run

SPELLING = "spelling"  # the relation of a step between two spellings of one word, which no source claims


class How(StrEnum):
    """What an entry is to the word that was asked for."""

    WRITTEN = "written so"
    SPELLING = "other spelling"
    ACCENTS = "other accents"
    LEMMA = "base form"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a graph."""

    word: str
    language: str
    pos: str = ""
    freq_rank: int | None = None
    id: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.word} ({self.language})"


class Match(NamedTuple):
    """An entry that is asked in place of a word, and why: ``How``."""

    entry: Word
    how: How
    weight: float = 1.0  # of the probability of its translations


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word that an edge holds: with its weight, and, where it was computed, how and why."""

    source: Origin
    weight: float
    run: Run | None = None
    evidence: Mapping[str, Any] | None = None

    @property
    def strength(self) -> float:
        """The weight, as far as the source can be trusted."""
        return self.weight * self.source.quality


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path: from one word to the next, with all who claim it."""

    start: Word
    relation: str
    end: Word
    weight: float  # all claims together
    claims: tuple[Claim, ...]

    def __str__(self) -> str:
        sources = ", ".join(f"{claim.source.name} {claim.weight:.2f}" for claim in self.claims)
        return f"{self.start} → {self.end} [{sources}]"


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a word to its translation, with what it adds to the score."""

    steps: tuple[Step, ...]
    score: float

    @property
    def licence(self) -> str:
        """The strictest licence on the way."""
        return strictest(claim.source.licence for step in self.steps for claim in step.claims)

    @property
    def direct(self) -> bool:
        """Whether it is one edge, and no pivot is on the way."""
        return len(self.steps) == 1

    @property
    def words(self) -> tuple[Word, ...]:
        """The words on the way, both ends included."""
        return (*(step.start for step in self.steps[:1]), *(step.end for step in self.steps))

    def __str__(self) -> str:
        names = " → ".join(map(str, self.words))
        sources = "; ".join(dict.fromkeys(claim.source.name for step in self.steps for claim in step.claims))
        return f"{names}  {self.score:.3f}  {sources}  ({self.licence or 'licence unknown'})"


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A word at the other end of an edge."""

    relation: str
    word: Word
    weight: float
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class LanguageStats:
    """A language of a graph in figures."""

    code: str
    name: str
    script: str
    entries: int


@dataclass(frozen=True)
class SourceStats:
    """A source of a graph in figures; ``edges`` counts each edge once, whichever way it is read.

    ``quality`` was set. ``confirmed`` is estimated: the share of its translations that another source states, too, of
    those that one could (``confirmable`` were sampled); ``None`` where there are none. ``one_with`` names a source with
    nearly the same translations, such as the same dictionary in another format: both count as one.
    """

    name: str
    licence: str
    licence_class: str
    kind: str
    url: str
    quality: float
    edges: int
    confirmed: float | None = None
    confirmable: int = 0
    one_with: str = ""


@dataclass(frozen=True, repr=False)
class Stats:
    """A graph in figures. ``coverage`` counts the translations between two languages, the first by name first."""

    languages: tuple[LanguageStats, ...]
    sources: tuple[SourceStats, ...]
    relations: Mapping[str, int]
    coverage: Mapping[tuple[str, str], int]
    concepts: int
    bytes: int

    @property
    def entries(self) -> int:
        """The words of all languages."""
        return sum(language.entries for language in self.languages)

    @property
    def edges(self) -> int:
        """The edges of all sources, each counted once."""
        return sum(self.relations.values())

    def __str__(self) -> str:
        return f"{self.entries:,} words of {len(self.languages)} languages, {self.edges:,} edges"

    def __repr__(self) -> str:
        return f"<Stats: {self}>"

    def _repr_html_(self) -> str:
        return self.as_html(str(self))

    def as_html(self, caption: str) -> str:
        """A table of the languages."""
        rows: list[tuple[Any, ...]] = [(language.code, language.name, language.entries) for language in self.languages]
        return html_table(caption, ("code", "language", "words"), rows)
