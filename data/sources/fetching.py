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
from isogloss.data.sources.catalogue import (
    DICTIONARIES,
    FREEDICT_INDEX,
    Remote,
    dictionary_remotes,
    freedict_name,
    vectors_remote,
)
from isogloss.data.sources.download import MissingError, download, mirrored
from isogloss.data.storage import refuse_to_overwrite, replacing_folder


def fetch_vectors(
    language: str,
    *,
    source: str = "wiki",
    out: Path | None = None,
    mirror: str | None = None,
    sha256: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Fetch the vectors of ``language``; returns where they are.

    Args:
        language: BCP 47 code.
        source: ``wiki`` or ``cc``, see ``data.sources.catalogue.VECTORS``.
        out: File, or folder that exists; the current folder where it is not given.
        mirror: Address of a copy of the server with the same paths.
        sha256: The hash that the file must have.
        force: Replace a file that is there.
        progress: Watches the pieces that arrive.

    Raises:
        DownloadError: The file cannot be fetched, or is not what was expected.
        OutputError: The output exists and ``force`` is not set, or cannot be written.
    """
    remote = vectors_remote(language, source)
    url = mirrored(remote.url, mirror)
    return download(url, _place(out, remote.place), digest=sha256, force=force, progress=progress)


def fetch_dictionary(
    source_language: str,
    target_language: str,
    *,
    source: str,
    part: str = "all",
    out: Path | None = None,
    mirror: str | None = None,
    sha256: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Fetch a dictionary; returns the file (MUSE) or folder (FreeDict, CLDR) that ``read_dictionary`` opens.

    Args:
        source_language: BCP 47 code of the language of the headwords.
        target_language: BCP 47 code of the language of the translations.
        source: ``muse``, ``freedict`` or ``cldr``, see ``data.sources.catalogue.DICTIONARIES``.
        part: Of MUSE: ``all``, ``train`` (source words 1 to 5,000 by frequency) or ``test`` (5,001 to 6,500).
        out: File or folder to make; in the current folder where it is not given.
        mirror: Address of a copy of the server with the same paths.
        sha256: The hash that the file must have (MUSE and FreeDict).
        force: Overwrite existing output.
        progress: Watches the pieces that arrive.

    Raises:
        DownloadError: The dictionary cannot be fetched, or is not what was expected.
        OutputError: The output exists and ``force`` is not set, or cannot be written.
    """
    remotes = dictionary_remotes(source_language, target_language, source, part)
    if sha256 is not None and source == "cldr":
        raise DownloadError("a hash is of one file, and cldr is several; leave --sha256 out")
    if source == "muse":
        url = mirrored(remotes[0].url, mirror)
        return download(url, _place(out, remotes[0].place), digest=sha256, force=force, progress=progress)
    if source == "freedict":
        name = freedict_name(source_language, target_language)
        place = _place(out, f"freedict-{name}")
        refuse_to_overwrite(place, force)
        return _fetch_freedict(name, place, mirror, sha256, force, progress)
    place = _place(out, f"cldr-{source_language}-{target_language}")
    with replacing_folder(place, force=force) as folder:
        fetched = [remote for remote in remotes if _fetched(remote, folder, mirror, progress)]
        for language in (source_language, target_language):
            if not any(f"/{language}/" in remote.place for remote in fetched):
                raise DownloadError(f"{DICTIONARIES['cldr'].homepage} has no names in {language!r}; check the code")
    return place


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
    index = place.with_name(f".{place.name}.index.json")
    archive = place.with_name(f"{place.name}.tar.xz")
    try:
        download(mirrored(FREEDICT_INDEX, mirror), index, force=True, progress=progress)
        url, digest = _release(index, name)
        download(mirrored(url, mirror), archive, digest=sha256 or digest, force=True, progress=progress)
        with replacing_folder(place, force=force) as folder:
            _unpack(archive, folder)
    finally:
        index.unlink(missing_ok=True)
    archive.unlink()
    return place


def _release(index: Path, name: str) -> tuple[str, str | None]:
    """Address and SHA-512 of the newest release of a dictionary in the dictd format."""
    try:
        entries = [entry for entry in orjson.loads(whole(index)) if entry.get("name") == name]
        releases = [release for entry in entries for release in entry.get("releases", [])]
        dictd = [release for release in releases if release["URL"].endswith(".dictd.tar.xz")]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, FormatError) as error:
        raise DownloadError(f"{FREEDICT_INDEX} is no list of dictionaries ({error!r}); try later") from error
    if not dictd:
        homepage = DICTIONARIES["freedict"].homepage
        raise DownloadError(f"{FREEDICT_INDEX} has no dictionary {name!r}; the pairs that exist are on {homepage}")
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
