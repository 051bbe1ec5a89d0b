"""Naming pictures in a language that has named only a few: projections of pictures and texts, meta-trained on others.

A language's texts are off in a way of their own, even as a multilingual encoder has them. Training goes from language
to language: a few named pictures adapt the projections, others are to be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import normalize

from isogloss.data.compute import as_tensor
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.progress import Progress, silent
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.meta.encoders.shared_space import TEMPERATURE, SharedSpace, info_nce
from isogloss.meta.learners import Episode
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.training.any_module import Loops, MetaModel, train

IMAGE = "image"
SUPPORT = (5, 10, 25)  # named pictures of an episode; round numbers
QUERY = 64  # pictures of an episode that are to be named, of as many names; round number


@dataclass(frozen=True, eq=False)
class Things:
    """Things with their pictures, shape ``(n, d)``, and names by language, ``(n, e)``; zeros where one is missing.

    All names are by one multilingual encoder.
    """

    images: Matrix
    names: Mapping[str, Matrix]

    def only(self, rows: Sequence[int] | NDArray[np.int64]) -> Things:
        """Those in ``rows``."""
        return Things(self.images[rows], {language: names[rows] for language, names in self.names.items()})

    def named(self, language: str) -> NDArray[np.int64]:
        """The rows that have a picture and a name in ``language``."""
        return np.flatnonzero(self.images.any(axis=1) & self.names[language].any(axis=1))


@dataclass(frozen=True)
class NamingSettings:
    """Numbers of the space, steps of contrastive pre-training, and the loops of meta-training.

    Steps and rates are those that were best for Turkish, Polish and Swedish (``benchmarks.quality.image_naming``).
    """

    size: int = 64
    pretraining: int = 40
    loops: Loops = field(default_factory=lambda: Loops(steps=100, inner_steps=3, inner_rate=0.5, outer_rate=0.001))
    learner: str = "fomaml"
    seed: int = 0


DEFAULTS = NamingSettings()


class Projections(nn.Module):
    """Cosines, over a temperature, of all pictures with all texts of a batch; a row is a picture and a text in one."""

    def __init__(self, image: Matrix, text: Matrix) -> None:
        super().__init__()
        self.image = nn.Parameter(torch.tensor(image))
        self.text = nn.Parameter(torch.tensor(text))

    def forward(self, rows: Tensor) -> Tensor:
        """Shape ``(n, d + e)`` to ``(n, n)``."""
        images, texts = rows[:, : len(self.image)], rows[:, len(self.image) :]
        return normalize(images @ self.image, dim=1) @ normalize(texts @ self.text, dim=1).T / TEMPERATURE


class Namer(NamedTuple):
    """Projections of pictures and of the texts of one language, with the means that are taken off before."""

    module: nn.Module
    image_centre: Matrix
    text_centre: Matrix

    def scores(self, images: Matrix, texts: Matrix) -> Matrix:
        """Cosines of pictures, shape ``(n, d)``, with texts, shape ``(m, e)``; shape ``(n, m)``."""
        weights = {name: weight.detach().numpy() for name, weight in self.module.named_parameters()}
        x = unit(unit(images - self.image_centre) @ weights["image"])
        return np.asarray(x @ unit(unit(texts - self.text_centre) @ weights["text"]).T)


@dataclass(frozen=True, eq=False)
class NamingModel:
    """Meta-trained projections; ``pretrained`` are those before."""

    trained: MetaModel
    pretrained: Projections
    image_centre: Matrix

    def adapted(self, images: Matrix, texts: Matrix, unnamed: Matrix | None = None) -> Namer:
        """For a language of which some pictures are named.

        Args:
            images: The named pictures, shape ``(k, d)``; one or none leaves the projections as they are.
            texts: Their names, shape ``(k, e)``.
            unnamed: Further texts of the language, for their mean; by default there are only the names.
        """
        centre = np.concatenate([texts] if unnamed is None else [texts, unnamed]).mean(axis=0)
        if len(images) < 2:
            return Namer(self.trained.module, self.image_centre, centre)
        batch = _batch(unit(images - self.image_centre), unit(texts - centre))
        return Namer(self.trained.adapt(*batch), self.image_centre, centre)


@single_thread()
def train_on_things(things: Things, settings: NamingSettings = DEFAULTS, *, progress: Progress = silent) -> NamingModel:
    """Learn a shared space of pictures and names contrastively, then meta-train it across languages.

    Raises:
        VocabularyError: No language has enough named pictures.
    """
    languages = [language for language in sorted(things.names) if len(things.named(language)) >= 2 * max(SUPPORT)]
    if not languages:
        raise VocabularyError(
            f"found {', '.join(sorted(things.names)) or 'no language'} with too few named pictures, expected one with "
            f"{2 * max(SUPPORT)} at least; give more pictures or names"
        )
    start, centres = pretrained(things, languages, settings)
    images = unit(things.images - centres[IMAGE])
    texts = {language: unit(things.names[language] - centres[language]) for language in languages}
    rows = {language: things.named(language) for language in languages}

    def episode(generator: torch.Generator) -> Episode:
        language = languages[int(torch.randint(len(languages), (), generator=generator))]
        support = SUPPORT[int(torch.randint(len(SUPPORT), (), generator=generator))]
        drawn = rows[language][torch.randperm(len(rows[language]), generator=generator).numpy()]
        parts = drawn[:support], drawn[support : support + QUERY]
        own = texts[language]
        return Episode(_batch(images[parts[0]], own[parts[0]]), _batch(images[parts[1]], own[parts[1]]))

    trained = train(start, episode, loss=_loss, learner=settings.learner, loops=settings.loops, progress=progress)
    return NamingModel(trained, start, centres[IMAGE])


def pretrained(
    things: Things, languages: Sequence[str], settings: NamingSettings
) -> tuple[Projections, Mapping[str, Matrix]]:
    """A ``SharedSpace`` of pictures and languages, each thing with what it has; the languages share a projection."""
    columns = {IMAGE: things.images, **{language: things.names[language] for language in languages}}
    present = {name: np.flatnonzero(matrix.any(axis=1)) for name, matrix in columns.items()}
    records: list[dict[str, int]] = [{} for _ in things.images]
    for name, rows in present.items():
        for row in rows.tolist():
            records[row][name] = row
    encoders = {name: _Rows(matrix) for name, matrix in columns.items()}
    space = SharedSpace.learned(
        encoders, records, settings.size, tied=languages, steps=settings.pretraining, seed=settings.seed
    )
    return Projections(space.projections[IMAGE], space.projections[languages[0]]), space.centres


class _Rows:
    """An encoder of row numbers."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.dimensions = int(matrix.shape[1])

    def encode(self, items: Sequence[int]) -> Matrix:
        return self.matrix[list(items)]


def _batch(images: Matrix, texts: Matrix) -> Batch:
    return Batch(as_tensor(np.concatenate([images, texts], axis=1, dtype=np.float32)), torch.arange(len(images)))


def _loss(logits: Tensor, _: Tensor) -> Tensor:
    return info_nce(logits)
