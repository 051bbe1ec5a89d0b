"""Steps that fetch: vectors and dictionaries from an address or the catalogue."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from isogloss.data.sources.catalogue import DICTIONARIES, VECTORS
from isogloss.data.sources.download import download
from isogloss.data.sources.fetching import fetch_dictionary, fetch_vectors
from isogloss.project.order import FETCHED, Figures, Order


def vectors(order: Order, folder: Path) -> Figures:
    """Fetch the vectors of a language."""
    origin, sha256 = order.settings["from"], order.settings["sha256"]
    language = order.wanted.name.partition(":")[2]
    if origin in VECTORS:
        place = fetch_vectors(language, source=origin, out=folder / _kept(order), sha256=sha256)
    else:
        place = download(origin, folder / _kept(order), digest=sha256)
    return _named(place, folder)


def dictionary(order: Order, folder: Path) -> Figures:
    """Fetch a dictionary."""
    origin, sha256, pair = (order.settings[name] for name in ("from", "sha256", "pair"))
    if origin in DICTIONARIES:
        part = "all"
        if origin == "muse":
            part = "test" if order.settings["test"] else "train"
        place = fetch_dictionary(*pair, source=origin, part=part, out=folder / _kept(order), sha256=sha256)
    else:
        place = download(origin, folder / _kept(order), digest=sha256)
    return _named(place, folder)


def _kept(order: Order) -> str:
    """The name of the file at its origin, whose ending may tell its format."""
    return Path(unquote(urlsplit(order.settings["from"]).path)).name or "file"


def _named(place: Path, folder: Path) -> Figures:
    """The fetched file, under a name that all steps know."""
    (folder / FETCHED).symlink_to(place.name)
    size = sum(file.stat().st_size for file in ([place] if place.is_file() else place.rglob("*")))
    return {"bytes": size, "file": place.name}
