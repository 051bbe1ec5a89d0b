"""Steps that fetch: vectors and dictionaries from an address or the catalogue."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from isogloss.data.sources.download import download
from isogloss.data.sources.fetching import fetch
from isogloss.data.sources.object_store import from_store, is_stored
from isogloss.project.order import FETCHED, STORED, Figures, Order


def fetched(order: Order, folder: Path) -> Figures:
    """Fetch vectors or a dictionary; the result has them under one name that all steps know."""
    sha256 = order.settings["sha256"]
    if is_stored(order.address):  # each machine fetches it when it is used
        copy, sha256 = from_store(order.address, order.cache, sha256=sha256)
        (folder / STORED).write_text(sha256, "ascii")
        return {"bytes": copy.stat().st_size, "file": copy.name}
    if order.settings["offer"]:
        place = fetch(order.settings["from"], out=folder, sha256=sha256)
    else:
        name = Path(unquote(urlsplit(order.address).path)).name or "file"  # whose ending may tell the format
        place = download(order.address, folder / name, digest=sha256)
    (folder / FETCHED).symlink_to(place.relative_to(folder))
    size = sum(file.stat().st_size for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file())
    return {"bytes": size, "file": place.name}
