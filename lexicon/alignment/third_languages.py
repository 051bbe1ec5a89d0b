"""Third languages: what a word is called in languages that have a dictionary with the source language.

A new target language has no dictionary with any of them. It is mapped to each with the pairs that were just induced,
joined by way of the source word, and every candidate is compared with the known translations (after the multilingual
hubs of Heyman et al., 2019, and pivoting by Tanaka and Umemura, 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.csls import csls
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Aligner
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import Rows

TRANSLATIONS = 4  # most frequent translations of a word that count; round number
TARGETS = 20_000  # most frequent target words that are compared with third languages; round number
PROPOSED = 3  # target words that each translation proposes; round number
PROPOSALS = 6  # target words that all third languages add to the candidates of a word, at most; round number
MIN_PAIRS = 50  # pairs without which no map of a third language is fitted; round number


@dataclass(frozen=True, eq=False)
class ThirdLanguage:
    """A language with known translations of source words.

    ``vectors``, shape ``(m, d)``, are normalised as those of the space; ``translations``, shape
    ``(n, TRANSLATIONS)``, has rows of them for each source word, and -1 where there are no more.
    """

    name: str
    vectors: Matrix
    translations: Rows

    def first(self, count: int) -> ThirdLanguage:
        """For the ``count`` most frequent source words only."""
        return replace(self, translations=self.translations[:count])

    def joined(self, pairs: Seeds) -> Seeds:
        """Pairs of this language and the target, by way of the source words of ``pairs``."""
        inside = pairs.source < len(self.translations)
        rows = self.translations[pairs.source[inside]]
        present = rows >= 0
        return Seeds(rows[present], np.repeat(pairs.target[inside], present.sum(axis=1)))


class ThirdFit(NamedTuple):
    """A third language and the target in one space, with the words that each translation proposes."""

    translations: Rows  # (n, TRANSLATIONS)
    x: Matrix  # (m, shared), of the third language
    y: Matrix  # (t, shared), of the target
    x_density: Matrix  # (m,)
    y_density: Matrix  # (t,)
    proposed: Rows  # (m, PROPOSED)
    proposed_scores: Matrix  # (m, PROPOSED)

    @classmethod
    def of(cls, third: ThirdLanguage, y: Matrix, aligner: Aligner, pairs: Seeds) -> ThirdFit | None:
        """Map ``third`` and the target with the ``pairs`` of source and target; ``None`` where they are too few."""
        y = y[:TARGETS]
        joined = third.joined(pairs).within(len(third.vectors), len(y))
        if len(joined) < MIN_PAIRS:
            return None
        maps = aligner(third.vectors[joined.source], y[joined.target])
        mapped, targets = unit(third.vectors @ maps.source), unit(y @ maps.target)
        retrieved = retrieve(mapped, targets, PROPOSED, k_backward=1)
        return cls(
            third.translations,
            mapped,
            targets,
            retrieved.source_density,
            retrieved.target_density,
            retrieved.forward.rows,
            retrieved.forward.scores,
        )

    def scores(self, sources: Rows, targets: Rows) -> Matrix:
        """The largest CSLS of a known translation of each source row to the target row; ``nan`` where none is known.

        Both have one shape, which is that of the result.
        """
        inside = (sources >= 0) & (sources < len(self.translations)) & (targets < len(self.y))
        rows = self.translations[np.where(inside, sources, 0)]
        target_rows = np.where(inside, targets, 0)
        target, density = self.y[target_rows], self.y_density[target_rows]
        best = np.full(sources.shape, -np.inf, np.float32)
        for place in range(rows.shape[-1]):
            row = rows[..., place]
            present = inside & (row >= 0)
            if present.any():
                cosine = np.einsum("nd,nd->n", self.x[row[present]], target[present])
                best[present] = np.maximum(best[present], csls(cosine, self.x_density[row[present]], density[present]))
        return np.where(np.isfinite(best), best, np.nan).astype(np.float32)

    def proposals(self, sources: Rows) -> tuple[Rows, Matrix]:
        """The target words that the translations of each source row propose, and their CSLS, shapes ``(n, p)``."""
        inside = (sources >= 0) & (sources < len(self.translations))
        rows = self.translations[np.where(inside, sources, 0)]
        present = (rows >= 0) & inside[:, None]
        proposed = np.where(present[..., None], self.proposed[rows], -1).reshape(len(sources), -1)
        scores = np.where(present[..., None], self.proposed_scores[rows], -np.inf).reshape(len(sources), -1)
        return proposed, scores.astype(np.float32)


@dataclass(frozen=True, eq=False)
class ThirdLanguages:
    """All third languages of a fit; ``turned`` compares from target to source."""

    fits: tuple[ThirdFit, ...]
    turned: bool = False

    @classmethod
    def of(cls, third: Sequence[ThirdLanguage], y: Matrix, aligner: Aligner, pairs: Seeds) -> ThirdLanguages:
        """Each of ``third`` mapped to the target language, ``y``, with ``pairs``, as far as these suffice."""
        return cls(tuple(fit for language in third if (fit := ThirdFit.of(language, y, aligner, pairs)) is not None))

    def reversed(self) -> ThirdLanguages:
        """From target to source."""
        return replace(self, turned=not self.turned)

    def features(self, queries: Rows, candidates: Rows) -> Matrix:
        """What third languages say of the candidates of each query, shapes ``(n,)`` and ``(n, k)``.

        Returns:
            Shape ``(n, k, 5)``: mean, largest and smallest CSLS over the languages that know the source word, the
            difference of the mean to that of the best candidate, and how many languages know it; the first four are
            ``nan`` where none does.
        """
        if not self.fits:
            return nothing_known(candidates.shape)
        query_rows = np.broadcast_to(queries[:, None], candidates.shape)
        ends = (candidates, query_rows) if self.turned else (query_rows, candidates)
        scores = np.stack([fit.scores(*ends) for fit in self.fits], axis=-1)
        present = np.isfinite(scores)
        count = present.sum(axis=-1)
        has_any = count > 0
        mean = np.where(present, scores, 0).sum(axis=-1) / np.maximum(count, 1)
        largest = np.where(present, scores, -np.inf).max(axis=-1)
        smallest = np.where(present, scores, np.inf).min(axis=-1)
        best = np.where(has_any, mean, -np.inf).max(axis=1, keepdims=True)
        behind = mean - np.where(np.isfinite(best), best, 0)
        compared = np.where(has_any[..., None], np.stack([mean, largest, smallest, behind], axis=-1), np.nan)
        return np.concatenate([compared, count[..., None]], axis=-1).astype(np.float32)

    def proposals(self, queries: Rows, candidates: Rows) -> Rows:
        """The best target words that third languages propose besides ``candidates``, shape ``(n, k)``.

        Returns:
            Shape ``(n, PROPOSALS)``, best first, -1 where there are no more.
        """
        if self.turned or not self.fits:
            return np.full((len(queries), PROPOSALS), -1, np.int64)
        proposed = [fit.proposals(queries) for fit in self.fits]
        rows, scores = (np.concatenate(parts, axis=1) for parts in zip(*proposed, strict=True))
        order = np.argsort(-scores, axis=1, kind="stable")
        rows = np.take_along_axis(rows, order, axis=1)
        return _distinct(np.where((rows[:, :, None] == candidates[:, None, :]).any(axis=-1), -1, rows))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """For a file; ``from_tensors`` reads them again."""
        return {
            f"third_{number}_{name}": _stored(value)
            for number, fit in enumerate(self.fits)
            for name, value in fit._asdict().items()
        }

    @classmethod
    def from_tensors(cls, stored: Mapping[str, NDArray[Any]]) -> ThirdLanguages | None:
        """The third languages of a file; ``None`` where it has none.

        Raises:
            KeyError: A tensor is missing.
            ValueError: Their shapes do not fit.
        """
        count = sum(name.startswith("third_") and name.endswith("_x") for name in stored)
        fits = tuple(
            ThirdFit(*(_read(stored[f"third_{number}_{name}"]) for name in ThirdFit._fields)) for number in range(count)
        )
        for fit in fits:
            if fit.x.ndim != 2 or fit.translations.max(initial=-1) >= len(fit.x) or fit.proposed.max() >= len(fit.y):
                raise ValueError("rows of third languages beyond the end of their vectors")
        return cls(fits) if fits else None


def nothing_known(shape: tuple[int, ...]) -> Matrix:
    """The features of candidates, of that ``shape``, where there is nothing to compare with."""
    features = np.full((*shape, 5), np.nan, np.float32)
    features[..., -1] = 0
    return features


def _stored(value: NDArray[Any]) -> NDArray[Any]:
    """In half the space: vectors of unit length lose nothing that matters, rows are few."""
    if value.ndim == 2 and value.dtype == np.float32:
        return value.astype(np.float16)
    return value.astype(np.int32) if value.dtype == np.int64 else value


def _read(value: NDArray[Any]) -> NDArray[Any]:
    return value.astype(np.int64 if value.dtype == np.int32 else np.float32)


def _distinct(rows: Rows) -> NDArray[np.int64]:
    """The first ``PROPOSALS`` different rows of each line, -1 where there are fewer."""
    chosen = np.full((len(rows), PROPOSALS), -1, np.int64)
    for place, line in enumerate(rows.tolist()):
        different = [row for row in dict.fromkeys(line) if row >= 0][:PROPOSALS]
        chosen[place, : len(different)] = different
    return chosen
