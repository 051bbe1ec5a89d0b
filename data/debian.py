"""The files of a Debian package, on any system and without installing it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath

from isogloss.data.errors import FormatError
from isogloss.data.limits import refuse_bomb
from isogloss.data.lines import BROKEN, ZSTD, zstd

_MAGIC = b"!<arch>\n"
_HEADER = 60  # bytes: name (16), times and owners, size as text (10 bytes from 48), a closing mark


def unpack(package: Path, folder: Path) -> None:
    """Write the files of ``package`` (a ``.deb``) below ``folder``; links and special files are left out.

    Raises:
        FormatError: ``package`` is torn or no Debian package, or names a place outside ``folder``.
    """
    try:
        content, unpacked = _content(package), 0
        with _archive(content) as archive:
            for member in archive:
                unpacked += member.size
                refuse_bomb(package, len(content), unpacked)
                place = PurePosixPath(member.name)
                if place.is_absolute() or ".." in place.parts:
                    raise FormatError.at(
                        package, None, f"member {member.name!r} outside the package", "paths inside it"
                    )
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    (folder / place).parent.mkdir(parents=True, exist_ok=True)
                    (folder / place).write_bytes(stream.read())
    except (tarfile.TarError, *BROKEN, OSError) as error:
        found = f"an archive that cannot be read ({' '.join(str(error).split())})"
        raise FormatError.at(package, None, found, "a complete Debian package; fetch it again") from error


def _archive(content: bytes) -> tarfile.TarFile:
    """The inner archive, which newer packages, such as Ubuntu's, compress by zstd: tarfile cannot until Python 3.14."""
    stream = io.BytesIO(content)
    if content.startswith(ZSTD):
        return tarfile.open(fileobj=zstd.open(stream), mode="r|")
    return tarfile.open(fileobj=stream)


def _content(package: Path) -> bytes:
    """The inner archive ``data.tar.*``."""
    archive = package.read_bytes()
    if not archive.startswith(_MAGIC):
        raise FormatError.at(package, None, f"{archive[:8]!r} at its beginning", "a Debian package")
    at = len(_MAGIC)
    while header := archive[at : at + _HEADER]:
        size = header[48:58].strip()
        if len(header) < _HEADER or not size.isdigit():
            break
        at += _HEADER
        if header.startswith(b"data.tar"):
            return archive[at : at + int(size)]
        at += int(size) + int(size) % 2
    raise FormatError.at(package, None, "no data.tar inside", "a complete Debian package; fetch it again")
