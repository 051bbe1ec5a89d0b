"""Vectors come out of every container that people have them in, and what is no vector file is named."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from backports import zstd

from isogloss.data.errors import FormatError
from isogloss.data.reading import is_vectors, read_dictionary, read_vectors
from isogloss.data.vectors import Vectors

TEXT = b"3 2\nthe 0.5 -1\ndog 2e-1 0.25\ncat 1 0\n"
WORDS = ("the", "dog", "cat")
ROWS = np.array([[0.5, -1], [0.2, 0.25], [1, 0]], dtype=np.float32)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def same(vectors: Vectors) -> bool:
    return vectors.words == WORDS and np.array_equal(vectors.matrix, ROWS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.vec.zip", zipped({"x.vec": TEXT})),
        ("wiki.xx.zip", zipped({"wiki.xx.bin": b"\x00" * 99, "wiki.xx.vec": TEXT})),
        ("mac.zip", zipped({"x.txt": TEXT, "__MACOSX/._x.txt": b"junk"})),
        ("x.vec.zst", zstd.compress(TEXT)),
        ("x.tar.gz", tarred({"folder/x.vec": TEXT})),
        ("x.tar", tarred({"x.vec": TEXT}, "w:")),
        ("x.tar.xz", tarred({"x.vec": TEXT}, "w:xz")),
        ("x.csv", b"word,x,y\nthe,0.5,-1\ndog,0.2,0.25\ncat,1,0\n"),
        ("x.csv.gz", gzip.compress(b"the,0.5,-1\ndog,0.2,0.25\ncat,1,0\n")),
        ("index.csv", b",word,x,y\n0,the,0.5,-1\n1,dog,0.2,0.25\n2,cat,1,0\n"),
        ("excel.csv", b"\xef\xbb\xbfword;x;y\r\nthe;0,5;-1\r\ndog;0,2;0,25\r\ncat;1;0\r\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_vectors_come_out_of_every_container(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert is_vectors(path)
    vectors = read_vectors(path, "en")
    assert same(vectors)
    assert vectors.file is not None
    assert vectors.file.path == str(path)
    assert vectors.warnings == ()


def test_a_word_of_a_csv_may_hold_what_separates(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('"10,000",1,2\n"say ""hi""",3,4\n3,5,6\n')
    assert read_vectors(tmp_path / "x.csv", "en").words == ("10,000", 'say "hi"', "3")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_a_compressed_fasttext_model_keeps_its_subwords(tmp_path: Path, pack: object) -> None:
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "t.txt").write_text("water fire earth\n" * 50)
    model = fasttext.train_unsupervised(
        str(tmp_path / "t.txt"), dim=4, epoch=1, minCount=1, thread=1, bucket=1000, verbose=0
    )
    model.save_model(str(tmp_path / "m.bin"))
    packed = tmp_path / "m.bin.packed"
    packed.write_bytes(pack((tmp_path / "m.bin").read_bytes()))  # type: ignore[operator]
    plain, again = read_vectors(tmp_path / "m.bin", "en"), read_vectors(packed, "en")
    np.testing.assert_array_equal(again.matrix, plain.matrix)
    assert again.subwords is not None
    assert again.subwords.vectors(["waters"]).any()


def test_arrays_with_their_words_come_out_of_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", words=np.array(WORDS), vectors=ROWS)
    assert same(read_vectors(tmp_path / "x.npz", "en"))
    np.savez(tmp_path / "y.npz", words=np.array(WORDS, dtype=object), vectors=ROWS)
    with pytest.raises(FormatError, match="words that were saved as Python objects"):
        read_vectors(tmp_path / "y.npz", "en")


@pytest.mark.parametrize("limit", [1, 10_000_000])
def test_gensim_vectors_are_read_without_gensim(tmp_path: Path, limit: int) -> None:
    keyed = pytest.importorskip("gensim.models").KeyedVectors(2, count=0)
    keyed.add_vectors(list(WORDS), ROWS)
    keyed.save(str(tmp_path / "x.kv"), sep_limit=limit)
    assert same(read_vectors(tmp_path / "x.kv", "en"))


class Harm:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch harmed",)


def test_a_pickle_may_not_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.kv").write_bytes(pickle.dumps({"gensim.models": Harm()}))
    with pytest.raises(FormatError):
        read_vectors(tmp_path / "x.kv", "en")
    assert not (tmp_path / "harmed").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_vectors_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(TEXT))
    writer.start()
    vectors = read_vectors(pipe, "en")
    writer.join()
    assert same(vectors)


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_info_reads_standard_input(name: str) -> None:
    call = [sys.executable, "-m", "isogloss", "data", "info", name, "--lang", "en"]
    result = subprocess.run(call, input=TEXT, capture_output=True, check=True, cwd=Path(__file__).parents[2])
    assert b"words\t3\n" in result.stdout


