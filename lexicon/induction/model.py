"""What a built lexicon knows: maps, corrections, densities and rankers, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.tensors import read_tensors, write_tensors
from isogloss.data.text.ngrams import Ngrams
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.encoded import Encoded, EncodedSide
from isogloss.lexicon.alignment.kernel_correction import Correction
from isogloss.lexicon.alignment.maps import Alignment, MappedRows, Side
from isogloss.lexicon.alignment.normalisation import Normalisation
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.third_languages import ThirdLanguages
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.inflection import Endings
from isogloss.lexicon.ranking.ranker import Ranker, from_tensors, tensors
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.direction import Direction
from isogloss.lexicon.search.index import Neighbors, Retrieval

if TYPE_CHECKING:  # it brings torch, which a lexicon that is there does not need
    from isogloss.lexicon.ranking.fit import Fit

Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Neighborhoods:
    """The nearest words of one language's words in the other language.

    ``density``, shape ``(n,)``, is the mean cosine of a word to its nearest words there, its own side kernel-corrected;
    ``density_other`` the same with the other side corrected. ``best`` holds its best translations by CSLS with its own
    side corrected, shapes ``(n, k)``.
    """

    density: Matrix
    density_other: Matrix
    best: Neighbors


@dataclass(frozen=True, eq=False)
class Model:
    """An alignment with all that scoring a pair takes; rows follow the words that the lexicon was induced from.

    ``optimism`` is how much too sure the fit is of the source words whose pairs it found itself (``ranking.optimism``),
    shape ``(n,)``; ``backward_optimism`` that of the source words that target words are paired with, shape ``(m,)``.
    ``encoded`` is what an encoder says of these words, where it has a
    part in the ranking.
    """

    alignment: Alignment
    pairs: Seeds
    source: Neighborhoods
    target: Neighborhoods
    ranker: Ranker
    backward_ranker: Ranker
    optimism: Matrix
    backward_optimism: Matrix
    encoded: Encoded | None = None
    third: ThirdLanguages | None = None

    @classmethod
    def of(
        cls,
        fit: Fit,
        direction: Direction,
        rankers: tuple[Ranker, Ranker],
        optimism: Matrix,
        encoded: Encoded | None = None,
    ) -> Model:
        """Keep the nearest words that ``direction`` retrieved."""
        source = Neighborhoods(
            direction.forward_retrieval.source_density,
            direction.backward_retrieval.source_density,
            direction.forward_retrieval.forward,
        )
        target = Neighborhoods(
            direction.backward_retrieval.target_density,
            direction.forward_retrieval.target_density,
            direction.backward_retrieval.backward,
        )
        of_targets = _of_targets(optimism, fit.pairs, len(target.density))
        return cls(fit.alignment, fit.pairs, source, target, *rankers, optimism, of_targets, encoded, fit.third)

    def reversed(self) -> Model:
        """The same model from target to source."""
        turned = self.alignment.reversed()
        encoded = None if self.encoded is None else self.encoded.reversed()
        third = None if self.third is None else self.third.reversed()
        pairs, rankers = self.pairs.reversed(), (self.backward_ranker, self.ranker)
        optimism = self.backward_optimism, self.optimism
        return Model(turned, pairs, self.target, self.source, *rankers, *optimism, encoded, third)

    def extractor(self, source: Vectors, target: Vectors) -> Extractor:
        """Features of pairs of these words, as at the time of the build; a word is mapped when it is asked for."""
        alignment = self.alignment
        # Only rows are taken of the tables of a direction, as of arrays.
        x, y = (
            cast("Matrix", MappedRows(vectors.matrix, side))
            for vectors, side in ((source, alignment.source), (target, alignment.target))
        )
        corrected_x, corrected_y = (
            cast("Matrix", MappedRows(vectors.matrix, side, correction))
            for vectors, side, correction in (
                (source, alignment.source, alignment.source_correction),
                (target, alignment.target, alignment.target_correction),
            )
        )
        # Only these parts of the two retrievals are looked at again.
        forward = Retrieval(self.source.best, self.target.best, self.source.density, self.target.density_other)
        backward = Retrieval(self.source.best, self.target.best, self.source.density_other, self.target.density)
        spelling = None
        if "letters" in self.ranker.features:
            grams = Ngrams.of(source.words), Ngrams.of(target.words)
            spelling = Spelling.of(*grams, (self.pairs.source, self.pairs.target))
        endings = None
        if "ending" in self.ranker.features:
            endings = Endings.of(source.words, target.words, self.pairs, self.source.best.rows)
        profiles = Profiles.of(x, y, self.pairs)
        direction = Direction(x, corrected_x, y, corrected_y, forward, backward)
        return Extractor(direction, target.words, profiles, spelling, self.encoded, self.third, endings)

    def fits(self, source: Vectors, target: Vectors) -> bool:
        """Whether shapes and row numbers are those of these vectors."""
        alignment = self.alignment
        sides = (
            (alignment.source, self.source, self.pairs.source, source, target),
            (alignment.target, self.target, self.pairs.target, target, source),
        )
        for side, neighborhood, pairs, vectors, opposite in sides:
            n, d = vectors.matrix.shape
            maps = side.map.ndim == 2 and side.map.shape[0] == side.normalisation.means.shape[-1] == d
            densities = neighborhood.density.shape == neighborhood.density_other.shape == (n,)
            best = (
                neighborhood.best.rows.ndim == 2
                and neighborhood.best.rows.shape == neighborhood.best.scores.shape
                and len(neighborhood.best.rows) == n
            )
            if not (
                maps and densities and best and _within(neighborhood.best.rows, len(opposite)) and _within(pairs, n)
            ):
                return False
        if self.optimism.shape != (len(source),):
            return False
        if self.encoded is not None and not _encoded_fits(self.encoded, len(source), len(target)):
            return False
        return bool(alignment.source.map.shape[1] == alignment.target.map.shape[1])

    def save(self, path: Path) -> None:
        """Write the tensors to a safetensors file."""
        alignment = self.alignment
        named = {
            **_side("source", alignment.source, alignment.source_correction, self.source),
            **_side("target", alignment.target, alignment.target_correction, self.target),
            **{f"onward_{name}": value for name, value in tensors(self.ranker).items()},
            **{f"back_{name}": value for name, value in tensors(self.backward_ranker).items()},
            **({} if self.encoded is None else _encoded_tensors(self.encoded)),
            "optimism": self.optimism,
            "pairs": np.stack([self.pairs.source, self.pairs.target]).astype(np.int32),
            **({} if self.third is None else self.third.tensors()),
        }
        write_tensors(path, named, {"format": "isogloss lexicon 1"})

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what ``save`` wrote.

        Raises:
            FormatError: The file is missing, broken or holds something else.
        """
        expected = "the model of a built lexicon; build it again"
        try:
            stored, _ = read_tensors(path, expected=expected, unbounded=("_scores", "density", "density_bent"))
            source, source_correction, of_source = _read_side("source", stored)
            target, target_correction, of_target = _read_side("target", stored)
            ranker, backward_ranker = (from_tensors(_named(f"{side}_", stored)) for side in ("onward", "back"))
            pairs = Seeds(*stored["pairs"].astype(np.int64))
            optimism = stored["optimism"] if "optimism" in stored else np.zeros(len(of_source.density), np.float32)
            of_targets = _of_targets(optimism, pairs, len(of_target.density))
            encoded, third = _read_encoded(stored), ThirdLanguages.from_tensors(stored)
            if encoded is None and (ranker.second_opinion or backward_ranker.second_opinion):
                raise ValueError("a ranker with encoder features, but no encoded words")
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise FormatError.at(path, None, f"tensors that do not fit ({error})", expected) from error
        alignment = Alignment(source, target, source_correction, target_correction)
        return cls(
            alignment, pairs, of_source, of_target, ranker, backward_ranker, optimism, of_targets, encoded, third
        )


