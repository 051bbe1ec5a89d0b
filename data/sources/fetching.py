"""Fetches what the catalogue lists."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import orjson

from isogloss.data.errors import DownloadError, FormatError
from isogloss.data.limits import whole
from isogloss.data.lines import BROKEN, opened
from isogloss.data.progress import Progress, silent
from isogloss.data.sources.catalogue import Offer, collections
from isogloss.data.sources.download import MissingError, download, mirrored
from isogloss.data.sources.offers import Remote, freedict_name, offer, remotes
from isogloss.data.storage import refuse_to_overwrite, replacing_folder


def fetch(
    name: str,
    *,
    out: Path | None = None,
    mirror: str | None = None,
    sha256: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Fetch what the catalogue calls ``name``; returns the file or folder that reads it.

    Args:
        name: Such as ``wiki/eu`` or ``muse/en-fr/train``, see ``data.sources.offers``.
        out: File or folder to make, or a folder that exists; the current folder where it is not given.
        mirror: Address of a copy of the server with the same paths.
        sha256: The hash that the file must have, instead of that in the catalogue.
        force: Overwrite existing output.
        progress: Watches the pieces that arrive.

    Raises:
        VocabularyError: The catalogue has nothing of this name.
        DownloadError: It cannot be fetched, or is not what was expected.
        OutputError: The output exists and ``force`` is not set, or cannot be written.
    """
    wanted = offer(name)
    if wanted.reading == "cldr":
        if sha256 is not None:
            raise DownloadError("--sha256 is the hash of one file, but cldr is several files; leave it out")
        return _fetch_cldr(wanted, out, mirror, force, progress)
    if wanted.reading == "freedict":
        freedict = freedict_name(*wanted.languages)
        place = _place(out, f"freedict-{freedict}")
        refuse_to_overwrite(place, force)
        return _fetch_freedict(freedict, place, mirror, sha256, force, progress)
    (remote,) = remotes(wanted)
    url, digest = mirrored(remote.url, mirror), sha256 or wanted.sha256
    if wanted.reading == "archive":
        place = _place(out, remote.place.partition(".tar")[0])
        refuse_to_overwrite(place, force)
        return _fetch_archive(url, place, digest, force, progress)
    return download(url, _place(out, remote.place), digest=digest, force=force, progress=progress)


def _fetch_cldr(wanted: Offer, out: Path | None, mirror: str | None, force: bool, progress: Progress) -> Path:
    place = _place(out, wanted.name.replace("/", "-"))
    with replacing_folder(place, force=force) as folder:
        fetched = [remote for remote in remotes(wanted) if _fetched(remote, folder, mirror, progress)]
        for language in wanted.languages:
            if not any(f"/{language}/" in remote.place for remote in fetched):
                raise DownloadError(f"{wanted.homepage} has no names in {language!r}; check the code")
    return place


def _fetch_archive(url: str, place: Path, digest: str | None, force: bool, progress: Progress) -> Path:
    """A packed wordnet, unpacked; returns its XML file."""
    archive = place.with_name(f"{place.name}.tar.xz")
    download(url, archive, digest=digest, force=True, progress=progress)
    with replacing_folder(place, force=force) as folder:
        _unpack(archive, folder)
    archive.unlink()
    files = sorted(place.glob("*.xml"))
    return files[0] if len(files) == 1 else place


def _fetched(remote: Remote, folder: Path, mirror: str | None, progress: Progress) -> bool:
    try:
        download(mirrored(remote.url, mirror), folder / remote.place, progress=progress)
    except MissingError:
        if remote.optional:
            return False
        raise
    return True


def _fetch_freedict(
    name: str, place: Path, mirror: str | None, sha256: str | None, force: bool, progress: Progress
) -> Path:
    index, address = place.with_name(f".{place.name}.index.json"), collections()["freedict"].common.url
    archive = place.with_name(f"{place.name}.tar.xz")
    try:
        download(mirrored(address, mirror), index, force=True, progress=progress)
        url, digest = _release(index, name, address)
        download(mirrored(url, mirror), archive, digest=sha256 or digest, force=True, progress=progress)
        with replacing_folder(place, force=force) as folder:
            _unpack(archive, folder)
    finally:
        index.unlink(missing_ok=True)
    archive.unlink()
    return place


def _release(index: Path, name: str, address: str) -> tuple[str, str | None]:
    """Address and SHA-512 of the newest release of a dictionary in the dictd format."""
    try:
        entries = [entry for entry in orjson.loads(whole(index)) if entry.get("name") == name]
        releases = [release for entry in entries for release in entry.get("releases", [])]
        dictd = [release for release in releases if release["URL"].endswith(".dictd.tar.xz")]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, FormatError) as error:
        raise DownloadError(f"{address} is not a list of dictionaries ({error!r}); try later") from error
    if not dictd:
        raise DownloadError(f"{address} has no dictionary {name!r}; `isogloss data list` shows what there is")
    newest = max(dictd, key=lambda release: str(release.get("date", "")))
    digest = newest.get("checksum")
    return newest["URL"], digest if isinstance(digest, str) else None


def _unpack(archive: Path, folder: Path) -> None:
    """The files of the archive, side by side; no path inside it is followed."""
    try:
        with opened(archive, recode=False) as stream, tarfile.open(fileobj=stream, mode="r|") as packed:
            for member in packed:
                content = packed.extractfile(member) if member.isreg() else None
                name = Path(member.name).name
                if content is not None and name not in ("", ".."):
                    with (folder / name).open("wb") as out:
                        shutil.copyfileobj(content, out)
    except (tarfile.TarError, *BROKEN, ValueError, FormatError) as error:
        raise DownloadError(f"{archive} is damaged ({error}); delete it and fetch it again") from error


def _place(out: Path | None, name: str) -> Path:
    if out is None:
        return Path(name)
    return out / name if out.is_dir() else out
