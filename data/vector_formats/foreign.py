"""Files that are no word vectors, named as what they are, with what to do about it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from isogloss.data.errors import FormatError
from isogloss.data.lines import WHOLE, WIDE, ZIP, head, only_member
from isogloss.data.vector_formats.keyed_vectors import EXPORT

_TORCH = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"  # as torch.save began before it wrote zip archives
_PYTORCH = "a pickled PyTorch file", "an array; export it with numpy.save('x.npy', weight.numpy()) and a list of words"
_PICKLES: tuple[tuple[bytes, str, str], ...] = (
    (_TORCH, *_PYTORCH),
    (b"\x80", "a pickled Python object", f"vectors on their own; export them as {EXPORT}"),
)
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    *_PICKLES,
    (b"\x89HDF\r\n", "an HDF5 file", "text or .npy; export the matrix with h5py and numpy.save"),
    (b"PAR1", "a Parquet file", "text or CSV; export it with pandas.read_parquet and to_csv"),
    (b"ARROW1", "an Arrow file", "text or CSV; export it with pandas.read_feather and to_csv"),
    (b"SQLite format 3", "an SQLite database", EXPORT),
    (b"GGUF", "a GGUF language model", "word vectors"),
    (b"%PDF", "a PDF document", "word vectors"),
    (b"Rar!", "a RAR archive", "an unpacked file"),
    (b"7z\xbc\xaf", "a 7z archive", "an unpacked file"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself", "the file; fetch it with 'git lfs pull'"),
    (b"<!doctype html", "an HTML page", "word vectors; the download has failed or needs a login"),
    (b"<html", "an HTML page", "word vectors; the download has failed or needs a login"),
    (b"<?xml", "an XML file", "word vectors"),
    (b"{", "a JSON file", "word vectors as text, one word and its numbers on each line"),
)


def refuse_foreign(path: Path) -> None:
    """Refuse a file that is known to be something else than vectors.

    Raises:
        FormatError: It is; the message says what, and what to do.
    """
    start = head(path, 1 << 10, recode=False)
    with path.open("rb") as stream:
        raw = stream.read(4)
    for mark, encoding in WIDE.items():
        if start.startswith(mark):
            name = encoding.upper()
            raise FormatError.at(
                path, None, f"a {name} text", f"text in UTF-8; convert it: iconv -f {name} -t UTF-8 {path.name}"
            )
    if raw == ZIP and not start:
        refuse_pickle(path)
        only_member(path, _names(path))
    for mark, found, expected in _KINDS:
        if start[: len(mark)].lower() == mark.lower():
            raise FormatError.at(path, None, found, expected)


def refuse_pickle(path: Path) -> None:
    """Refuse a file of Python objects, of PyTorch or others.

    Raises:
        FormatError: It is one, or a damaged archive; the message says how to export what it holds.
    """
    with path.open("rb") as stream:
        raw = stream.read(len(_TORCH))
    if raw.startswith(ZIP) and any(name.endswith("data.pkl") for name in _names(path)):
        raise FormatError.at(path, None, *_PYTORCH)
    for mark, found, expected in _PICKLES:
        if raw.startswith(mark):
            raise FormatError.at(path, None, found, expected)


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except zipfile.BadZipFile as error:
        raise FormatError.at(path, None, f"a damaged archive ({error})", WHOLE) from error
