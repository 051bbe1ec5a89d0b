"""Addresses in text that people see: without what only their owner should know."""

from __future__ import annotations

import re
from pathlib import Path

_ADDRESS = re.compile(r"[\w+.-]:/")  # a ``Path`` has lost a slash of it
_USER = re.compile(r"(:/+[^:@/]*:).*", re.DOTALL)  # before the last @
_TOKEN = re.compile(r"(https?:/+)[^:@/?#]+(?=@)")  # a name alone is a token
_SECRET = re.compile(r"([?&][\w-]*(?:password|passwd|pwd|token|secret|signature|sig|key)=)[^&\s]*", re.IGNORECASE)
_WORD = re.compile(r"\S+")


def masked(place: Path | str) -> str:
    """``place`` as it may be shown: any address in it without its password or token."""
    text = str(place)
    if not _ADDRESS.search(text):
        return text
    before, at, after = text.rpartition("@")
    text = _USER.sub(r"\1***", before) + at + after
    return _SECRET.sub(r"\1***", _TOKEN.sub(r"\1***", text))


def masked_within(text: str) -> str:
    """``text`` with every address in it as ``masked`` shows it."""
    return _WORD.sub(lambda word: masked(word[0]) if ":/" in word[0] else word[0], text)