def test_a_dictionary_comes_out_of_an_archive(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(zipped({"d.tsv": b"dog\tchien\ncat\tchat\n"}))
    assert len(read_dictionary(tmp_path / "d.zip", "en", "fr")) == 2


STARDICT = {
    "my/en-fr.ifo": b"StarDict's dict ifo file\nbookname=Mine\nsametypesequence=m\n",
    "my/en-fr.idx": b"cat\0\0\0\0\0\0\0\0\4dog\0\0\0\0\4\0\0\0\5",
    "my/en-fr.dict": b"chatchien",
    "my/README": b"fetched from somewhere",
    "my/._en-fr.ifo": b"of macOS",
    "my/res/en-fr.png": b"a picture",
}


@pytest.mark.parametrize(
    "pack", [zipped, tarred, lambda files: tarred(files, "w:bz2"), lambda files: tarred(files, "w")]
)
def test_a_dictionary_of_several_files_comes_out_of_an_archive(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    (tmp_path / "d").write_bytes(pack(STARDICT))
    read = read_dictionary(tmp_path / "d", "en", "fr")
    assert read.by_source == {"cat": ("chat",), "dog": ("chien",)}
    assert read.origin.name == "Mine"


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_in_an_archive_lead_nowhere_else(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    files = {name.replace("my/", "../../../"): content for name, content in STARDICT.items()}
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "d").write_bytes(pack(files))
    assert len(read_dictionary(tmp_path / "a" / "b" / "d", "en", "fr")) == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "d"]


@pytest.mark.parametrize("files", [STARDICT, {"d.tsv": b"dog\tchien\n"}])
def test_an_encrypted_archive_is_called_so(tmp_path: Path, files: dict[str, bytes]) -> None:
    content = bytearray(zipped(files))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(header, place + 1)) >= 0:
            content[place + flags] |= 1
    (tmp_path / "d.zip").write_bytes(content)
    with pytest.raises(FormatError, match=r"d\.zip: an encrypted archive, .*password"):
        read_dictionary(tmp_path / "d.zip", "en", "fr")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_two_dictionaries_in_an_archive_are_refused(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    second = {name.replace("en-fr", "en-de"): content for name, content in STARDICT.items()}
    (tmp_path / "d").write_bytes(pack({**STARDICT, **second}))
    with pytest.raises(FormatError, match=r"d: an archive of \d files \(.*unpack it and name the file"):
        read_dictionary(tmp_path / "d", "en", "fr")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_that_unpacks_to_much_more_is_refused(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    (tmp_path / "d").write_bytes(pack({**STARDICT, "my/en-fr.dict": bytes(6_000_000)}))
    with pytest.raises(FormatError, match=r"d: data that unpacks to more than [\d,]+ times"):
        read_dictionary(tmp_path / "d", "en", "fr")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TEXT.decode().encode("utf-16"), "a UTF-16 text, expected text in UTF-8; convert it: iconv"),
        (zipped({"glove.50d.txt": TEXT, "glove.100d.txt": TEXT}), "an archive of 2 files ('glove.50d.txt', "),
        (zipped({"archive/data.pkl": b"x", "archive/data/0": b"x"}), "a pickled PyTorch file"),
        (pickle.dumps({"a": 1}), "a pickled Python object"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 99, "an HDF5 file"),
        (b"PAR1" + b"\0" * 99, "a Parquet file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "a Git LFS pointer, not the file itself"),
        (b"<!DOCTYPE html>\n<html>", "an HTML page"),
        (tarred({"a.vec": TEXT, "b.vec": TEXT}), "an archive of 2 files ('a.vec', 'b.vec')"),
        (b"\x01\x02\x00\x03" * 9, "an unknown binary format"),
    ],
)
def test_what_is_no_vector_file_is_refused_as_what_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.vec").write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read_vectors(tmp_path / "x.vec", "en")
    assert str(caught.value).startswith(f"{tmp_path / 'x.vec'}: {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"archive/data.pkl": b"x", "archive/data/0": b"x"}), "a pickled PyTorch file"),
        (pickle.dumps({"a": 1}), "a pickled Python object"),
    ],
)
def test_a_pickle_is_refused_as_such_where_a_dictionary_may_stand(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_dictionary(tmp_path / "x.pt", "en", "fr")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no such device")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_device_without_an_end_is_refused(device: str) -> None:
    with pytest.raises(FormatError, match="a device, expected a file or a pipe"):
        read_dictionary(Path(device), "en", "fr")
    with pytest.raises(FormatError, match="a device, expected a file or a pipe"):
        read_vectors(Path(device), "en")
