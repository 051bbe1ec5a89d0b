"""EDICT and CC-CEDICT: on each line the forms of a word, its reading in brackets, and glosses between slashes."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.licences import spdx
from isogloss.data.dictionary_formats.printed import spellings, tag_of
from isogloss.data.dictionary_formats.terms import NO_TRANSLATION, Collection
from isogloss.data.errors import FormatError
from isogloss.data.lines import blocks, head

_LINE = re.compile(r"(?P<forms>[^\[/#][^\[/]*+)(?:\[(?P<reading>[^\]]*+)\])?\s*+/(?P<glosses>.*)/\s*+$")
_ABOUT = re.compile("[\\s　]*[?？]{2,}")  # the first line of EDICT has its name and date where glosses stand
_ENTRY_NUMBER = re.compile(r"EntL\d+X?$")
_MARKS = re.compile(r"\([^()]*\)")  # of a form: (P) for common ones, and others
_LABEL = re.compile(r"\((?!P\))([\w,-]+)\)")
_REFERENCE = re.compile(r"(?:variant of|see |also pr\. |CL:|old variant|abbr\. (?:for|of) )")
_EXPECTED = "lines such as 看板 [かんばん] /(n) signboard/sign/"


def matches(path: Path) -> bool:
    """Whether most of the first lines of ``path`` are such entries."""
    if not path.is_file():
        return False
    start = head(path)
    lines = [line for line in _decoded(start, _encoding(start)).split("\n") if line and not line.startswith("#")][:50]
    return 2 * sum(_LINE.match(line) is not None for line in lines) > len(lines)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The glosses of all written forms of a word; of a Japanese one its reading, too.

    Raises:
        FormatError: The file is missing, damaged, or no line of it is such an entry.
    """
    collection, licence = Collection(), ""
    encoding = _encoding(head(path))
    for block in blocks(path):
        for line in block.lines:
            text = _decoded(line, encoding)
            if text.startswith("#"):
                licence = licence or spdx(text)
            elif text.strip() and not _ABOUT.match(text):
                _add(collection, text, source)
    if not collection:
        raise FormatError.at(path, None, "no entry with glosses", _EXPECTED)
    return collection.dictionary(source, target, Origin(path.name.partition(".")[0], licence))


def _add(collection: Collection, text: str, source: str) -> None:
    entry = _LINE.match(text)
    if entry is None:
        collection.drop("line that is not an entry", text)
        return
    forms = [_MARKS.sub("", form).strip() for form in re.split(r"[;\s]+", entry["forms"])]
    if source == "ja":  # of a Chinese word, what is in brackets is a transcription
        forms += [_MARKS.sub("", form).strip() for form in (entry["reading"] or "").split(";")]
    terms = []
    for gloss in entry["glosses"].split("/"):
        for label in _LABEL.findall(gloss):
            if tag := tag_of(label):
                for form in filter(None, forms):
                    collection.tag(form, tag)
        if not _ENTRY_NUMBER.match(gloss) and not _REFERENCE.match(gloss):
            terms += [term for part in gloss.split("; ") for term in spellings(part)]
    if terms:
        collection.add_sense(list(dict.fromkeys(filter(None, forms))), terms)
    else:
        collection.drop(NO_TRANSLATION, text)


def _encoding(start: bytes) -> str:
    """UTF-8, or the Japanese encoding that EDICT was made in."""
    try:
        start[: start.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return "euc_jp"
    return "utf-8"


def _decoded(text: bytes, encoding: str) -> str:
    return text.decode(encoding, "replace").rstrip("\r\n")
