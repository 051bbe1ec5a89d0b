"""The files of a spaCy model, in a folder or in a wheel, without spaCy and without installing anything."""

from __future__ import annotations

import io
import json
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import msgpack
import numpy as np
import orjson
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.limits import refuse_bomb, whole
from isogloss.data.vector_formats.murmur import Hashes, murmur64a
from isogloss.data.vectors import Matrix

TABLE = "vectors"
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class SpacyModel:
    """A spaCy model on the disk; ``vocab`` is the folder inside ``path`` that holds strings and vectors."""

    path: Path
    vocab: str

    @classmethod
    def find(cls, path: Path) -> SpacyModel | None:
        """The model at ``path``, which is a wheel, a model's folder or a package's folder; ``None`` if there is none.

        Raises:
            FormatError: ``path`` is a wheel that cannot be read, or holds several models.
        """
        folders = _in_folder(path) if path.is_dir() else _in_archive(path)
        if len(folders) > 1:
            raise FormatError.at(
                path, None, f"{len(folders)} models ({', '.join(folders)})", "one; unpack it and name one"
            )
        return cls(path, folders[0]) if folders else None

    @property
    def mode(self) -> str:
        """``default`` (a table of words) or ``floret`` (a table of hashed n-grams)."""
        return str(self.settings.get("mode", "default"))

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """``vectors.cfg``; empty where an older model has none."""
        if not self.has("vectors.cfg"):
            return {}
        settings = _loaded_json(self, "vectors.cfg")
        if not isinstance(settings, dict):
            raise self._wrong("vectors.cfg", type(settings).__name__, "a JSON object")
        return settings

    @cached_property
    def table(self) -> Matrix:
        """The vectors, shape ``(rows, d)``."""
        try:
            table = np.load(io.BytesIO(self.read(TABLE)), allow_pickle=False)
        except (ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:  # what numpy says of a bad header
            raise self._wrong(TABLE, f"an array that cannot be read ({error})", "a .npy array") from error
        if not isinstance(table, np.ndarray) or table.ndim != 2 or table.dtype.kind != "f" or not table.size:
            shape = getattr(table, "shape", "no array")
            raise self._wrong(TABLE, f"shape {shape}", "a matrix of floating point numbers, one row per vector")
        bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
        if bad.size:
            raise self._wrong(TABLE, f"a value that is infinite or not a number in row {bad[0]}", "finite numbers only")
        return np.ascontiguousarray(table, np.float32)

    @cached_property
    def strings(self) -> list[str]:
        """Every string that the model can name."""
        strings = _loaded_json(self, "strings.json")
        if not isinstance(strings, list) or not all(isinstance(text, str) for text in strings):
            raise self._wrong("strings.json", type(strings).__name__, "a JSON list of strings")
        return strings

    def named(self, keys: Hashes) -> list[str | None]:
        """The string behind each key; ``None`` where the model does not hold it."""
        hashes = murmur64a([text.encode("utf-8", "surrogatepass") for text in self.strings])
        wanted = np.flatnonzero(np.isin(hashes, keys)).tolist()
        names: dict[int, str] = {_FIRST_LABEL + place: label for place, label in enumerate(_LABELS.split())}
        names |= {int(hashes[index]): self.strings[index] for index in wanted}
        return [names.get(key) for key in keys.tolist()]

    def unpacked(self, name: str) -> Any:
        """The content of a MessagePack file.

        Raises:
            FormatError: It is missing or torn.
        """
        try:
            return msgpack.unpackb(self.read(name), strict_map_key=False)
        except (ValueError, msgpack.UnpackException, RecursionError) as error:
            raise self._wrong(name, f"content that is not MessagePack ({error})", "a complete file") from error

    def integers(self, name: str, mapping: object) -> tuple[Hashes, NDArray[Any]]:
        """The keys and the numbers of a mapping out of file ``name``.

        Raises:
            FormatError: It is something else.
        """
        if not isinstance(mapping, dict):
            raise self._wrong(name, type(mapping).__name__, "a map from keys to numbers")
        try:
            return np.fromiter(mapping.keys(), np.uint64, len(mapping)), np.array(list(mapping.values()))
        except (TypeError, ValueError, OverflowError) as error:
            raise self._wrong(name, f"an entry that is not a number ({error})", "a map from keys to numbers") from error

    def has(self, name: str) -> bool:
        """Whether the model holds file ``name``."""
        if self.path.is_dir():
            return (self.path / self.vocab / name).is_file()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return f"{self.vocab}/{name}" in archive.namelist()
        except _UNREADABLE as error:
            raise _torn(self.path, error) from error

    def read(self, name: str) -> bytes:
        """The bytes of file ``name``.

        Raises:
            FormatError: The model has no such file, or it is torn.
        """
        if not self.has(name):
            raise FormatError.at(self.path, None, f"no {self.vocab}/{name}", "a spaCy model with its vectors")
        try:
            if self.path.is_dir():
                place = self.path / self.vocab / name
                return place.read_bytes() if name == TABLE else whole(place)
            with zipfile.ZipFile(self.path) as archive:
                member = archive.getinfo(f"{self.vocab}/{name}")
                refuse_bomb(self.path / self.vocab / name, member.compress_size, member.file_size)
                return archive.read(member)
        except _UNREADABLE as error:
            raise _torn(self.path, error) from error

    def _wrong(self, name: str, found: str, expected: str) -> FormatError:
        return FormatError.at(self.path / self.vocab / name, None, found, expected)


def _in_folder(path: Path) -> list[str]:
    depths = (path, path / "vocab", *path.glob("*/vocab"), *path.glob("*/*/vocab"))
    places = [depth / TABLE for depth in depths if (depth / TABLE).is_file()]
    folders = sorted({place.parent for place in places if (place.parent / "strings.json").is_file()})
    return [folder.relative_to(path).as_posix() for folder in folders]


def _in_archive(path: Path) -> list[str]:
    if path.suffix not in (".whl", ".zip"):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except _UNREADABLE as error:
        raise _torn(path, error) from error
    tables = [place for place in map(PurePosixPath, names) if place.parts[-2:] == ("vocab", TABLE)]
    for place in tables:
        if place.is_absolute() or ".." in place.parts:
            raise FormatError.at(path, None, f"member {str(place)!r} outside the archive", "paths inside it")
    return [place.parent.as_posix() for place in tables]


def _loaded_json(model: SpacyModel, name: str) -> Any:
    content = model.read(name)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass  # orjson refuses lone surrogates, which old models have
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        place = model.path / model.vocab / name
        raise FormatError.at(place, None, f"content that is not JSON ({error})", "a complete file") from error


def _torn(path: Path, error: Exception) -> FormatError:
    return FormatError.at(path, None, f"an archive that cannot be read ({error})", "a complete wheel; fetch it again")


# spaCy numbers its own labels instead of hashing them, and so the words that are spelled like one.
_FIRST_LABEL = 398  # the number that spaCy gives to the first of them
_LABELS = (
    "acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop csubj csubjpass dep det dobj expl "
    "hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod nsubj nsubjpass num number oprd obj obl parataxis "
    "partmod pcomp pobj poss possessive preconj prep prt punct quantmod relcl rcmod root xcomp acl"
)
