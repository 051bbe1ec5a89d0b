"""Dictionaries of kinds that are not read, named as what they are, with the way to a kind that is."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.data.lines import head

_PYGLOSSARY = "StarDict; convert it with pyglossary: pyglossary {name} out.ifo"
_TOOLKIT = "TMX; convert it with the translate-toolkit: {tool}"
_KINDS: tuple[tuple[re.Pattern[bytes], str, str], ...] = tuple(
    (re.compile(pattern), found, expected)
    for pattern, found, expected in (
        (rb"(?s)\s*<.{0,2000}<xdxf\b|\s*<xdxf\b", "an XDXF dictionary", _PYGLOSSARY),
        (rb"(?s)\s*<.{0,2000}<xliff\b|\s*<xliff\b", "an XLIFF file", _TOOLKIT.format(tool="xliff2po, then po2tmx")),
        (rb"(?s)\s*<.{0,2000}<lift\b|\s*<lift\b", "a LIFT lexicon", "a table; export one from its program as CSV"),
        (rb"(?is)\s*<!doctype html|\s*<html\b", "an HTML page", "a dictionary; the download has failed"),
        (rb"(?m)\A(?:#[^\n]*\n|\s)*#(?:INDEX_LANGUAGE|CONTENTS_LANGUAGE)\b", "a Lingvo DSL dictionary", _PYGLOSSARY),
        (rb"(?m)\A(?:#[^\n]*\n|\s)*msgid \"", "a gettext file", _TOOLKIT.format(tool="po2tmx -l LANG {name} out.tmx")),
        (rb"\\_sh |\\lx ", "a Toolbox lexicon (SFM)", "a table; export one from its program as CSV"),
        (rb"SQLite format 3\0", "an SQLite database", "a table; select the pairs from it with SQL, with a tab between"),
        (rb"%PDF|\x89PNG|\xff\xd8\xff|\xd0\xcf\x11\xe0", "no text", "a dictionary; save tables as CSV or with tabs"),
    )
)  # fmt: skip


def refuse_foreign(path: Path) -> None:
    """Refuse a file that is known to be a dictionary of a kind that is not read, or none at all.

    Raises:
        FormatError: It is; the message says what, and what to do.
    """
    start = head(path, 1 << 12) if path.is_file() else b""
    for pattern, found, expected in _KINDS:
        if pattern.match(start):
            raise FormatError.at(path, 1, found, expected.replace("{name}", path.name))
