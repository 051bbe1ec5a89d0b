"""Kernel ridge regression of what a linear map leaves over (its residual)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isogloss.data.compute import as_tensor
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Rows

if TYPE_CHECKING:
    import torch

BLOCK = 512  # rows corrected at a time, so that their kernel stays in the cache; round number, not tuned
FEW_ROWS = 2000  # up to which torch is not loaded; round number, not tuned
MAX_ANCHORS = 6000  # seed words: the solution costs their cube; round number, not tuned


@dataclass(frozen=True, eq=False)
class Correction:
    """Adds to each vector the residual that the regression predicts.

    A word ``x`` in the shared space becomes ``x + Σ k(x, anchor) coefficient``, where ``k`` is the cube of the cosine
    where that is positive and 0 elsewhere; ``anchors`` (seed words) and ``coefficients`` have shape ``(anchors, d)``.
    """

    anchors: Matrix
    coefficients: Matrix

    def __call__(self, x: Matrix) -> Matrix:
        """``x``, shape ``(n, d)``, unit length, corrected; rows keep unit length.

        Many words are computed in bfloat16 where that is fast, which turns a word by some thousandths of a radian; few
        without torch, whose loading takes longer.
        """
        if len(x) <= FEW_ROWS:
            cosine = np.maximum(x @ self.anchors.T, 0)
            return unit(x + (cosine * cosine * cosine) @ self.coefficients)  # a power takes six times as long

        from isogloss.lexicon.search.low_precision import fast_precision

        precision = fast_precision("cpu")
        anchors, coefficients = (as_tensor(m).to(precision) for m in (self.anchors, self.coefficients))
        corrected = np.empty_like(x)
        for part in _blocks(len(x)):
            rows = as_tensor(np.ascontiguousarray(x[part]))
            corrected[part] = (rows + (_kernel(rows.to(precision), anchors) @ coefficients).float()).numpy()
        return unit(corrected)


def residual_ridge(x: Matrix, y: Matrix, sources: Rows, targets: Rows, *, ridge: float = 1.0) -> Correction:
    """Fit the residual of the linear maps by kernel ridge regression (Saunders et al., 1998).

    Args:
        x: Mapped source vectors, shape ``(n, d)``, unit length.
        y: Mapped target vectors, shape ``(m, d)``, unit length.
        sources: Rows of the known pairs in ``x``, shape ``(pairs,)``; the regression target of a word with several
            translations is their mean.
        targets: Rows of the known pairs in ``y``, shape ``(pairs,)``.
        ridge: The penalty; larger corrects less.
    """
    import torch

    words, place = np.unique(sources, return_inverse=True)
    residual = np.zeros((len(words), x.shape[1]), np.float32)
    np.add.at(residual, place, y[targets] - x[sources])
    residual /= np.bincount(place)[:, None]
    if len(words) > MAX_ANCHORS:  # rows are frequency ranks: the most frequent stay
        words, residual = words[:MAX_ANCHORS], residual[:MAX_ANCHORS]
    anchors = as_tensor(x[words])
    gram = _kernel(anchors, anchors)
    gram.diagonal().add_(ridge)
    solved = torch.cholesky_solve(as_tensor(residual), torch.linalg.cholesky(gram))
    return Correction(x[words], np.ascontiguousarray(solved.numpy()))


def _kernel(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    cosine = (a @ b.T).clamp_(min=0)
    return cosine.square().mul_(cosine)


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, count, BLOCK))
