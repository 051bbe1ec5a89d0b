"""A built lexicon on disk: the dictionary, the model, the account, and which vectors it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.errors import FormatError, OutputError, VocabularyError
from isogloss.data.storage import replacing_folder
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.induction.pipeline import Induction
from isogloss.lexicon.induction.translator import Translator

LEXICON, MODEL, REPORT, VECTORS = "lexicon.tsv", "model.safetensors", "report.json", "vectors.json"


def save(induction: Induction, source: Vectors, target: Vectors, folder: Path, *, force: bool = False) -> None:
    """Write the folder of a built lexicon, whole or not at all.

    Raises:
        OutputError: ``folder`` exists and ``force`` is not set, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / VECTORS).is_file():
        raise OutputError(
            f"{folder}: found a folder that is no lexicon, expected an earlier one to replace; name another"
        )
    with replacing_folder(folder, force=force) as part:
        with (part / LEXICON).open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(induction.entries.lines())
        induction.model.save(part / MODEL)
        (part / REPORT).write_bytes(to_json(induction.report))
        (part / VECTORS).write_bytes(to_json({"source": reference(source), "target": reference(target)}))


def translator(folder: Path, read: Callable[[str, VectorFile, str], Vectors]) -> Translator:
    """The model of a built lexicon with its vectors.

    Args:
        folder: What ``save`` wrote.
        read: Reads the vectors of a side (``source`` or ``target``), given their reference and language.

    Raises:
        FormatError: ``folder`` is not that of a lexicon.
        VocabularyError: The vectors cannot be found again, or are not the same.
    """
    references = read_json(folder / VECTORS)
    model = Model.load(folder / MODEL)
    sides = []
    for side in ("source", "target"):
        entry = references.get(side)
        if not isinstance(entry, dict) or "language" not in entry:
            raise FormatError.at(
                folder / VECTORS, None, f"no {side} vectors named", "a folder that lexicon build wrote"
            )
        if entry.get("file") is None:
            raise VocabularyError(
                f"{folder}: the {side} vectors came from no file, expected one that can be read again"
            )
        sides.append(read(side, VectorFile(**entry["file"]), entry["language"]))
    return Translator(model, *sides)


def known_pairs(folder: Path) -> int:
    """How many pairs of a built lexicon's model were given; the rest it found itself.

    Raises:
        FormatError: ``folder`` is not that of a lexicon.
    """
    return int(read_json(folder / REPORT)["seeds"]["pairs_used"])


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file of the folder.

    Raises:
        FormatError: It is missing or holds something else.
    """
    try:
        value = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise FormatError.at(path, None, f"no readable JSON ({error})", "a folder that lexicon build wrote") from error
    if not isinstance(value, dict):
        raise FormatError.at(path, None, f"a {type(value).__name__}", "a JSON object")
    return value


def reference(vectors: Vectors) -> dict[str, Any]:
    """What names vectors in a file, so that they can be found again."""
    return {
        "language": vectors.language,
        "words": len(vectors),
        "dimensions": vectors.dimensions,
        "file": asdict(_found_from_anywhere(vectors.file)) if vectors.file else None,
    }


def _found_from_anywhere(file: VectorFile) -> VectorFile:
    words = None if file.words is None else str(Path(file.words).resolve())
    return replace(file, path=str(Path(file.path).resolve()), words=words)


def to_json(value: object) -> bytes:
    """A JSON document with line ends."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE, default=str)
