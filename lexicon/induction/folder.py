"""A built lexicon on disk: the dictionary, the model, the account, and which vectors it belongs to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from isogloss.data.errors import FormatError, OutputError, damage_told
from isogloss.data.language import language_code
from isogloss.data.limits import whole
from isogloss.data.storage import file_hash, replacing_folder
from isogloss.data.tables import unquoted
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.induction.entries import COLUMNS, Entries
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.induction.translator import Translator

if TYPE_CHECKING:
    from isogloss.lexicon.induction.pipeline import Induction

LEXICON, MODEL, REPORT, VECTORS = "lexicon.tsv", "model.safetensors", "report.json", "vectors.json"
PAGE = "report.html"


def save(
    induction: Induction, source: Vectors, target: Vectors, folder: Path, page: str = "", *, force: bool = False
) -> None:
    """Write the folder of a built lexicon, whole or not at all, with a ``page`` about it.

    Raises:
        OutputError: ``folder`` exists and ``force`` is not set, or cannot be written.
    """
    with _replacing(folder, force) as part:
        with (part / LEXICON).open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(induction.entries.lines())
        induction.model.save(part / MODEL)
        (part / REPORT).write_bytes(to_json(induction.report))
        if page:
            (part / PAGE).write_text(page, encoding="utf-8")
        sides = {"source": source, "target": target}
        references = {side: _found_again(vectors, part, side) for side, vectors in sides.items()}
        (part / VECTORS).write_bytes(to_json(references))


def copy(saved: Path, folder: Path, *, force: bool = False) -> None:
    """Write a copy of a built lexicon's folder, whole or not at all.

    Raises:
        OutputError: ``folder`` exists and ``force`` is not set, is ``saved`` itself, or cannot be written.
    """
    if folder.exists() and folder.samefile(saved):
        raise OutputError(f"{folder}: the lexicon was opened from there; name another folder")
    with _replacing(folder, force) as part:
        shutil.copytree(saved, part, dirs_exist_ok=True)


@contextmanager
def _replacing(folder: Path, force: bool) -> Iterator[Path]:
    """A temporary folder that takes the place of ``folder``, if that is new, empty or a lexicon."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / VECTORS).is_file():
        raise OutputError(f"{folder}: not a lexicon, so it is not overwritten; name another folder")
    with replacing_folder(folder, force=force) as part:
        yield part


def translator(folder: Path, read: Callable[[str, VectorFile, str], Vectors]) -> Translator:
    """The model of a built lexicon with its vectors.

    Args:
        folder: What ``save`` wrote.
        read: Reads the vectors of a side (``source`` or ``target``), given their reference and language.

    Raises:
        FormatError: ``folder`` is not that of a lexicon.
        VocabularyError: The vectors cannot be found again, or are not the same.
    """
    with damage_told(folder / VECTORS):
        references = _references(folder)
    model = Model.load(folder / MODEL)
    sides = [read(side, file, language) for side, (file, language) in references.items()]
    return Translator(model, *sides)


def _references(folder: Path) -> dict[str, tuple[VectorFile, str]]:
    """Where the vectors of either side are, and their language."""
    references, files = read_json(folder / VECTORS), dict[str, tuple[VectorFile, str]]()
    for side in ("source", "target"):
        entry = references.get(side)
        if not isinstance(entry, dict) or "language" not in entry:
            raise FormatError.at(
                folder / VECTORS, None, f"no {side} vectors named", "a folder that lexicon build wrote"
            )
        file = VectorFile(**entry["file"])
        files[side] = replace(file, path=str(folder / file.path)), language_code(entry["language"])
    return files


def read_entries(folder: Path) -> Entries:
    """The pairs of ``lexicon.tsv``.

    Raises:
        FormatError: The file is missing or a line has other columns.
    """
    path = folder / LEXICON
    try:
        lines = whole(path).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unread(path, "table", error) from error
    header = tuple(lines[0].split("\t")) if lines else ()
    if header not in (COLUMNS, COLUMNS[:-1]):  # the last is of later versions
        raise FormatError.at(path, 1, "a different header", "\t".join(COLUMNS))
    rows = [[*map(unquoted, line.split("\t"))] for line in lines[1:]]
    try:
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
        source, target, score, probability, rank, backward, _, *kinds = columns
        scores, probabilities = (np.array(column, np.float32) for column in (score, probability))
        ranks, ranks_backward = (np.array(column, np.int64) for column in (rank, backward))
    except ValueError as error:
        raise FormatError.at(path, None, f"lines with other columns ({error})", "\t".join(COLUMNS)) from error
    return Entries(source, target, scores, probabilities, ranks, ranks_backward, *kinds)


def _found_again(vectors: Vectors, folder: Path, side: str) -> dict[str, Any]:
    """The reference to ``vectors``; those that came from no file are written into ``folder``."""
    if vectors.file is not None:
        return reference(vectors)
    path = folder / f"{side}.safetensors"
    write_vectors(replace(vectors, words=vectors.written, spellings=()), path)
    file = VectorFile(path.name, "matrix", file_hash(path), None, lowercase=bool(vectors.spellings))
    return {**reference(vectors), "file": asdict(file)}


def known_pairs(folder: Path) -> int:
    """How many pairs of a built lexicon's model were given; the rest it added itself.

    Raises:
        FormatError: ``folder`` is not that of a lexicon.
    """
    with damage_told(folder / REPORT):
        return int(read_json(folder / REPORT)["seeds"]["pairs_used"])


def _unread(path: Path, content: str, error: Exception) -> FormatError:
    """Why a file of the folder cannot be read."""
    if not path.parent.exists():
        return FormatError(f"{path.parent} does not exist; expected a folder that lexicon build wrote")
    return FormatError.at(path, None, f"no readable {content} ({error})", "a folder that lexicon build wrote")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file of the folder.

    Raises:
        FormatError: It is missing or holds something else.
    """
    try:
        value = orjson.loads(whole(path))
    except (OSError, orjson.JSONDecodeError) as error:
        raise _unread(path, "JSON", error) from error
    if not isinstance(value, dict):
        raise FormatError.at(path, None, f"a {type(value).__name__}", "a JSON object")
    return value


def reference(vectors: Vectors) -> dict[str, Any]:
    """What names vectors in a file, so that they can be found again."""
    return {
        "language": vectors.language,
        "words": len(vectors),
        "dimensions": vectors.dimensions,
        "file": asdict(_with_absolute_path(vectors.file)) if vectors.file else None,
    }


def _with_absolute_path(file: VectorFile) -> VectorFile:
    words = None if file.words is None else str(Path(file.words).resolve())
    return replace(file, path=str(Path(file.path).resolve()), words=words)


def to_json(value: object) -> bytes:
    """A JSON document with line ends."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE, default=str)
