"""Labelled texts: what a classifier learns from and is judged on."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from isogloss.data.errors import FormatError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks


class Text(NamedTuple):
    """A ``text`` with its ``language`` (BCP 47 code) and its class, the ``label``.

    Texts of the same ``name`` are translations of one another: never put one of them into training and another into
    the test.
    """

    name: str
    language: str
    label: str
    text: str


def read_texts(path: Path, language: str) -> tuple[Text, ...]:
    """The texts of ``path``, all in ``language`` (BCP 47 code), one a line: a label, a tab, the text.

    Blank lines are skipped.

    Raises:
        FormatError: The file is missing, not UTF-8, or a line has no tab, no label or no text.
    """
    code, texts = language_code(language), []
    for block in blocks(path, description=f"Reading {path.name}"):
        for number, line in enumerate(block.lines, block.first):
            if line.strip():
                texts.append(_text(path, number, line, code))
    if not texts:
        raise FormatError.at(path, None, "no text", "lines of a label, a tab and a text")
    return tuple(texts)


def _text(path: Path, number: int, line: bytes, language: str) -> Text:
    try:
        label, tab, text = line.decode().rstrip("\r").partition("\t")
    except UnicodeDecodeError as error:
        raise FormatError.at(path, number, f"bytes {line[error.start : error.end]!r}", "text in UTF-8") from error
    if not (tab and label.strip() and text.strip()):
        raise FormatError.at(path, number, f"{line.decode()[:40]!r}", "a label, a tab and a text")
    return Text(f"{path}:{number}", language, label.strip(), text.strip())
