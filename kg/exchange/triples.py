"""Reads N-Triples a subject at a time, without a store of triples.

Only predicates that are asked for are looked at. An IRI is handed out as it is, a literal as its text and language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from data.errors import FormatError
from data.lines import blocks
from data.progress import Progress, silent

LONGEST = 1 << 22  # bytes of a line
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Value(NamedTuple):
    """The object of a triple: an IRI or blank node (``language`` is ``None``), or a literal (``""`` without one)."""

    text: str
    language: str | None = None


Facts = dict[int, list[Value]]  # by the number of the predicate
Take = Callable[[str, Facts], object]

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OBJECT = re.compile(
    rb'(?:<([^<>"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>"{}|^`\\\x00-\x20]*)*)>|(_:\S+)|'
    rb'"((?:[^"\\\r\n]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<[^<>\s]*>)?)\s*\.\s*(?:#.*)?'
)

_IRI = re.compile(rb'[^<>"{}|^`\\\x00-\x20]*')
_TAILS: dict[bytes, str] = {b" .": "", b"@en .": "en"}  # what comes after literals, and the language that it names
_MOST_TAILS = 4096


def read_ntriples(path: Path, predicates: Mapping[str, int], take: Take, *, progress: Progress = silent) -> None:
    """Hand the facts of each subject of ``path`` to ``take``; a subject whose lines lie apart comes several times.

    Raises:
        FormatError: The file is missing or damaged; the message names the line.
    """
    wanted = {f"<{name}>".encode(): number for name, number in predicates.items()}
    subject, facts = b"", Facts()
    for block in blocks(path, progress=progress, longest=LONGEST):
        for number, line in enumerate(block.lines, block.first):
            parts = line.split(None, 2)
            if len(parts) < 3:
                if parts and not parts[0].startswith(b"#"):
                    raise FormatError.at(path, number, _shown(line), "a triple: subject, predicate, object and a dot")
                continue
            kind = wanted.get(parts[1])
            if kind is None:
                if not parts[1].startswith(b"<") and not parts[0].startswith(b"#"):
                    raise FormatError.at(path, number, _shown(line), "a triple: subject, predicate, object and a dot")
                continue
            if parts[0] != subject:
                if facts:
                    take(_node(subject, path, number), facts)
                subject, facts = parts[0], Facts()
            facts.setdefault(kind, []).append(_value(parts[2], path, number))
    if facts:
        take(_node(subject, path, None), facts)


def _node(written: bytes, path: Path, line: int | None) -> str:
    try:
        text = written.decode()
    except UnicodeDecodeError:
        raise FormatError.at(path, line, "a subject that is not UTF-8", "text in UTF-8") from None
    return unescaped(text[1:-1] if text.startswith("<") else text)


def _value(written: bytes, path: Path, line: int) -> Value:
    if b"\\" not in written:  # the plain cases, which are nearly all of them
        if written[:1] == b"<" and written[-3:] == b"> ." and _IRI.fullmatch(written, 1, len(written) - 3):
            return Value(_text(written[1:-3], path, line))
        end = written.rfind(b'"')
        if end > 0 and written[:1] == b'"' and written.find(b'"', 1) == end and written[end + 1 :] in _TAILS:
            return Value(_text(written[1:end], path, line), _TAILS[written[end + 1 :]])
    found = _OBJECT.fullmatch(written)
    if found is None:
        raise FormatError.at(path, line, _shown(written), "an IRI, a blank node or a literal, then a dot")
    iri, blank, literal, language = found.groups()
    if literal is None:
        return Value(unescaped(_text(blank if iri is None else iri, path, line)))
    tag = language.decode() if language else ""
    if len(_TAILS) < _MOST_TAILS:
        _TAILS[written[found.end(3) + 1 :]] = tag
    return Value(unescaped(_text(literal, path, line)), tag)


def _text(written: bytes, path: Path, line: int) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError:
        raise FormatError.at(path, line, "text that is not UTF-8", "text in UTF-8") from None


def unescaped(text: str) -> str:
    """Text with its escapes resolved; half a surrogate pair or a number beyond Unicode becomes ``�``."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    if letter is not None:
        return _PLAIN.get(letter, letter)
    number = int(short or long, 16)
    return "\ufffd" if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else chr(number)


def _shown(text: bytes) -> str:
    return repr(text[:60].decode("utf-8", "replace"))
