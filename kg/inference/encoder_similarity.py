"""Similarity of a candidate's two words by a pre-trained multilingual encoder.

An encoder needs no map between the two languages. Whether it knows both is seen on translations that the graph is sure
of; whether it makes held-out candidates more likely, on the examples of the ensemble (``kg.inference.gain``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from isogloss.data.encoders.words import WordEncoder
from isogloss.data.numerics.normalisation import centred
from isogloss.data.numerics.separation import MIN_Z, separation_of_rows
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.kg.inference.features import BY_ENCODER, Described, best_of_word, of_both
from isogloss.kg.inference.prior import prior
from isogloss.kg.inference.translation_links import Numbers, TranslationLinks, Weights
from isogloss.kg.inference.vector_similarity import SURE, csls_of_pairs

JUDGED = 1_000  # sure pairs on which it is seen whether the encoder knows both languages; round number
UNIT = 0.1  # of cosine and CSLS in the features, so that weights are near 1; round number


@dataclass
class EncodedWords:
    """What an encoder says of the words of candidates; a language's words are encoded when they are first asked for."""

    translations: TranslationLinks
    words: WordEncoder
    progress: Progress = silent
    z_scores: dict[tuple[int, int], float] = field(default_factory=dict)  # by pair of languages

    def compared(self, described: Described) -> Described:
        """The same candidates with features of the encoder, all zero where it does not know the two languages.

        Features are cosine, CSLS among the words of all candidates, and CSLS minus that of the best candidate of
        either word, in ``UNIT``. Vectors are centred by language, without which words of a language are near one
        another (Libovický et al., 2020).
        """
        candidates = described.candidates
        source, target = candidates.languages.source, candidates.languages.target
        source_words, rows = np.unique(candidates.source, return_inverse=True)
        target_words, columns = np.unique(candidates.target, return_inverse=True)
        x, y = self._vectors(source_words, source), self._vectors(target_words, target)
        sure = np.flatnonzero(prior().probability(described) >= SURE)
        z_score = self.z_scores[source, target] = _separation(x, y, rows[sure], columns[sure])
        if z_score < MIN_Z:
            return described
        cosine = np.einsum("ij,ij->i", x[rows], y[columns]).astype(np.float64)
        scores = csls_of_pairs(x, y, rows, columns).astype(np.float64)
        values = {"encoder_cosine": cosine, "encoder_csls": scores}
        values |= of_both("encoder_behind", *(scores - best_of_word(words, scores) for words in (rows, columns)))
        encoded: dict[str, Weights] = {"encoded": np.ones(len(candidates))}
        encoded |= {name: value / UNIT for name, value in values.items()}
        assert encoded.keys() == set(BY_ENCODER)
        return replace(described, columns={**described.columns, **encoded})

    def _vectors(self, numbers: Numbers, language: int) -> Matrix:
        code = next((code for code, number in self.translations.languages.items() if number == language), "")
        return centred(self.words.encoded(self.translations.words(numbers), code, self.progress), rounds=1).vectors


def _separation(x: Matrix, y: Matrix, rows: Numbers, columns: Numbers) -> float:
    """How clearly the encoder tells some pairs, each word once, from random ones."""
    _, first = np.unique(rows, return_index=True)
    _, single = np.unique(columns[first], return_index=True)
    chosen = first[single][:JUDGED]
    return separation_of_rows(x[rows[chosen]], y[columns[chosen]])
