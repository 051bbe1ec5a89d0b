"""What the JSON of the API looks like, for its description (OpenAPI); the values are made by ``kg.as_json``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Failure(_Exact):
    """Why there is no answer."""

    error: str


class Language(_Exact):
    """A language of the graph."""

    code: str
    name: str
    script: str
    entries: int


class Entry(_Exact):
    """An entry of a word."""

    word: str
    language: str
    pos: str
    freq_rank: int | None


class Run(_Exact):
    """A run of a program that made an edge."""

    method: str
    settings: dict[str, Any]
    seed: int | None
    version: str
    started: str


class Claim(_Exact):
    """Who says that an edge holds."""

    source: str
    licence: str
    kind: str
    quality: float
    weight: float
    run: Run | None = None
    evidence: dict[str, Any] | None = None


class Step(_Exact):
    """One edge; words are language and word."""

    from_: tuple[str, str] = Field(alias="from")
    relation: str
    to: tuple[str, str]
    weight: float
    claims: list[Claim]


class Path(_Exact):
    """One way from a word to another."""

    score: float
    licence: str
    steps: list[Step]


class Translation(_Exact):
    """A translation, as ``isogloss kg translate --json`` prints it; ``paths`` with ``explain`` only."""

    word: str
    entry: str  # the word that was translated: another spelling or the base form, where ``match`` says so
    match: str
    rank: int
    translation: str
    language: str
    pos: str
    senses: list[str]
    score: float
    direct: bool
    licence: str
    paths: list[Path] | None = None
    path_count: int | None = None


class Neighbor(_Exact):
    """A word at the other end of an edge."""

    relation: str
    language: str
    word: str
    weight: float
    claims: list[Claim]


class Concept(_Exact):
    """A meaning that words share; ``words`` by language."""

    key: str
    source: str
    licence: str
    pos: str
    definition: str
    cohesion: float | None
    words: dict[str, list[str]]


class Source(_Exact):
    """A source of the graph."""

    name: str
    licence: str
    licence_class: str
    kind: str
    url: str
    quality: float
    edges: int
    confirmed: float | None  # share of ``confirmable`` translations that another source states, too
    confirmable: int
    one_with: str  # a source with nearly the same translations, which counts as one with it


class Coverage(_Exact):
    """How many translations two languages have."""

    source: str
    target: str
    translations: int


class Stats(_Exact):
    """The graph in figures, as ``isogloss kg stats --json`` prints them."""

    entries: int
    edges: int
    concepts: int
    bytes: int
    relations: dict[str, int]
    languages: list[Language]
    sources: list[Source]
    coverage: list[Coverage]


class Surroundings(_Exact):
    """The words round a word and the edges between them; ``id`` is ``language:word``."""

    nodes: list[Node]
    edges: list[Edge]


class Node(_Exact):
    """A word of the surroundings."""

    id: str
    word: str
    language: str


class Edge(_Exact):
    """The surest edge between two words of the surroundings."""

    source: str
    target: str
    relation: str
    weight: float
    sources: str
