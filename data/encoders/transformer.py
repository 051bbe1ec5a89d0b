"""Texts through a network of Hugging Face: words in context. Needs the extra ``contextual`` or ``encoders``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from isogloss.data.errors import CheckpointError
from isogloss.data.extras import naming_extras
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

BATCH = 32  # texts through the network at a time; round number


@dataclass(frozen=True, eq=False)
class Transformer:
    """The mean of the last layer over the words of a text, less the mean of the language's texts.

    One multilingual model serves all languages; ``mean``, shape ``(d,)``, is that of one language, without which texts
    of a language are near one another whatever they say (Libovický, Rosa and Fraser, 2020).
    """

    model: Any
    tokenizer: Any
    mean: NDArray[np.float32] | None = None
    longest: int = 256  # subwords; what is beyond them is not read

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
        return Transformer(self.model, self.tokenizer, self.means(texts).mean(axis=0), self.longest)

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
        """The mean over the subwords of each text, shape ``(len(items), d)``; zeros for an empty text."""
        made = np.zeros((len(items), self.dimensions), np.float32)
        written = [row for row, item in enumerate(items) if item.strip()]
        for start in range(0, len(written), BATCH):
            rows = written[start : start + BATCH]
            made[rows] = self._batch([items[row] for row in rows])
        return made

    def _batch(self, items: list[str]) -> Matrix:
        read = self.tokenizer(items, padding=True, truncation=True, max_length=self.longest, return_tensors="pt")
        with torch.no_grad():
            states = self.model(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).to(states.dtype)
        return np.asarray(((states * mask).sum(dim=1) / mask.sum(dim=1)).numpy(), dtype=np.float32)