def _of_targets(optimism: Matrix, pairs: Seeds, count: int) -> Matrix:
    """The largest optimism of the source words that each of ``count`` target words is paired with."""
    of_targets = np.zeros(count, np.float32)
    np.maximum.at(of_targets, pairs.target, optimism[pairs.source])
    return of_targets


def _within(rows: NDArray[np.int64], count: int) -> bool:
    return not rows.size or bool(rows.min() >= -1 and rows.max() < count)


def _side(name: str, side: Side, correction: Correction | None, hood: Neighborhoods) -> dict[str, NDArray[Any]]:
    corrected = {} if correction is None else {"anchors": correction.anchors, "coefficients": correction.coefficients}
    parts = {
        "means": side.normalisation.means,
        "map": side.map,
        "density": hood.density,
        "density_bent": hood.density_other,
        "best_rows": hood.best.rows.astype(np.int32),
        "best_scores": hood.best.scores,
        **corrected,
    }
    return {f"{name}_{part}": value for part, value in parts.items()}


def _read_side(name: str, stored: Tensors) -> tuple[Side, Correction | None, Neighborhoods]:
    part = _named(f"{name}_", stored)
    side = Side(Normalisation(part["means"]), part["map"])
    correction = Correction(part["anchors"], part["coefficients"]) if "anchors" in part else None
    best = Neighbors(part["best_rows"].astype(np.int64), part["best_scores"])
    return side, correction, Neighborhoods(part["density"], part["density_bent"], best)


def _encoded_tensors(encoded: Encoded) -> dict[str, NDArray[Any]]:
    return {
        f"encoded_{name}_{part}": value
        for name, side in (("source", encoded.source), ("target", encoded.target))
        for part, value in (
            ("vectors", side.vectors.astype(np.float16)),
            ("density", side.density),
            ("best_scores", side.best_score),
            ("best_rows", side.best.astype(np.int32)),
        )
    }


def _read_encoded(stored: Tensors) -> Encoded | None:
    if "encoded_source_vectors" not in stored:
        return None
    sides = []
    for name in ("source", "target"):
        part = _named(f"encoded_{name}_", stored)
        vectors, best = part["vectors"].astype(np.float32), part["best_rows"].astype(np.int64)
        sides.append(EncodedSide(vectors, part["density"], part["best_scores"], best))
    return Encoded("encoder", *sides)


def _encoded_fits(encoded: Encoded, n: int, m: int) -> bool:
    for side, count, opposite_count in ((encoded.source, n, m), (encoded.target, m, n)):
        shapes = side.density.shape == side.best_score.shape == (count,) == side.vectors.shape[:1]
        if not (shapes and side.best.ndim == 2 and len(side.best) == count and _within(side.best, opposite_count)):
            return False
    return encoded.source.vectors.shape[1:] == encoded.target.vectors.shape[1:]


def _named(prefix: str, stored: Tensors) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): value for name, value in stored.items() if name.startswith(prefix)}
