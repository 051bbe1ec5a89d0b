"""How the graph keeps a word, and what its full-text index holds of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from isogloss.data.errors import FormatError
from isogloss.data.words import tidy, untidy

_GRAMS = 3  # letters in a piece of the full-text index


def lemma(word: str) -> str:
    """``word`` as the graph keeps it: composed (Unicode NFC), with single blanks and nothing invisible."""
    return tidy(word)


def lemmas(words: Sequence[str]) -> list[str]:
    """``lemma`` of each of very many words."""
    if unicodedata.is_normalized("NFC", joined := "\0".join(words)) and not untidy(joined):
        return list(words)
    return [lemma(word) for word in words]


def pieces(form: str) -> list[str]:
    """The overlapping pieces of three letters that the full-text index holds for a search form."""
    return [form[start : start + _GRAMS] for start in range(len(form) - _GRAMS + 1)]


def check_encodable(words: Iterable[str], where: str) -> None:
    """Refuse words that no file can hold.

    Raises:
        FormatError: A word has half of a surrogate pair, as broken decoding leaves it.
    """
    words = list(words)
    try:
        "\0".join(words).encode()
    except UnicodeEncodeError:
        broken = next(word for word in words if re.search("[\ud800-\udfff]", word))
        raise FormatError(
            f"{where}: found the word {broken!r}, which is no valid Unicode, expected text read as UTF-8"
        ) from None
