"""What dictionaries hold, words and phrases, and how they are tidied and collected."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.text.parts_of_speech import part_of_speech

_JOINERS = "\u200c\u200d"  # invisible, and part of the spelling in Persian and in Indic scripts
_DIRECTIONS = (
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # for the eye of a printer only
)
_INVISIBLE = re.compile(f"[{_DIRECTIONS}\ufeff\u00ad]")
MAX_TERM = 500  # characters; a longer translation is a text; round number
MAX_ARTICLE = 1 << 20  # bytes of one entry; round number
MAX_DICTIONARY = 1 << 30  # bytes of all entries; ten times the largest of FreeDict, a round number


def is_word(text: str) -> bool:
    """Whether ``text`` is a single word: letters with their marks, and nothing else."""
    if text.isalpha():
        return True
    return text[:1].isalpha() and all(unicodedata.category(sign)[0] in "LM" or sign in _JOINERS for sign in text)


def single_words(dictionary: Dictionary) -> Dictionary:
    """Only the pairs that have one word on either side."""
    return replace(
        dictionary, pairs=tuple(pair for pair in dictionary if is_word(pair.source) and is_word(pair.target))
    )


def tidy(text: str) -> str:
    """``text`` in Unicode normal form C, with single blanks and without marks of writing direction."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return unicodedata.normalize("NFC", text)  # what is invisible, and white space but the blank, does not print
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


@dataclass
class Collection:
    """Gathers the pairs of one file, each once, and counts what is left out by reason."""

    dropped: Counter[str] = field(default_factory=Counter)
    parts_of_speech: dict[str, str] = field(default_factory=dict)  # of headwords
    _pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._pairs)

    def add(self, source: str, target: str, weight: float = 1.0, evidence: Mapping[str, Any] | None = None) -> None:
        """Keep a pair, unless something is wrong with it."""
        key = tidy(source), tidy(target)
        reason = self._objection(*key)
        if reason is not None:
            self.dropped[reason] += 1
        else:
            self._pairs[key] = Pair(*key, weight, evidence)

    def tag(self, word: str, name: str) -> None:
        """Note the part of speech of a headword by any usual ``name``; the first that a file gives stays."""
        if tag := part_of_speech(name):
            self.parts_of_speech.setdefault(tidy(word), tag)

    def drop(self, reason: str) -> None:
        """Count something that makes no pair."""
        self.dropped[reason] += 1

    def dictionary(self, source: str, target: str, origin: Origin) -> Dictionary:
        """Everything kept so far."""
        tags = dict(self.parts_of_speech)
        return Dictionary(source, target, tuple(self._pairs.values()), origin, dict(self.dropped), (tags, {}))

    def _objection(self, source: str, target: str) -> str | None:
        if not source or not target:
            return "empty word"
        if (source, target) in self._pairs:
            return "repeated pair"
        if len(source) > MAX_TERM or len(target) > MAX_TERM:
            return f"longer than {MAX_TERM} characters"
        if not (source + target).isprintable() and _has_control(source + target):
            return "control characters"
        return None


def _has_control(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text)
