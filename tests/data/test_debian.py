"""Debian packages, made here."""

import io
import tarfile
from pathlib import Path
from typing import Literal

import pytest

from isogloss.data.debian import unpack
from isogloss.data.errors import FormatError
from isogloss.data.lines import zstd
from isogloss.data.reading import read_dictionary


def packed(name: str, content: bytes, mode: Literal["w:xz", "w"] = "w:xz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("./usr/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return stream.getvalue()


def package(folder: Path, data: bytes, name: str = "data.tar.xz") -> Path:
    path = folder / "x_1_all.deb"
    content = b"!<arch>\n"
    for member, inside in (("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"), (name, data)):
        content += f"{member:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(inside):<10}`\n".encode() + inside
        content += b"\n" * (len(inside) % 2)
    path.write_bytes(content)
    return path


def test_files_are_unpacked_and_links_are_not(tmp_path: Path) -> None:
    unpack(package(tmp_path, packed("./usr/share/dictd/a.index", b"hello")), tmp_path / "out")
    assert (tmp_path / "out/usr/share/dictd/a.index").read_bytes() == b"hello"
    assert not (tmp_path / "out/usr/link").exists()


def test_a_package_compressed_by_zstd_is_unpacked_and_one_that_is_torn_is_refused_in_one_line(tmp_path: Path) -> None:
    inner = zstd.compress(packed("./usr/share/dictd/a.index", b"hello" * 100, "w"))
    unpack(package(tmp_path, inner, "data.tar.zst"), tmp_path / "out")
    assert (tmp_path / "out/usr/share/dictd/a.index").read_bytes() == b"hello" * 100
    for torn in (inner[: len(inner) // 2], b"odd"):
        with pytest.raises(
            FormatError, match=r"an archive that cannot be read \([^\n]*\), expected a complete"
        ) as raised:
            unpack(package(tmp_path, torn, "data.tar.zst"), tmp_path / "torn")
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["../evil", "/evil", "usr/../../evil"])
def test_a_place_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="outside the package, expected paths inside it"):
        unpack(package(tmp_path, packed(name, b"x")), tmp_path / "out")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("size", [0, 7, 40, 100, 250, 300])
def test_a_package_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = package(tmp_path, packed("./a", b"hello" * 100))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(FormatError, match=r"x_1_all\.deb: "):
        unpack(path, tmp_path / "out")


def test_a_package_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no data\.tar inside"):
        unpack(package(tmp_path, b"", "other"), tmp_path / "out")


def test_the_dictionary_of_a_package_is_read(tmp_path: Path) -> None:
    entry = "<entry><form><orth>dog</orth></form><sense><cit type='trans'><quote>chien</quote></cit></sense></entry>"
    tei = f"<TEI><text><body>{entry}</body></text></TEI>".encode()
    read = read_dictionary(package(tmp_path, packed("./usr/share/freedict/eng-fra.tei", tei)), "en", "fr")
    assert read.by_source == {"dog": ("chien",)}


def test_a_package_without_a_dictionary_says_what_to_do(tmp_path: Path) -> None:
    path = package(tmp_path, packed("./usr/share/doc/changelog", b"hello"))
    with pytest.raises(FormatError, match=r"x_1_all\.deb:1: no pair of words"):
        read_dictionary(path, "en", "fr")


def test_a_folder_that_is_no_dictionary_lists_its_files(tmp_path: Path) -> None:
    (tmp_path / "eng-fra.txt").write_text("dog chien\n", "utf-8")
    with pytest.raises(
        FormatError, match=r"a folder of 1 files \('eng-fra.txt'\), expected one dictionary; name its file"
    ):
        read_dictionary(tmp_path, "en", "fr")
