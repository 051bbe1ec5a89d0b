"""A trained classifier of texts: a handful of labelled texts in one language, answers in any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.errors import CheckpointError, VocabularyError
from isogloss.data.storage import replacing
from isogloss.data.vectors import Matrix
from isogloss.meta.models.tensor_file import check_shapes, loaded, read_tensors, write_tensors
from isogloss.meta.texts.network import TextNetwork, features_of, prototypes, similarity
from isogloss.meta.texts.training import SCALE, TextSettings

FILE = "texts.safetensors"
FORMAT = "isogloss texts 1"
REMEDY = "isogloss.meta.texts.run.train_texts"


class Answer(NamedTuple):
    """What a text is, and how sure that is among the classes given."""

    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class TextModel:
    """Meta-trained parameters; ``languages`` are those of the training texts."""

    settings: TextSettings
    dimensions: int
    weights: dict[str, Tensor]
    languages: tuple[str, ...] = ()

    @property
    def network(self) -> TextNetwork:
        """The network that ``weights`` are for."""
        return TextNetwork(self.dimensions, self.settings.hidden, self.settings.features)

    def features(self, vectors: Matrix) -> Tensor:
        """The features of encoded texts, shape ``(n, d)`` to ``(n, features)``."""
        with torch.no_grad():
            return features_of(self.network, self.weights, as_tensor(np.asarray(vectors, dtype=np.float32)))

    def adapt(self, vectors: Matrix, labels: Sequence[str]) -> TextClassifier:
        """The classifier for the classes of a few labelled texts.

        Args:
            vectors: The encoded texts, shape ``(n, d)``.
            labels: The class of each.

        Raises:
            VocabularyError: There are fewer than two classes, or the vectors have another length.
        """
        classes = tuple(dict.fromkeys(labels))
        if len(classes) < 2 or vectors.shape[1] != self.dimensions:
            raise VocabularyError(
                f"found {len(classes)} classes and vectors of {vectors.shape[1]} numbers, expected two classes or more "
                f"and {self.dimensions} numbers; label texts of each class and encode them as in training"
            )
        features, label_of = self.features(vectors), np.array(labels)
        centres = torch.cat([prototypes(features[as_tensor(label_of == label)][None]) for label in classes])
        return TextClassifier(self, classes, centres)


@dataclass(frozen=True, eq=False)
class TextClassifier:
    """A model adapted to a task: ``centres``, shape ``(classes, features)``, are the prototypes."""

    model: TextModel
    classes: tuple[str, ...]
    centres: Tensor

    def classify(self, vectors: Matrix) -> list[Answer]:
        """The class of each encoded text, shape ``(n, d)``, in any language that is aligned to those of training."""
        scores = self.model.weights[SCALE].exp() * similarity(self.model.features(vectors), self.centres)
        probabilities = torch.softmax(scores, dim=-1)
        best = probabilities.argmax(dim=-1)
        return [Answer(self.classes[at], float(row[at])) for at, row in zip(best.tolist(), probabilities, strict=True)]


def save(model: TextModel, folder: Path) -> None:
    """Write ``folder/texts.safetensors``, whole or not at all.

    Raises:
        OutputError: The folder cannot be written.
    """
    described = {
        "format": FORMAT,
        "settings": asdict(model.settings),
        "dimensions": model.dimensions,
        "languages": model.languages,
    }
    with replacing(folder / FILE) as part:
        write_tensors(part, model.weights, described)


def load(folder: Path) -> TextModel:
    """Read ``folder/texts.safetensors`` (or the file itself).

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    path, described, weights = read_tensors(folder, FILE, contents="a trained classifier of texts", remedy=REMEDY)
    if described.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: found format {described.get('format')!r}, expected {FORMAT!r}; make one with: {REMEDY}"
        )
    with loaded(path, "a trained classifier of texts", REMEDY):
        settings, dimensions = TextSettings(**described["settings"]), int(described["dimensions"])
        check_shapes(lambda: TextNetwork(dimensions, settings.hidden, settings.features), weights)
        return TextModel(settings, dimensions, weights, tuple(map(str, described["languages"])))
