"""Languages in the name of a dictionary's file, as FreeDict, StarDict, MUSE and Apertium call theirs."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.errors import VocabularyError
from isogloss.data.language import is_registered, language_code

_PAIR = re.compile(r"(?<![a-z])([a-z]{2,3})(?:_\w+)?-([a-z]{2,3})(?:_\w+)?(?=\.)")


def languages_named(path: Path) -> tuple[str, str] | None:
    """The two languages in a name like ``eng-fra.tei``, ``en-fr.0-5000.txt`` or ``apertium-eng-spa.eng-spa.dix``."""
    pairs = _PAIR.findall(path.name)
    try:
        source, target = map(language_code, pairs[-1]) if pairs else ("", "")
    except VocabularyError:
        return None
    return (source, target) if source != target and is_registered(source) and is_registered(target) else None
