"""What reports read of the results of each kind of step, so that a result that lacks it counts as none."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from isogloss.project.steps import Kind


class _Figures(BaseModel):
    model_config = ConfigDict(strict=True)


class _Fetched(_Figures):
    bytes: int


class _Graph(_Figures):
    languages: dict[str, int]
    words: int
    edges: int
    concepts: int
    pairs: list[tuple[str, str, int]]


class _Seeds(_Figures):
    pairs: int
    how: str
    licences: list[str]


class _Lexicon(_Figures):
    pairs: int
    seed_words: int
    seeds: str
    source_words: int
    covered: int
    expected_precision: float | None  # JSON has no NaN
    precision_at_1: float | None
    warnings: list[str]


class _Evaluation(_Figures):
    words: int
    precision_at_1: float | None


class _Model(_Figures):
    languages: list[str]
    held_out: list[str]


class _Inferred(_Figures):
    pairs: int
    candidates: int
    expected_precision: float | None = None
    how: str


FIGURES: Mapping[Kind, type[BaseModel]] = {
    "vectors": _Fetched,
    "dictionary": _Fetched,
    "dictionaries": _Graph,
    "seeds": _Seeds,
    "lexicon": _Lexicon,
    "model": _Model,
    "ranker": _Model,
    "evaluation": _Evaluation,
    "loaded": _Graph,
    "inferred": _Inferred,
    "graph": _Graph,
}
