"""ConceptNet's assertions: a relation between two terms on each line, which both name their language."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks, head
from isogloss.data.text.parts_of_speech import part_of_speech

_TRANSLATES = (b"/r/Synonym", b"/r/TranslationOf")
_TERM = re.compile(rb"/c/([^/]+)/([^/]+)(?:/(\w))?")
_ORIGIN = Origin("ConceptNet", "CC-BY-SA-4.0", url="https://conceptnet.io")


def matches(path: Path) -> bool:
    """Whether the first line of ``path`` is an assertion."""
    return path.is_file() and head(path, 4096).startswith(b"/a/[/r/")


def read(path: Path, source: str, target: str) -> Dictionary:
    """The words of two languages that are said to mean the same, in either order.

    Raises:
        FormatError: The file is missing, damaged, or has no such words of both languages.
    """
    collection = Collection()
    codes: dict[bytes, str] = {}
    for block in blocks(path):
        for line in block.lines:
            fields = line.split(b"\t")
            if len(fields) < 4 or fields[1] not in _TRANSLATES:
                continue
            ends = _TERM.match(fields[2]), _TERM.match(fields[3])
            if ends[0] is None or ends[1] is None:
                collection.drop("term that is not as ConceptNet writes it", line.decode("utf-8", "replace"))
                continue
            codes_of_ends = tuple(_code(end[1], codes) for end in ends if end)
            if codes_of_ends == (target, source) != (source, target):
                ends = ends[::-1]
            elif codes_of_ends != (source, target):
                continue
            words = [end[2].decode("utf-8", "replace").replace("_", " ") for end in ends if end]
            collection.add(words[0], words[1])
            if ends[0] and ends[0][3] and (tag := part_of_speech(ends[0][3].decode())):
                collection.tag(words[0], tag)
    if not collection:
        raise FormatError.at(path, None, f"no words of {source} and {target} with one meaning", "assertions of both")
    return collection.dictionary(source, target, _ORIGIN)


def _code(name: bytes, codes: dict[bytes, str]) -> str:
    if name not in codes:
        try:
            codes[name] = language_code(name.decode("utf-8", "replace"))
        except VocabularyError:
            codes[name] = ""
    return codes[name]
