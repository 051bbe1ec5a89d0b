"""Text as XML can hold it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no way to write these


def content(text: str) -> str:
    """Text between tags; control characters, which XML forbids, become ``�``."""
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """Text as the value of an attribute, with its quotation marks."""
    return quoteattr(_NOT_XML.sub("\ufffd", text))
