"""Words of two languages by a pre-trained multilingual encoder: a second opinion beside their own vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.encoder import Encoder
from isogloss.data.encoders.words import WORD, WordEncoder
from isogloss.data.numerics.csls import csls
from isogloss.data.numerics.normalisation import centred
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import Search, retrieve
from isogloss.lexicon.search.direction import CANDIDATES, rowwise
from isogloss.lexicon.search.index import Rows

ADDED = 5  # of the candidates of a word that may come from the encoder; round number
UNIT = 0.1  # of cosine and CSLS in the columns, so that weights are near 1; round number
COLUMNS = ("cosine", "csls", "behind_best", "behind_best_back")


@dataclass(frozen=True, eq=False)
class EncodedSide:
    """The words of one language.

    ``vectors``, shape ``(n, d)``, are centred and of unit length; ``density`` and ``best_score``, shape ``(n,)``, the
    mean cosine to the nearest words of the other language and the CSLS of the first of ``best``, shape ``(n, k)``:
    their rows, best first.
    """

    vectors: Matrix
    density: Matrix
    best_score: Matrix
    best: Rows


@dataclass(frozen=True, eq=False)
class Encoded:
    """All words of two languages by the encoder ``name``, in the order of their vectors."""

    name: str
    source: EncodedSide
    target: EncodedSide

    @classmethod
    def of(cls, name: str, x: Matrix, y: Matrix, *, search: Search = "auto") -> Encoded:
        """Both languages centred, without which words of a language are near one another (Libovický et al., 2020).

        Args:
            name: Of the encoder.
            x: What it says of the source words, shape ``(n, d)``.
            y: Likewise of the target words, shape ``(m, d)``.
            search: As of ``retrieve``.
        """
        # To the precision with which they are saved, so that a lexicon that is opened again says the same.
        x, y = (centred(side, rounds=1).vectors.astype(np.float16).astype(np.float32) for side in (x, y))
        return cls._compared(name, x, y, search)

    @classmethod
    def _compared(cls, name: str, x: Matrix, y: Matrix, search: Search) -> Encoded:
        retrieved = retrieve(x, y, min(CANDIDATES, len(x), len(y)), search=search)
        forward, backward = retrieved.forward, retrieved.backward
        return cls(
            name,
            EncodedSide(x, retrieved.source_density, forward.scores[:, 0], forward.rows),
            EncodedSide(y, retrieved.target_density, backward.scores[:, 0], backward.rows),
        )

    def first(self, count: int) -> Encoded:
        """The most frequent words of both languages only."""
        return self._compared(self.name, self.source.vectors[:count], self.target.vectors[:count], "auto")

    def reversed(self) -> Encoded:
        """From target to source."""
        return Encoded(self.name, self.target, self.source)

    def mutual_pairs(self) -> Seeds:
        """Words that are each other's best translation by the encoder."""
        first, back = self.source.best[:, 0], self.target.best[:, 0]
        words = np.flatnonzero(back[first] == np.arange(len(first)))
        return Seeds(words, first[words])

    def proposals(self, words: Rows, rows: Rows) -> Rows:
        """The ``ADDED`` best target rows of ``words``, shape ``(n,)``, that are not in ``rows``, shape ``(n, k)``.

        Returns:
            Shape ``(n, ADDED)``; -1 where there are no more.
        """
        best = self.source.best[words]
        new = ~(best[:, :, None] == rows[:, None, :]).any(axis=-1)
        order = np.argsort(~new, axis=1, kind="stable")[:, :ADDED]
        return np.where(np.take_along_axis(new, order, axis=1), np.take_along_axis(best, order, axis=1), -1)

    def columns(self, words: Rows, rows: Rows) -> Matrix:
        """What the encoder says of candidates ``rows``, shape ``(n, k)``, of ``words``, shape ``(n,)``.

        Returns:
            Shape ``(n, k, len(COLUMNS))``: cosine, CSLS, and CSLS minus that of the best translation of the source and
            of the target word, in ``UNIT``. NaN for words without a row (-1).
        """
        source, target = self.source, self.target
        cosine = rowwise(source.vectors[words], target.vectors[rows])
        scores = csls(cosine, source.density[words][:, None], target.density[rows])
        behind = scores - source.best_score[words][:, None]
        columns = np.stack([cosine, scores, behind, scores - target.best_score[rows]], axis=-1) / UNIT
        return np.where((words >= 0)[:, None, None], columns, np.nan).astype(np.float32)


def encoded_by(
    encoder: Encoder[str] | Path | str | None,
    source: Vectors,
    target: Vectors,
    template: str = WORD,
    *,
    seeds: Dictionary | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Encoded | None:
    """What an encoder says of all words of two languages; ``None`` without one.

    Args:
        encoder: An encoder, or the name of one (``data.encoders.loading``).
        source: The words of one language.
        target: Those of the other.
        template: The text of a word: ``{word}`` is its place.
        seeds: Known translations; they choose the layer and pooling of a network of transformers.
        cache: A folder that keeps what an encoder given by name says of each word.
        progress: Watches the batches.

    Raises:
        MissingExtraError: The package that loads the encoder is not installed.
        CheckpointError: There is no such model.
    """
    if encoder is None:
        return None
    pairs = [] if seeds is None else [(pair.source, pair.target) for pair in seeds.within(source, target)]
    word_encoder = WordEncoder.of(encoder, template, pairs=pairs, cache=cache)
    return Encoded.of(
        word_encoder.name, *(word_encoder.encoded(side.written, side.language, progress) for side in (source, target))
    )
