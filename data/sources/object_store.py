"""Files in object stores, by any address that fsspec opens: fetched once to each machine, and known by their hash."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from isogloss.data.addresses import masked
from isogloss.data.cache import OBJECTS
from isogloss.data.errors import DownloadError, OutputError
from isogloss.data.extras import naming_extras
from isogloss.data.limits import limits
from isogloss.data.scratch import scratch_folder
from isogloss.data.storage import file_hash, replacing_folder

CHUNK = 1 << 20  # bytes; round number


def is_stored(address: str) -> bool:
    """Whether an address is one for fsspec, such as ``s3://bucket/en.vec``; http has a reader of its own."""
    scheme, separator, _ = address.partition("://")
    return bool(separator) and scheme not in ("http", "https")


def from_store(address: str, cache: Path, *, sha256: str | None = None) -> tuple[Path, str]:
    """The local copy of a file in an object store, and its hash; it is fetched where the cache has none.

    Args:
        address: Anything that fsspec opens, such as ``s3://bucket/en.vec``; it finds credentials where its owner put
            them.
        cache: A folder of this machine.
        sha256: The content that is expected; without it the file is fetched to learn it.

    Raises:
        DownloadError: The file is not there, cannot be read, or has other content.
        OutputError: The cache cannot be written.
        MissingExtraError: fsspec, or what it needs for this kind of address, is not installed.
    """
    if sha256 is not None and (stored := _kept(cache, sha256)) is not None:
        return stored, sha256
    name = Path(unquote(urlsplit(address).path)).name or "file"  # its ending may tell the format
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with scratch_folder(cache) as scratch:
            digest = _copied(address, scratch / "part")
            if sha256 is not None and digest != sha256.lower():
                raise DownloadError(f"{masked(address)}: its SHA-256 is {digest}, expected {sha256}; it has changed")
            if (stored := _kept(cache, digest)) is None:
                with replacing_folder(cache / OBJECTS / digest) as folder:
                    (scratch / "part").replace(folder / name)
    except OSError as error:
        raise OutputError(f"{cache}: cannot be written ({error.strerror or error})") from error
    return cache / OBJECTS / digest / name if stored is None else stored, digest


def _kept(cache: Path, sha256: str) -> Path | None:
    """The copy in the cache, unless it is damaged."""
    with suppress(OSError):
        for file in (cache / OBJECTS / sha256.lower()).iterdir():
            if file.name[0] != "." and file_hash(file) == sha256.lower():
                return file
    return None


def _copied(address: str, path: Path) -> str:
    """Copy a file to ``path``; its hash."""
    with naming_extras(masked(address), "cloud"):
        import fsspec
    library: Any = fsspec
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as part:
        try:
            with library.open(address, "rb") as stream:
                while piece := stream.read(CHUNK):
                    size += part.write(piece)
                    digest.update(piece)
                    if size > limits().download:
                        raise DownloadError(
                            f"{masked(address)}: more than {limits().download:,} bytes; if that is right, raise "
                            "ISOGLOSS_LIMIT_DOWNLOAD"
                        )
        except (DownloadError, MemoryError):
            raise
        except Exception as error:  # each kind of store has errors of its own
            reason = masked(" ".join(str(error).split()))[:200] or type(error).__name__
            raise DownloadError(f"{masked(address)}: cannot be read ({reason}); check the address") from error
    return digest.hexdigest()
