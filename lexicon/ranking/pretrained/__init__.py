"""The bundled pre-trained ranker: trained on language pairs with dictionaries, for pairs with few known words."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.lexicon.ranking.features import fits_names
from isogloss.lexicon.ranking.ranker import Ranker, from_tensors
from isogloss.lexicon.ranking.teachers import from_text

FILE = Path(__file__).parent / "ranker.safetensors"


@cache
def pretrained_ranker(path: Path = FILE) -> Ranker:
    """The ranker in ``path``; ``benchmarks/pretraining.py`` makes the bundled one.

    Raises:
        FormatError: The file holds no ranker, or one of other features.
    """
    from safetensors import SafetensorError, safe_open

    expected = "a ranker over the features of this version; make it again with benchmarks/pretraining.py"
    try:
        with safe_open(path, framework="numpy") as file:
            described = file.metadata() or {}
            named, teachers = described.get("features", ""), from_text(described.get("teachers", "[]"))
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
    except (OSError, SafetensorError, ValueError) as error:
        raise FormatError.at(path, None, f"no readable tensors ({error})", expected) from error
    if not fits_names(named.split()):
        raise FormatError.at(path, None, f"features {named!r}", expected)
    return replace(from_tensors(stored), teachers=teachers)
