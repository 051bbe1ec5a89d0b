"""Dictionaries of kinds that are not read, named as what they are, with the way to a kind that is."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.data.lines import head

_PYGLOSSARY = "StarDict; convert it with pyglossary: pyglossary {name} out.ifo"
_TOOLKIT = "TMX; convert it with the translate-toolkit: {tool}"
_CSV = "a table; save the pairs as CSV"
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
        (rb"(?i)\s*(?:--[^\n]*\n\s*)*(?:INSERT INTO|CREATE TABLE|DROP TABLE)\b", "a dump of SQL", _CSV),
        (rb"\s*\{\|", "a table of a wiki page", _CSV),
        (rb"\s*\\(?:documentclass|begin)\b", "LaTeX", _CSV),
        (rb"\{\\rtf", "an RTF document", "a table; save it as plain text, with a tab between the words"),
        (rb"PAR1", "a Parquet file", 'a table; in pandas: read_parquet("{name}").to_csv("table.csv", index=False)'),
        (rb"....<\0[Dd]\0[iI]\0[cC]\0[tT]\0|\x12\x34\0[\x01\x02]", "a dictionary of MDict or Babylon", _PYGLOSSARY),
        (rb'\s*[\[{][^"]{0,200}"@(?:context|graph|id)"', "JSON-LD", "Turtle or N-Triples; convert it with rdflib"),
        (rb"(?i)[^\n]*\blanguage_id\b[^\n]*\bparameter_id\b", "forms by concept (CLDF)", "a table of pairs"),
        (rb"(?m)(?:---\s*\n)?(?:#[^\n]*\n)*[^\s#:][^\n:]*:[ \t]*\r?\n[ \t]+- ", "YAML with lists", "JSON or a table"),
        (rb"(?s)\s*<.{0,2000}<(?:mtf|conceptGrp)\b|\s*<mtf\b", "a termbase of MultiTerm", "TBX; it exports that"),
        (rb'(?s)\s*(?:<.{0,2000})?<TBX\b[^>]*\bTBX-Min\b', "TBX-Min", "TBX 2 or 3, TMX, or a table with a tab between"),
        (rb"%PDF|\x89PNG|\xff\xd8\xff|\xd0\xcf\x11\xe0", "no text", "a dictionary; save tables as CSV or with tabs"),
    )
)  # fmt: skip


_XML = re.compile(rb"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<[A-Za-z][\w.:-]*(?: [^<>\t]*)?>[ \r\n]*<[A-Za-z][^\t]*</)")


def refuse_markup(path: Path) -> None:
    """Refuse XML of a kind that no reader knows, which is no table of pairs.

    Raises:
        FormatError: ``path`` is XML.
    """
    if _XML.match(head(path, 1 << 12)):
        expected = "TEI, TMX, TBX, Apertium, JMdict or CLDR, or a table with a tab between the words"
        raise FormatError.at(path, 1, "XML of a kind that is not read", expected)


def refuse_foreign(path: Path) -> None:
    """Refuse a file that is known to be a dictionary of a kind that is not read, or none at all.

    Raises:
        FormatError: It is; the message says what, and what to do.
    """
    start = head(path, 1 << 12) if path.is_file() else b""
    for pattern, found, expected in _KINDS:
        if pattern.match(start):
            raise FormatError.at(path, 1, found, expected.replace("{name}", path.name))
