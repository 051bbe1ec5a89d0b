"""A hub on disk: the maps, what they were fitted to, and which vectors they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from isogloss.data.errors import FormatError, OutputError, VocabularyError, damage_told
from isogloss.data.storage import replacing_folder
from isogloss.data.tensors import read_tensors, write_tensors
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.lexicon.alignment.maps import Side
from isogloss.lexicon.alignment.normalisation import Normalisation
from isogloss.lexicon.hub.alignment import Hub
from isogloss.lexicon.induction.folder import REPORT, VECTORS, read_json, reference, to_json

MAPS = "hub.safetensors"


def save(hub: Hub, languages: Sequence[Vectors], folder: Path, *, force: bool = False) -> None:
    """Write the folder of a hub, whole or not at all.

    Raises:
        OutputError: ``folder`` exists and ``force`` is not set, is no hub, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MAPS).is_file():
        raise OutputError(f"{folder}: not a hub, so it is not overwritten; name another folder")
    tensors = dict[str, NDArray[Any]]()
    for name, side in hub.sides.items():
        tensors |= {f"{name}.means": side.normalisation.means, f"{name}.map": side.map}
    with replacing_folder(folder, force=force) as part:
        write_tensors(part / MAPS, tensors, {"format": "isogloss hub 1"})
        (part / REPORT).write_bytes(to_json(hub.summary()))
        (part / VECTORS).write_bytes(to_json({vectors.language: reference(vectors) for vectors in languages}))


def load(folder: Path) -> Hub:
    """The hub of a folder; how its maps were fitted is in ``report.json`` only.

    Raises:
        FormatError: ``folder`` is not that of a hub.
    """
    expected = "the maps of a hub that lexicon hub wrote"
    try:
        stored, _ = read_tensors(folder / MAPS, expected=expected)
        names = [name.removesuffix(".map") for name in stored if name.endswith(".map")]
        sides = {name: Side(Normalisation(stored[f"{name}.means"]), stored[f"{name}.map"]) for name in sorted(names)}
        shapes = {(*side.normalisation.means.shape[1:], *side.map.shape) for side in sides.values()}
        if any(len(shape) != 3 or shape[0] != shape[1] for shape in shapes) or len({shape[2] for shape in shapes}) != 1:
            raise FormatError.at(folder / MAPS, None, f"maps of shape {sorted(shapes)}", expected)
    except KeyError as error:
        raise FormatError.at(folder / MAPS, None, f"no tensor {error}", expected) from error
    return Hub(sides, {})


def vector_file(folder: Path, language: str) -> VectorFile:
    """Where the vectors of a language came from.

    Raises:
        FormatError: ``folder`` is not that of a hub.
        VocabularyError: They came from no file.
    """
    entry = read_json(folder / VECTORS).get(language)
    if not isinstance(entry, dict):
        raise FormatError.at(folder / VECTORS, None, f"no {language} vectors named", "a folder that lexicon hub wrote")
    if entry.get("file") is None:
        raise VocabularyError(
            f"{folder}: the {language} vectors were not read from a file; save them to a file and build the hub from it"
        )
    with damage_told(folder / VECTORS):
        return VectorFile(**entry["file"])
