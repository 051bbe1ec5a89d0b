"""Texts through a network of Hugging Face: words in context. Needs the extra ``contextual`` or ``encoders``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from isogloss.data.encoders.layers import Pooling, Reading
from isogloss.data.errors import CheckpointError
from isogloss.data.extras import naming_extras
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

BATCH = 32  # texts through the network at a time; round number


@dataclass(frozen=True, eq=False)
class Transformer:
    """The mean of a layer over the words of a text, by default the last, less the mean of the language's texts.

    One multilingual model serves all languages; ``mean``, shape ``(d,)``, is that of one language, without which texts
    of a language are near one another whatever they say (Libovický, Rosa and Fraser, 2020).
    """

    model: Any
    tokenizer: Any
    mean: NDArray[np.float32] | None = None
    longest: int = 256  # subwords; what is beyond them is not read
    reading: Reading | None = None  # the mean of the last layer

    @classmethod
    def load(cls, name: Path | str, *, local: bool = True) -> Transformer:
        """A model by its folder; with ``local`` turned off also by its name, which downloads it.

        Raises:
            MissingExtraError: The extra is not installed.
            CheckpointError: There is no such model.
        """
        with naming_extras("Transformer.load"):
            import transformers
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(str(name), local_files_only=local)
            model = transformers.AutoModel.from_pretrained(str(name), local_files_only=local)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise CheckpointError(
                f"{name}: found no usable model ({reason}), expected a folder with a Hugging Face model and its "
                "tokenizer"
            ) from error
        return cls(model.eval(), tokenizer)

    def centred(self, texts: Sequence[str]) -> Transformer:
        """The same for a language of which ``texts`` are unlabelled examples."""
        return replace(self, mean=self.means(texts).mean(axis=0))

    def readings(self) -> tuple[Reading, ...]:
        """All that there are; the first is the mean of the last layer."""
        layers = range(int(self.model.config.num_hidden_layers), -1, -1)
        return tuple(Reading(layer, pooling) for pooling in get_args(Pooling) for layer in layers)

    def read_as(self, reading: Reading) -> Transformer:
        """The same with another reading."""
        return replace(self, reading=reading)

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        return int(self.model.config.hidden_size)

    def encode(self, items: Sequence[str]) -> Matrix:
        """The vectors of texts, shape ``(len(items), d)``, unit length; zeros for an empty text."""
        made = self.means(items)
        if self.mean is not None:
            made = np.where(made.any(axis=1, keepdims=True), made - self.mean, 0)
        return unit(made)

    def means(self, items: Sequence[str]) -> Matrix:
        """What the reading has of each text, not centred, shape ``(len(items), d)``; zeros for an empty text."""
        (made,) = self.read(items, [self.reading or self.readings()[0]])
        return made

    def read(self, items: Sequence[str], readings: Sequence[Reading]) -> list[Matrix]:
        """As ``means``, for several readings of one pass through the network."""
        made = [np.zeros((len(items), self.dimensions), np.float32) for _ in readings]
        written = [row for row, item in enumerate(items) if item.strip()]
        for start in range(0, len(written), BATCH):
            rows = written[start : start + BATCH]
            for matrix, part in zip(made, self._batch([items[row] for row in rows], readings), strict=True):
                matrix[rows] = part
        return made

    def _batch(self, items: list[str], readings: Sequence[Reading]) -> list[Matrix]:
        read = self.tokenizer(items, padding=True, truncation=True, max_length=self.longest, return_tensors="pt")
        last = self.readings()[0].layer
        with torch.no_grad():
            if all(layer == last for layer, _ in readings):  # the others need many times the memory
                layers = {last: self.model(**read).last_hidden_state}
            else:
                layers = dict(enumerate(self.model(**read, output_hidden_states=True).hidden_states))
        mask = read["attention_mask"].unsqueeze(-1).to(next(iter(layers.values())).dtype)
        first = mask.squeeze(-1).argmax(dim=1)  # some tokenizers pad on the left
        pooled = {
            "mean": lambda states: (states * mask).sum(dim=1) / mask.sum(dim=1),
            "first": lambda states: states[torch.arange(len(states)), first],
        }
        return [np.asarray(pooled[pooling](layers[layer]).numpy(), np.float32) for layer, pooling in readings]
