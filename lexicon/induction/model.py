"""What a built lexicon knows: maps, corrections, densities and rankers, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.text.ngrams import Ngrams
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.kernel_correction import Correction
from isogloss.lexicon.alignment.maps import Alignment, Side
from isogloss.lexicon.alignment.normalisation import Normalisation
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.ranker import Ranker, from_tensors, tensors
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.csls import Retrieval
from isogloss.lexicon.search.direction import Direction
from isogloss.lexicon.search.index import Neighbors

Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Crowd:
    """How a language's words stand to those of the other.

    ``density``, shape ``(n,)``, is a word's mean cosine to its nearest words there, after the correction of its own
    side; ``density_bent`` the same after that of the other side. ``best`` holds its best translations by CSLS after the
    correction of its own side, shapes ``(n, k)``.
    """

    density: Matrix
    density_bent: Matrix
    best: Neighbors


@dataclass(frozen=True, eq=False)
class Model:
    """An alignment with all that judging a pair takes; rows follow the words that the lexicon was induced from."""

    alignment: Alignment
    pairs: Seeds
    source: Crowd
    target: Crowd
    ranker: Ranker
    ranker_back: Ranker

    @classmethod
    def of(cls, alignment: Alignment, pairs: Seeds, way: Direction, ranker: Ranker, ranker_back: Ranker) -> Model:
        """Keep what ``way`` found."""
        source = Crowd(
            way.forward_retrieval.source_density, way.backward_retrieval.source_density, way.forward_retrieval.forward
        )
        target = Crowd(
            way.backward_retrieval.target_density, way.forward_retrieval.target_density, way.backward_retrieval.backward
        )
        return cls(alignment, pairs, source, target, ranker, ranker_back)

    def reversed(self) -> Model:
        """The same model from target to source."""
        turned = self.alignment.reversed()
        return Model(turned, self.pairs.reversed(), self.target, self.source, self.ranker_back, self.ranker)

    def extractor(self, source: Vectors, target: Vectors) -> Extractor:
        """Features of pairs of these words, as at the time of the build."""
        x, y = self.alignment.source(source.matrix), self.alignment.target(target.matrix)
        corrected_x = self.alignment.source_correction(x) if self.alignment.source_correction else x
        corrected_y = self.alignment.target_correction(y) if self.alignment.target_correction else y
        # Only these parts of the two retrievals are looked at again.
        onward = Retrieval(self.source.best, self.target.best, self.source.density, self.target.density_bent)
        back = Retrieval(self.source.best, self.target.best, self.source.density_bent, self.target.density)
        spelling = None
        if "letters" in self.ranker.features:
            grams = Ngrams.of(source.words), Ngrams.of(target.words)
            spelling = Spelling.of(*grams, (self.pairs.source, self.pairs.target))
        profiles = Profiles.of(x, y, self.pairs)
        return Extractor(Direction(x, corrected_x, y, corrected_y, onward, back), target.words, profiles, spelling)

    def save(self, path: Path) -> None:
        """Write the tensors to a safetensors file."""
        from safetensors.numpy import save_file

        way = self.alignment
        found = {
            **_side("source", way.source, way.source_correction, self.source),
            **_side("target", way.target, way.target_correction, self.target),
            **{f"onward_{name}": value for name, value in tensors(self.ranker).items()},
            **{f"back_{name}": value for name, value in tensors(self.ranker_back).items()},
            "pairs": np.stack([self.pairs.source, self.pairs.target]).astype(np.int32),
        }
        contiguous = {name: np.ascontiguousarray(value) for name, value in found.items()}
        save_file(contiguous, path, metadata={"format": "isogloss lexicon 1"})

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what ``save`` wrote.

        Raises:
            FormatError: The file is missing, broken or holds something else.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        expected = "the model of a built lexicon; build it again"
        try:
            found = load_file(path)
            source, onward, seen_by_source = _read_side("source", found)
            target, back, seen_by_target = _read_side("target", found)
            rankers = [from_tensors(_named(f"{way}_", found)) for way in ("onward", "back")]
            pairs = Seeds(*found["pairs"].astype(np.int64))
        except (OSError, SafetensorError) as error:
            raise FormatError.at(path, None, f"no readable tensors ({error})", expected) from error
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise FormatError.at(path, None, f"tensors that do not fit ({error})", expected) from error
        alignment = Alignment(source, target, onward, back)
        return cls(alignment, pairs, seen_by_source, seen_by_target, *rankers)


def _side(name: str, side: Side, correction: Correction | None, crowd: Crowd) -> dict[str, NDArray[Any]]:
    bend = {} if correction is None else {"anchors": correction.anchors, "coefficients": correction.coefficients}
    found = {
        "means": side.normalisation.means,
        "map": side.map,
        "density": crowd.density,
        "density_bent": crowd.density_bent,
        "best_rows": crowd.best.rows.astype(np.int32),
        "best_scores": crowd.best.scores,
        **bend,
    }
    return {f"{name}_{part}": value for part, value in found.items()}


def _read_side(name: str, found: Tensors) -> tuple[Side, Correction | None, Crowd]:
    part = _named(f"{name}_", found)
    side = Side(Normalisation(part["means"]), part["map"])
    bend = Correction(part["anchors"], part["coefficients"]) if "anchors" in part else None
    best = Neighbors(part["best_rows"].astype(np.int64), part["best_scores"])
    return side, bend, Crowd(part["density"], part["density_bent"], best)


def _named(prefix: str, found: Tensors) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}
