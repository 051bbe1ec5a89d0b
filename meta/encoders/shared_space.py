"""Records of several modalities in one learned space, where a picture meets the text that describes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from isogloss.data.compute import as_tensor
from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.adam import Adam, Rate
from isogloss.data.numerics.normalisation import unit
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix
from isogloss.meta.encoders.fusion import Record, check_modalities

BATCH, RATE, DECAY = 128, 1e-2, 1e-2  # records a step, and the rate and weight decay of AdamW; round numbers
TEMPERATURE = 0.1  # that divides cosines; round number, between the .07 of CLIP and the .5 of SimCLR
MIN_RECORDS = 8  # records with two modalities, below which there is nothing to tell apart; round number


@dataclass(frozen=True, eq=False)
class SharedSpace:
    """An encoder of records: the mean of the modalities that a record has, each projected into one space.

    Unlike in a ``Fusion``, records that have no modality in common can be compared: a picture with a text.
    ``projections`` have shape ``(dimensions of the encoder, size)``, ``centres`` are means, taken off first.
    """

    encoders: Mapping[str, Encoder[Any]]
    projections: Mapping[str, Matrix]
    centres: Mapping[str, Matrix]

    @classmethod
    def learned(
        cls,
        encoders: Mapping[str, Encoder[Any]],
        records: Sequence[Record],
        size: int = 64,
        *,
        tied: Collection[str] = (),
        steps: int = 300,
        seed: int = 0,
    ) -> SharedSpace:
        """Learn the projections from records with two modalities or more.

        Contrastively: of all records of a batch, the modalities of the same one are to be nearest (InfoNCE in both
        directions; van den Oord et al., 2018; Radford et al., 2021). Records with one modality are not looked at,
        records with some modalities missing count for those that they have.

        Args:
            encoders: Of each modality.
            records: To learn from.
            size: Numbers of the space.
            tied: Modalities with one projection, such as texts of several languages by one multilingual encoder.
            steps: Batches.
            seed: Of first projections and batches.

        Raises:
            VocabularyError: A record has a modality without an encoder, or too few records have two.
        """
        check_modalities(encoders, records)
        paired = [record for record in records if len(record) > 1]
        if len(paired) < MIN_RECORDS:
            raise VocabularyError(
                f"found {len(paired)} records with two modalities, expected at least {MIN_RECORDS}; a space is learned "
                "from pairs such as a picture and its text"
            )
        present = {name: np.array([name in record for record in paired]) for name in encoders}
        encoded = {name: _encoded(name, encoder, paired) for name, encoder in encoders.items()}
        centres = {
            name: vectors[present[name]].sum(axis=0) / max(1, present[name].sum()) for name, vectors in encoded.items()
        }
        inputs = {name: as_tensor(unit(vectors - centres[name])) for name, vectors in encoded.items()}
        has_word = {name: as_tensor(rows) for name, rows in present.items()}
        together = {name: min(tied) if name in tied else name for name in encoders}
        learned = _projections(inputs, has_word, together, Training(size, steps, seed))
        return cls(dict(encoders), {name: learned[together[name]] for name in encoders}, centres)

    @property
    def dimensions(self) -> int:
        """``size``, the numbers of the space."""
        return int(next(iter(self.projections.values())).shape[1])

    def encode(self, items: Sequence[Record]) -> Matrix:
        """The vectors of records, shape ``(len(items), dimensions)``, unit length; zeros for one without any modality.

        Raises:
            VocabularyError: A record has a modality for which there is no encoder.
        """
        check_modalities(self.encoders, items)
        total = np.zeros((len(items), self.dimensions), np.float32)
        for name, encoder in self.encoders.items():
            rows = [row for row, item in enumerate(items) if name in item]
            if rows:
                vectors = unit(encoder.encode([items[row][name] for row in rows]) - self.centres[name])
                total[rows] += unit(vectors @ self.projections[name])
        return unit(total)


def _encoded(name: str, encoder: Encoder[Any], records: Sequence[Record]) -> Matrix:
    """The vectors of one modality, zeros for records without it."""
    made = np.zeros((len(records), encoder.dimensions), np.float32)
    rows = [row for row, record in enumerate(records) if name in record]
    if rows:
        made[rows] = encoder.encode([records[row][name] for row in rows])
    return made


class Training(NamedTuple):
    """Numbers of the space, batches, and the seed of both."""

    size: int
    steps: int
    seed: int


@single_thread()
def _projections(
    inputs: Mapping[str, Tensor], has_word: Mapping[str, Tensor], together: Mapping[str, str], training: Training
) -> dict[str, Matrix]:
    """By the names that ``together`` has for the modalities."""
    size = training.size
    generator = torch.Generator().manual_seed(training.seed)
    weights = {
        together[name]: (torch.randn(inputs[name].shape[1], size, generator=generator) * size**-0.5).requires_grad_()
        for name in inputs
        if name in together.values()
    }
    optimiser = Adam(weights.values(), decay=DECAY)
    count = len(next(iter(inputs.values())))
    for _ in range(training.steps):
        batch = torch.randperm(count, generator=generator)[:BATCH]
        losses = []
        for a, b in combinations(inputs, 2):
            shared_words = batch[has_word[a][batch] & has_word[b][batch]]
            if len(shared_words) > 1:
                x, y = (normalize(inputs[name][shared_words] @ weights[together[name]], dim=1) for name in (a, b))
                losses.append(info_nce(x @ y.T / TEMPERATURE))
        if losses:
            optimiser.step(torch.stack(losses).mean(), Rate(RATE))
    return {name: weight.detach().numpy() for name, weight in weights.items()}


def info_nce(logits: Tensor) -> Tensor:
    """The mean cross-entropy of the diagonal, asked from either side; shape ``(n, n)``."""
    right = torch.arange(len(logits))
    return (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2
