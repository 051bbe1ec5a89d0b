"""Language codes: one spelling for each language, whatever a file calls it."""

from __future__ import annotations

import re
from functools import cache

from isogloss.data.errors import VocabularyError

# Codes of two letters that another has replaced; all others stay as they are, and need no langcodes, which takes
# 0.06 CPU seconds to load (``tests/data/test_language.py`` compares all).
_TWO_LETTERS = re.compile("[a-z]{2}")
REPLACED = frozenset(("in", "iw", "ji", "jw", "mo", "sh", "tl"))


@cache
def language_code(name: str) -> str:
    """The BCP 47 code of a language: ``eng``, ``EN`` and ``en`` are all ``en``.

    Raises:
        VocabularyError: ``name`` is not the code of a language.
    """
    if name == "und" or (_TWO_LETTERS.fullmatch(name) and name not in REPLACED):
        return name
    import langcodes

    try:
        code = langcodes.standardize_tag(name.replace("_", "-"))
    except ValueError as error:
        raise VocabularyError(f"unknown language {name!r}, expected a BCP 47 code such as en, fr or sw") from error
    return code


def is_registered(code: str) -> bool:
    """Whether the parts of a code are in IANA's registry of languages: ``ja`` is, ``jp`` is not."""
    import langcodes

    return langcodes.Language.get(code).is_valid()
