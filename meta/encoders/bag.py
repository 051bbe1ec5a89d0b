"""A text as the weighted mean of its words' vectors: no network, no training, and hard to beat on short texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.phrases import SMOOTHING
from isogloss.data.text.segmentation import Segmenter
from isogloss.data.vectors import Matrix, Vectors

PRIOR = 1000.0  # pseudo-count, in running words, of Zipf's law against counts of texts; round number


@dataclass(frozen=True, eq=False)
class BagOfVectors:
    """Smooth inverse frequency: frequent words count little, and what all texts share is taken out.

    Arora, Liang and Ma (2017), A Simple but Tough-to-Beat Baseline for Sentence Embeddings.

    ``vectors`` lie in the space that all languages share. ``weights``, shape ``(n,)``, are those of their words;
    ``mean`` and ``common``, both shape ``(d,)``, are the centre of the language's texts and the direction that most of
    them have in common.
    """

    vectors: Vectors
    weights: NDArray[np.float32]
    mean: NDArray[np.float32]
    common: NDArray[np.float32]
    segmenter: Segmenter

    @classmethod
    def of(cls, vectors: Vectors, texts: Iterable[str], *, smoothing: float = SMOOTHING) -> BagOfVectors:
        """An encoder for the language of ``vectors``.

        Args:
            vectors: Words in the shared space, most frequent first.
            texts: Unlabelled texts of the language, a hundred or more: they say how often words come, and what all
                texts have in common. No text that the classifier is judged on need be among them.
            smoothing: How slowly a word's weight falls with its frequency.

        Raises:
            VocabularyError: No word of ``texts`` has a vector.
        """
        segmenter = Segmenter(vectors.words)
        split = [segmenter.words(text) for text in texts]
        counts = Counter(word for words in split for word in words if word in vectors)
        if not counts:
            raise VocabularyError(
                f"found no word of the texts among {len(vectors):,} {vectors.language} vectors, expected texts in "
                f"{vectors.language}; check the language of both"
            )
        weights = smoothing / (smoothing + frequencies(vectors.words, counts))
        zero = np.zeros(vectors.dimensions, np.float32)
        plain = cls(vectors, weights.astype(np.float32), zero, zero, segmenter)
        made = plain.sums(split)
        mean = made[made.any(axis=1)].mean(axis=0)
        _, _, directions = np.linalg.svd(made - mean, full_matrices=False)
        return replace(plain, mean=mean, common=directions[0])

    @property
    def dimensions(self) -> int:
        """``d``, the length of each vector."""
        return self.vectors.dimensions

    def encode(self, items: Sequence[str]) -> Matrix:
        """The vectors of texts, shape ``(len(items), d)``, unit length; zeros where no word is known."""
        made = self.sums([self.segmenter.words(item) for item in items])
        nonzero = made.any(axis=1, keepdims=True)
        centred = made - self.mean
        return unit(np.where(nonzero, centred - np.outer(centred @ self.common, self.common), 0))

    def sums(self, texts: Sequence[Sequence[str]]) -> Matrix:
        """The weighted mean of the words of each text, shape ``(len(texts), d)``, scaled to unit length."""
        made = np.zeros((len(texts), self.dimensions), np.float32)
        row_of, matrix, weights = self.vectors.row_of, self.vectors.matrix, self.weights
        for row, words in enumerate(texts):
            word_rows = [row_of[word] for word in words if word in row_of]
            made[row] = weights[word_rows] @ matrix[word_rows]
        return unit(made)


def frequencies(words: Sequence[str], counts: Counter[str]) -> NDArray[np.float64]:
    """The probability of each word: its share of ``counts``, drawn towards what Zipf's law says of its rank."""
    zipf = 1 / np.arange(1, len(words) + 1)
    zipf /= zipf.sum()
    counted = np.array([counts[word] for word in words], dtype=np.float64)
    return np.asarray((counted + PRIOR * zipf) / (counted.sum() + PRIOR))
