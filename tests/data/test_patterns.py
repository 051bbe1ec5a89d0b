"""No pattern takes longer than in proportion to a text that was made to keep it busy."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

import pytest

import isogloss.data
import isogloss.kg
import isogloss.lexicon
import isogloss.meta
from isogloss.data.addresses import masked_within
from isogloss.data.dictionary_formats.columns import single_targets
from isogloss.data.dictionary_formats.dictd_articles import forms
from isogloss.data.licence import LicenceClass, licence_class

UNITS = (
    *(" ", "\t", "\n", "\r\n", "(", "(a) ", "(a)  ", "<a>", "[", "{", "/", "/a", "//a", "a, ", ";", " :", "1. ", "0"),
    *("a", " a", "a\t", '"', "\\", "\\u0041", "-", "#", "|", "^", "@en", "a(b)", "see also ", "&amp;", "ぁ", "é"),
)
LENGTH = 3_000
MOST = 1.0  # CPU seconds; a linear pattern takes less than a thousandth


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for folder in (isogloss.data, isogloss.kg, isogloss.lexicon, isogloss.meta):
        for module in walk_packages(folder.__path__, f"{folder.__name__}."):
            if not module.name.startswith("isogloss.data.samples") and _compiles(module.name):
                for name, value in vars(import_module(module.name)).items():
                    if isinstance(value, re.Pattern):
                        yield f"{module.name}.{name}", value


def _compiles(module: str) -> bool:
    """Whether a module has patterns, which is worth an import."""
    spec = find_spec(module)
    return spec is not None and spec.origin is not None and "re.compile(" in Path(spec.origin).read_text("utf-8")


@pytest.mark.parametrize("pattern", [pytest.param(pattern, id=name) for name, pattern in patterns()])
def test_a_pattern_is_through_with_a_hostile_text_at_once(pattern: re.Pattern[str] | re.Pattern[bytes]) -> None:
    begun = time.process_time()
    for unit in UNITS:
        for tail in ("", "!", "\0"):
            text = unit * (LENGTH // len(unit)) + tail
            if isinstance(pattern.pattern, bytes):
                pattern.match(text.encode())
            else:
                pattern.match(text)
            assert time.process_time() - begun < MOST


def test_cells_and_heads_of_blanks_and_brackets_are_taken_apart_at_once() -> None:
    begun = time.process_time()
    assert single_targets("big" + " " * 100_000 + "x") == ["big" + " " * 100_000 + "x"]
    assert single_targets("grand, gros / vaste;ample |  large") == ["grand", "gros", "vaste", "ample", "large"]
    forms("(a)  " * 200 + "!", ["a", "b"])
    assert forms("a, " * 30_000 + "b", ["a", "b"]) == ["a", "b"]
    assert forms("Anlage (Anl., f), Lage", ["Anlage", "Lage"]) == ["Anlage", "Lage"]
    assert licence_class("MIT" + " " * 100_000 + "AND\tGPL-3.0") == LicenceClass.SHAREALIKE
    assert time.process_time() - begun < MOST


def test_passwords_are_masked_at_once_in_long_texts() -> None:
    begun = time.process_time()
    for unit in ("a", "(", ":/a:", "://a@", "?a"):
        assert "secret" not in masked_within("postgresql://u:secret@h " + unit * (300_000 // len(unit)))
    assert time.process_time() - begun < MOST
