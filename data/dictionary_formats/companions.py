"""Files that stand beside the one that names them, plain or compressed, as dictionaries in several files have them."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from isogloss.data.dictionary_formats.terms import MAX_DICTIONARY
from isogloss.data.errors import FormatError


def content_beside(path: Path, plain: str, packed: str) -> bytes:
    """The bytes of the file of the same name that ends in ``plain``, or in ``packed`` and is compressed with gzip.

    Raises:
        FormatError: There is none, it is damaged, or it holds ``MAX_DICTIONARY`` bytes or more.
    """
    for place in (path.with_name(path.stem + ending) for ending in (plain, packed)):
        if place.is_file():
            try:
                with place.open("rb") if place.name.endswith(plain) else gzip.open(place) as stream:
                    content = stream.read(MAX_DICTIONARY)
            except (OSError, EOFError, zlib.error) as error:
                found = f"damaged or cut-off compressed data ({error})"
                raise FormatError.at(place, None, found, "a whole dictionary; fetch it again") from error
            if len(content) == MAX_DICTIONARY:
                raise FormatError.at(place, None, f"{MAX_DICTIONARY:,} bytes or more", "a dictionary")
            return content
    raise FormatError.at(path, None, f"no {plain} file beside it", f"{path.stem}{packed} or {path.stem}{plain}")
