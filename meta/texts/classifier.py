"""A trained classifier of texts: a handful of labelled texts in one language, answers in any other.

What is learned tells apart the classes of training; texts of other classes it makes more alike than they were
(docs/classification.md). So a task of new classes has prototypes of the vectors as they were encoded.
"""

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
from isogloss.meta.texts.training import PLAIN, SCALE, TextSettings

FILE = "texts.safetensors"
FORMAT = "isogloss texts 2"
REMEDY = "isogloss.meta.texts.run.train_texts"


class Answer(NamedTuple):
    """What a text is, and how sure that is among the classes given."""

    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class TextModel:
    """Meta-trained parameters; ``languages`` and ``classes`` are those of the training texts."""

    settings: TextSettings
    dimensions: int
    weights: dict[str, Tensor]
    languages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def network(self) -> TextNetwork:
        """The network that ``weights`` are for."""
        return TextNetwork(self.dimensions, self.settings.hidden, self.settings.features)

    def features(self, vectors: Matrix) -> Tensor:
        """The features of encoded texts, shape ``(n, d)`` to ``(n, features)``."""
        with torch.no_grad():
            return features_of(self.network, self.weights, as_tensor(np.asarray(vectors, dtype=np.float32)))

    def adapt(self, vectors: Matrix, labels: Sequence[str], *, learned: bool | None = None) -> TextClassifier:
        """The classifier for the classes of a few labelled texts.

        Args:
            vectors: The encoded texts, shape ``(n, d)``.
            labels: The class of each.
            learned: Whether to compare texts by the learned features, not by the vectors themselves; by default if
                at least half of the classes have labels of the training texts.

        Raises:
            VocabularyError: There are fewer than two classes, or the vectors have another length.
        """
        classes = tuple(dict.fromkeys(labels))
        if len(classes) < 2 or vectors.shape[1] != self.dimensions:
            raise VocabularyError(
                f"found {len(classes)} classes and vectors of {vectors.shape[1]} numbers, expected two classes or more "
                f"and {self.dimensions} numbers; label texts of each class and encode them as in training"
            )
        if learned is None:
            learned = 2 * sum(label in self.classes for label in classes) >= len(classes)
        features, label_of = self._compared(vectors, learned=learned), np.array(labels)
        centres = torch.cat([prototypes(features[as_tensor(label_of == label)][None]) for label in classes])
        return TextClassifier(self, classes, centres, learned)

    def _compared(self, vectors: Matrix, *, learned: bool) -> Tensor:
        """What texts are compared by: the learned features, or the vectors at unit length."""
        if learned:
            return self.features(vectors)
        return torch.nn.functional.normalize(as_tensor(np.asarray(vectors, dtype=np.float32)), dim=-1)

    def _scores(self, vectors: Matrix, centres: Tensor, *, learned: bool) -> Tensor:
        """Logits of encoded texts, shape ``(n, d)`` to ``(n, classes)``."""
        scale = self.weights[SCALE if learned else PLAIN].exp()
        return scale * similarity(self._compared(vectors, learned=learned), centres)


@dataclass(frozen=True, eq=False)
class TextClassifier:
    """A model adapted to a task.

    Attributes:
        model: The model.
        classes: The classes of the task.
        centres: Their prototypes, shape ``(classes, features)``, or ``(classes, d)`` where texts are not ``learned``.
        learned: Whether texts are compared by the learned features.
    """

    model: TextModel
    classes: tuple[str, ...]
    centres: Tensor
    learned: bool = True

    def classify(self, vectors: Matrix) -> list[Answer]:
        """The class of each encoded text, shape ``(n, d)``, in any language that is aligned to those of training."""
        probabilities = torch.softmax(self.model._scores(vectors, self.centres, learned=self.learned), dim=-1)
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
        "classes": model.classes,
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
        if any(weights[name].shape for name in (SCALE, PLAIN)):
            raise ValueError("a scale that is no number")
        languages, classes = (tuple(map(str, described[name])) for name in ("languages", "classes"))
        return TextModel(settings, dimensions, weights, languages, classes)
