from __future__ import annotations

import string
from itertools import product

import langcodes
import pytest

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code


def test_two_letters_are_what_langcodes_makes_of_them() -> None:
    codes = ["und", *map("".join, product(string.ascii_lowercase, repeat=2))]
    assert [language_code(code) for code in codes] == [langcodes.standardize_tag(code) for code in codes]


@pytest.mark.parametrize(("name", "code"), [("eng", "en"), ("EN", "en"), ("pt_br", "pt-BR"), ("é!", None)])
def test_other_spellings_become_one_code_or_are_refused(name: str, code: str | None) -> None:
    if code is not None:
        assert language_code(name) == code
        return
    with pytest.raises(VocabularyError, match="unknown language"):
        language_code(name)
