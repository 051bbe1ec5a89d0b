"""What is too large is refused soon, with the limit to raise; what is raised is read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary_formats.companions import content_beside
from isogloss.data.errors import FormatError, IsoglossError
from isogloss.data.limits import Limits, limited, limits, whole
from isogloss.data.reading import read_dictionary, read_vectors

BOMB = b"\n" * (8 << 20)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["x.tsv", "x.tmx"])
def test_a_file_that_unpacks_to_nothing_but_lines_is_refused_soon(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    start = b'<?xml version="1.0"?><tmx>' if name == "x.tmx" else b"dog\tchien\n"
    (tmp_path / name).write_bytes(pack(start + BOMB))
    begun = time.process_time()
    with pytest.raises(FormatError, match=r"unpacks to more than [\d,]+ times, expected at most 250; .*LIMIT_RATIO"):
        read_dictionary(tmp_path / name, "en", "fr")
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("name", ["x.tsv", "x.txt"])
def test_empty_lines_cost_little(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"dog chien\n" + b"\n" * (16 << 20) + b"cat chat\n")
    begun = time.process_time()
    assert len(read_dictionary(tmp_path / name, "en", "fr").pairs) == 2
    assert time.process_time() - begun < 4  # 16 without


def test_a_document_without_an_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").symlink_to("/dev/zero")
    with limited(Limits(document=1 << 20)), pytest.raises(FormatError, match="more than 1,048,576 bytes"):
        whole(tmp_path / "x.json")


def test_a_limit_that_was_raised_holds(tmp_path: Path) -> None:
    (tmp_path / "x.tsv.gz").write_bytes(gzip.compress(b"dog\tchien\n" + BOMB))
    with limited(Limits().changed({"ISOGLOSS_LIMIT_RATIO": "5000", "PATH": "/"})):
        assert limits().ratio == 5000
        assert len(read_dictionary(tmp_path / "x.tsv.gz", "en", "fr").pairs) == 1
    assert limits().ratio == 250


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ISOGLOSS_LIMIT_RATIO", "many", "ISOGLOSS_LIMIT_RATIO=many: expected a whole number of at least 1"),
        ("ISOGLOSS_LIMIT_RATIO", "0", "expected a whole number of at least 1"),
        ("ISOGLOSS_LIMIT_SPEED", "5", "unknown limit, expected one of ISOGLOSS_LIMIT_LINE, ISOGLOSS_LIMIT_TOK"),
    ],
)
def test_a_wrong_limit_is_told(name: str, value: str, message: str) -> None:
    with pytest.raises(IsoglossError, match=message):
        Limits().changed({name: value})


@pytest.mark.parametrize("start", ['<b c="', "<!-- ", "<?p ", "<seg>"])
def test_a_token_of_xml_without_an_end_is_refused_soon(tmp_path: Path, start: str) -> None:
    before = '<?xml version="1.0"?><tmx version="1.4"><body><tu><tuv xml:lang="en">'
    (tmp_path / "x.tmx").write_text(before + start + "x" * (8 << 20))
    begun = time.process_time()
    tracemalloc.start()
    with pytest.raises(FormatError, match=r":1: a tag or a text that is longer, expected at most 4,194,304; .*_TOKEN"):
        read_dictionary(tmp_path / "x.tmx", "en", "fr")
    assert time.process_time() - begun < 10
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_floret_table_of_huge_rows_is_refused_before_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.floret").write_text("1 2000000 3 6 2 2166136261 < >\n0 " + "1 " * 2_000_000)
    (tmp_path / "words").write_text("dog\n")
    tracemalloc.start()
    with pytest.raises(FormatError, match=r"rows of 2,000,000 numbers, expected at most 1,048,576; .*_LINE"):
        read_vectors(tmp_path / "x.floret", "en", words=tmp_path / "words")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_arrays_that_unpack_to_much_more_than_they_take_are_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", vectors=np.zeros((20_000, 100), np.float32), words=np.array(["a"]))
    with pytest.raises(FormatError, match="unpacks to more than"):
        read_vectors(tmp_path / "x.npz", "en")


def test_an_archive_of_zeros_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.vec", b"2 2\na 1 2\n" + BOMB)
    with pytest.raises(FormatError, match="unpacks to more than"):
        read_vectors(tmp_path / "x.zip", "en")


def test_a_file_that_is_read_as_a_whole_has_a_limit(tmp_path: Path) -> None:
    (tmp_path / "x.dict").write_bytes(b"x" * 5000)
    with limited(Limits(document=4000)), pytest.raises(FormatError, match=r"expected at most 4,000; .*_DOC"):
        content_beside(tmp_path / "x.index", ".dict", ".dict.dz")
