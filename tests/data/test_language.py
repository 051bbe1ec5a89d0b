from __future__ import annotations

import string
from itertools import product

import langcodes
import langcodes.data_dicts
import pytest

from isogloss.data.errors import VocabularyError
from isogloss.data.language import (
    MACROLANGUAGE,
    USUAL,
    is_registered,
    language_code,
    language_name,
    matching_codes,
    script_of,
)


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


def test_members_of_macrolanguages_are_those_of_cldr_and_norwegian() -> None:
    assert MACROLANGUAGE == {**langcodes.data_dicts.NORMALIZED_MACROLANGUAGES, "nb": "no"}


@pytest.mark.parametrize(
    ("code", "codes", "expected"),
    [
        ("sw", ["en", "swh"], ["swh"]),
        ("swh", ["sw", "swc"], ["sw"]),
        ("pes", ["fa", "pes", "prs"], ["pes", "fa"]),
        ("zh", ["cmn-Hans", "yue", "zh", "zh-Hant"], ["zh", "cmn-Hans", "zh-Hant"]),
        ("zh-Hant", ["cmn-Hans", "zh", "zh-TW"], ["zh-TW", "zh"]),
        ("zh-TW", ["zh-CN", "zh-Hans", "zh-Hant"], ["zh-Hant"]),
        ("sr-Latn", ["sr", "sr-Cyrl", "sr-Latn"], ["sr-Latn", "sr"]),
        ("pt-BR", ["pt", "pt-PT"], ["pt", "pt-PT"]),
        ("fr", ["en", "frr"], []),
    ],
)
def test_codes_that_mean_one_language_meet(code: str, codes: list[str], expected: list[str]) -> None:
    assert matching_codes(code, codes) == expected


def test_languages_have_names_and_scripts() -> None:
    assert (language_name("grc"), script_of("grc")) == ("Ancient Greek", "Grek")
    assert (language_name("sr-Latn"), script_of(language_code("sh"))) == ("Serbian (Latin)", "Latn")


def test_the_codes_of_two_letters_are_those_of_the_registry() -> None:
    pairs = ("".join(pair) for pair in product(string.ascii_lowercase, repeat=2))
    assert {code for code in pairs if is_registered(code)} == USUAL
