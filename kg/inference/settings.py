"""How translations are inferred, and what compares words beside the graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.encoders.words import WORD
from isogloss.data.vectors import Vectors

METHODS = ("otic", "cycles", "walk", "ensemble")


@dataclass(frozen=True)
class Settings:
    """The method, the threshold, and the sources that may be read."""

    method: str = "ensemble"
    min_score: float | None = None  # None: the threshold of the highest expected F1
    licences: Collection[str] | None = None
    without: Collection[str] = ()  # names of sources that are left out
    seed: int = 0  # of the choice of training examples

    def check(self) -> None:
        """Refuse a method that does not exist.

        Raises:
            ValueError: There is no such method.
        """
        if self.method not in METHODS:
            raise ValueError(f"method is {self.method!r}, expected one of {', '.join(METHODS)}")


@dataclass(frozen=True)
class WordSimilarity:
    """Word vectors and an encoder, whose similarities are features of the ensemble."""

    vectors: bool | Mapping[str, Vectors] = False  # True: those that are linked to the graph
    encoder: Encoder[str] | Path | str | None = None
    template: str = WORD  # the text in which the encoder reads a word
    cache: Path | None = None  # of encoded words

    def check(self, method: str) -> None:
        """Refuse similarities with a method that does not weigh them.

        Raises:
            ValueError: ``method`` is not the ensemble.
        """
        for name, given in (("vectors", bool(self.vectors)), ("encoders", self.encoder is not None)):
            if given and method != "ensemble":
                raise ValueError(f"method is {method!r}, expected the ensemble, which alone weighs {name}")
