"""Every known word judged by a fit that never saw it: what the ranker learns from and what the report quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation, gold_ranks, pooled, separation
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.search.index import Rows
from isogloss.lexicon.self_learning.training_pairs import Evidence

RANKED = 1_000  # held-out words of a fold that are ranked among all words for the report

Truth = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of words that their fit had not seen: features ``(n, k, f)``, truth ``(n, k)``, words ``(n,)``."""

    words: Rows
    features: Matrix
    truth: Truth

    @classmethod
    def of(cls, found: Candidates, gold: Seeds) -> Examples:
        """The candidates of the words of ``gold``."""
        asked = found.of_words(gold.words)
        truth = np.array(
            [
                [row in gold.gold[word] for row in listed]
                for word, listed in zip(asked.words.tolist(), asked.rows.tolist(), strict=True)
            ]
        )
        return cls(asked.words, asked.features, truth.reshape(asked.rows.shape))

    @classmethod
    def together(cls, parts: Iterable[Examples]) -> Examples:
        """Several folds as one."""
        parts = list(parts)
        return cls(
            np.concatenate([part.words for part in parts]),
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.truth for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Crossfit:
    """The examples of all folds in both directions, how CSLS alone did on them, and the candidates of every word."""

    onward: Examples
    back: Examples
    linear: Validation
    bent: Validation
    candidates: Candidates


def crossfit(
    space: Space,
    method: Method,
    evidence: Evidence,
    *,
    everyone: bool = False,
    compute: Compute = DEFAULT,
) -> Crossfit:
    """Hold out all words fold by fold and judge those with pairs by a fit to the other folds' pairs.

    ``space`` may hold fewer words than ``evidence``; pairs outside it are left aside. With ``everyone`` the candidates
    of words without a pair are looked at, too.
    """
    folds = evidence.folds(len(space.x))
    parts = [
        _fold(space, method, evidence, held_out, everyone, compute.device)
        for held_out in compute.progress(folds, "Judging held-out words", len(folds))
    ]
    onward, back, linear, bent, candidates = zip(*parts, strict=True)
    return Crossfit(
        Examples.together(onward),
        Examples.together(back),
        pooled(linear),
        pooled(bent),
        Candidates.concatenated(candidates),
    )


def _fold(
    space: Space, method: Method, evidence: Evidence, held_out: Rows, everyone: bool, device: str
) -> tuple[Examples, Examples, Validation, Validation, Candidates]:
    pairs, gold, told = (
        each.within(len(space.x), len(space.y)) for each in (evidence.pairs, evidence.gold, evidence.told)
    )
    known, test = pairs.without(held_out), (gold if len(gold) else told).only(held_out)
    unknown = pairs.only(np.intersect1d(held_out, evidence.judged))
    some = test.only(held_out[np.isin(held_out, test.words)][:RANKED])
    fit = Fit.of(space, method, known)
    way = fit.direction(space, device=device)
    unseen = unknown.reversed().without(known.target)  # a target word that another pair showed is not held out
    apart = separation(way.source, way.target, told.only(held_out))
    forth, back = fit.extractor(way, space), fit.backward_extractor(way, space)
    found = Candidates.of(forth, held_out if everyone else unknown.words, space.source.words)
    return (
        Examples.of(found, unknown),
        Examples.of(Candidates.of(back, unseen.words, space.target.words), unseen),
        Validation(
            gold_ranks(way.source, way.target, way.backward_retrieval.target_density, some), apart, len(way.target)
        ),
        Validation(
            gold_ranks(way.corrected_source, way.target, way.forward_retrieval.target_density, some),
            apart,
            len(way.target),
        ),
        found,
    )
