from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.errors import VocabularyError
from isogloss.data.text.phrases import composed, with_phrases
from isogloss.data.vectors import VectorFile, Vectors


@pytest.fixture
def vectors() -> Vectors:
    file = VectorFile("en.vec", "text", "0" * 64)
    return Vectors("en", ("the", "ice", "cream"), np.diag([9, 1, 2]).astype(np.float32), file)


def test_a_phrase_points_between_its_words_nearest_to_the_rarest(vectors: Vectors) -> None:
    made = composed(vectors, [0, 2])
    assert made[2] > 2 * made[0] > 0
    assert made[1] == 0
    assert composed(vectors, [2, 0]) == pytest.approx(made)


def test_phrases_stand_behind_the_words_and_the_file_remembers_them(vectors: Vectors) -> None:
    extended = with_phrases(vectors, ["Ice  Cream", "the", "ice cream", ""])
    assert extended.words == ("the", "ice", "cream", "ice cream")
    assert extended.matrix[:3].tolist() == vectors.matrix.tolist()
    assert extended.matrix[3] == pytest.approx(composed(vectors, [1, 2]))
    assert extended.file is not None
    assert extended.file.phrases == ("Ice Cream",)
    assert not extended.warnings
    assert with_phrases(extended, ["ice cream"]) is extended


def test_phrases_with_unknown_words_are_left_out_and_told(vectors: Vectors) -> None:
    extended = with_phrases(vectors, ["ice cream", "ice hockey"])
    assert len(extended) == 4
    assert extended.warnings == ("1 of 2 phrases have words without vectors: 'ice hockey'",)
    with pytest.raises(VocabularyError, match=r"no phrase has en vectors for all of its words \('pommes frites'\)"):
        with_phrases(vectors, ["pommes frites"])
