"""A lexicon built from vectors made in Python opens again, with or without the files named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import AlignmentError, FormatError
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.lexicons import build_lexicon, open_lexicon
from tests.lexicon.conftest import Files


def test_vectors_made_in_python_may_be_named_as_files_again(files: Files, tmp_path: Path) -> None:
    english, french = read_vectors(files.source, "en"), read_vectors(files.target, "fr")
    made = Vectors("en", english.words, english.matrix)
    cased = Vectors("fr", tuple(word.capitalize() for word in french.words), french.matrix)
    build_lexicon(made, cased, files.seeds, method="procrustes", out=tmp_path / "o", extra={})
    assert open_lexicon(tmp_path / "o").translate("Water", 1)[0].word == "Eau"
    named = open_lexicon(tmp_path / "o", source_vectors=files.source, target_vectors=files.target)
    assert named.translate("water", 1)[0].word == "Eau"
    with pytest.raises(FormatError, match="vectors that differ from those of the build"):
        open_lexicon(tmp_path / "o", source_vectors=files.target)


def test_vectors_that_are_all_alike_are_refused_in_one_line() -> None:
    words = tuple("abcdef")
    en, fr = (Vectors(code, words, np.tile([0.1, 0.2], (6, 1)).astype(np.float32)) for code in ("en", "fr"))
    with pytest.raises(AlignmentError, match="all 6 en words have the same vector"):
        build_lexicon(en, fr, Dictionary.of("en", "fr", [(word, word) for word in words]), extra={})
