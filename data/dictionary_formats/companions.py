"""Files that stand beside the one that names them, plain or compressed, as dictionaries in several files have them."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.data.limits import limits, too_large
from isogloss.data.lines import BROKEN, opened


def content_beside(path: Path, plain: str, packed: str) -> bytes:
    """The bytes of the file of the same name that ends in ``plain``, or in ``packed`` and is compressed with gzip.

    Raises:
        FormatError: There is none, it is damaged, or above the limit of a document.
    """
    for place in (path.with_name(path.stem + ending) for ending in (plain, packed)):
        if place.is_file():
            try:
                with place.open("rb") if place.name.endswith(plain) else opened(place, recode=False) as stream:
                    content = stream.read(limits().document + 1)
            except (*BROKEN, OSError) as error:
                found = f"damaged or cut-off compressed data ({error})"
                raise FormatError.at(place, None, found, "a complete dictionary; fetch it again") from error
            if len(content) > limits().document:
                raise too_large(place, None, "more bytes", "document")
            return content
    raise FormatError.at(path, None, f"no {plain} file beside it", f"{path.stem}{packed} or {path.stem}{plain}")
