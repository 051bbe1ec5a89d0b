"""Text as XML can hold it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no way to write these
_SPECIAL = re.compile('[\x00-\x1f"&<>\ud800-\udfff\ufffe\uffff]')  # words without any, which are nearly all, stay


def content(text: str) -> str:
    """Text between tags; control characters, which XML forbids, become ``�``."""
    if _SPECIAL.search(text) is None:
        return text
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """Text as the value of an attribute, with its quotation marks."""
    return f'"{text}"' if _SPECIAL.search(text) is None else quoteattr(_NOT_XML.sub("\ufffd", text))
