"""How words and figures stand on the page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Query

from isogloss.data.words import visible

LONGEST = 300  # letters of a word that a question may have; round number
Code = Annotated[str, Query(max_length=35)]  # of a language; longer than the tags of BCP 47 that are in use
_OF_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"  # the signs of RFC 3986
_SHOWN = 120  # letters of a word that are shown; round number


def shown(text: object, limit: int = _SHOWN) -> str:
    """``text`` to be read: with signs that act on a page as escapes, and cut where it is very long."""
    clean = visible(str(text)[: limit + 1].replace("\n", " "))
    return clean if len(clean) <= limit else f"{clean[:limit]}…"


def address(path: str, **values: object) -> str:
    """An address on this site; values that are empty are left out."""
    query = urlencode({name: value for name, value in values.items() if value not in (None, "", False)})
    return f"{path}?{query}" if query else path


def word_address(word: str, language: str, path: str = "/word", **values: object) -> str:
    """The page of a word; empty where the word is too long to be asked for."""
    return address(path, word=word, lang=language, **values) if len(word) <= LONGEST else ""


def web_address(url: str) -> str:
    """``url``, with percent-encoding, if it leads to a web page; else nothing.

    A source may name anything, such as ``javascript:``, and an address with signs that act on a page.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return quote(url, safe=_OF_ADDRESSES) if parts.scheme in ("http", "https") and parts.netloc else ""


def probability(value: float) -> str:
    """Two digits, and never 1.00 or 0.00 for what is neither."""
    text = f"{value:.2f}"
    if text == "1.00" and value < 1:
        return ">0.99"
    return "<0.01" if text == "0.00" and value > 0 else text
