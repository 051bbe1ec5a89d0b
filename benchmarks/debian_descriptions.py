"""What Debian says about its packages, in many languages: descriptions and the section that each belongs to.

``apt-get update`` fetches both indexes: ``Packages`` with a ``Section:`` for each package, and ``Translation-LL`` with
a ``Description-LL:`` for each package that somebody translated. They are paragraphs of ``Field: value`` lines; a line
that begins with a blank goes on with the field above it, and a lone dot on it is an empty line (Debian Policy, 5.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks
from isogloss.data.text.labelled_texts import Text
from isogloss.data.text.tokens import is_unspaced

LONGEST_LINE = 1 << 22  # bytes; a package with thousands of dependencies has them on one line


def read_sections(path: Path) -> dict[str, str]:
    """The section of each package in a file ``Packages``, such as ``games`` or ``science``.

    Raises:
        FormatError: The file is missing, not UTF-8, or holds anything but paragraphs of fields.
    """
    sections = {
        paragraph["Package"]: paragraph["Section"].rsplit("/", 1)[-1]
        for paragraph in _paragraphs(path, ("Package", "Section"))
        if len(paragraph) == 2
    }
    if not sections:
        raise FormatError.at(path, None, "no package with a section", "Debian's file Packages")
    return sections


def read_descriptions(path: Path, language: str, sections: Mapping[str, str]) -> tuple[Text, ...]:
    """The descriptions in a file ``Translation-LL``, each package once, labelled with its section.

    Packages that ``sections`` does not know are left out. The name of a text is that of its package, the same in every
    language.

    Raises:
        FormatError: The file is missing, not UTF-8, in another language, or holds anything but paragraphs of fields.
    """
    code, field = language_code(language), f"Description-{language.replace('-', '_')}"
    texts: dict[str, Text] = {}
    for paragraph in _paragraphs(path, ("Package", field)):
        package = paragraph.get("Package", "")
        if field in paragraph and package in sections and package not in texts:
            texts[package] = Text(package, code, sections[package], paragraph[field])
    if not texts:
        raise FormatError.at(path, None, f"no {field} of a known package", f"Debian's file Translation-{language}")
    return tuple(texts.values())


def _paragraphs(path: Path, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The ``wanted`` fields of every paragraph."""
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for number, line in _lines(path):
        if not line.strip(" \t\r"):  # and no other blanks: a translator may have put one into a paragraph
            if fields:
                yield _joined(fields)
            fields = {}
        elif line[0] in " \t":
            if not fields:
                raise FormatError.at(path, number, f"{line[:40]!r} before any field", "a line such as Package: NAME")
            current.append(line.strip())
        else:
            name, colon, value = line.partition(":")
            if not colon or " " in name:
                raise FormatError.at(path, number, f"{line[:40]!r}", "a line such as Package: NAME")
            current = [value.strip()]
            fields[name] = current if name in wanted else []
    if fields:
        yield _joined(fields)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for block in blocks(path, description=f"Reading {path.name}", longest=LONGEST_LINE):
        for number, line in enumerate(block.lines, block.first):
            try:
                yield number, line.decode()
            except UnicodeDecodeError as error:
                problem = f"bytes {line[error.start : error.start + 10]!r}"
                raise FormatError.at(path, number, problem, "text in UTF-8") from error


def _joined(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """Every field on one line; the first line of a description is its headline and stays apart."""
    return {name: _flowing([*lines[:1], "", *lines[1:]]) for name, lines in fields.items() if lines}


def _flowing(lines: list[str]) -> str:
    """One line of text; words that a script writes without blanks are not torn where a line was broken."""
    text = ""
    for line in lines:
        if not line or line == ".":
            text = text if not text or text.endswith(" ") else f"{text} "
        elif text and not text.endswith(" ") and not (is_unspaced(text[-1]) and is_unspaced(line[0])):
            text += f" {line}"
        else:
            text += line
    return text.strip()
