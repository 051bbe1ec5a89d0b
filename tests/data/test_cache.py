import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.cache import ABOUT, MATRIX, WORDS, Cache, content_hash
from isogloss.data.reading import read_with_counts
from isogloss.data.text.cleaning import USUAL, Cleaning
from isogloss.data.vectors import Vectors


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file large enough to be cached, last changed an hour ago."""
    rows = "".join(f"w{row} {row}.25 {'0.5 ' * 98}1\nW{row} {'1 ' * 100}\n" for row in range(3000))
    path = tmp_path / "large.vec"
    path.write_text(f"6001 100\nw0 {'2 ' * 100}\n{rows}")
    os.utime(path, (time.time() - 3600,) * 2)
    return path


def opened(path: Path, cache: Path, cleaning: Cleaning = USUAL) -> Vectors:
    return read_with_counts(path, "en", cleaning, cache=cache).vectors


def entry(cache: Path) -> Path:
    (folder,) = (path.parent for path in cache.glob(f"*/{ABOUT}"))
    return folder


def same(one: Vectors, other: Vectors) -> bool:
    return (one.words, one.file, one.warnings) == (other.words, other.file, other.warnings) and np.array_equal(
        one.matrix, other.matrix
    )


def test_the_second_opening_gives_the_same_without_reading_the_file(large: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = read_with_counts(large, "en", cache=cache)
    status = large.stat()
    with large.open("r+b") as stream:  # the same size, time and inode, so nobody may notice
        stream.write(b"broken")
    os.utime(large, ns=(status.st_atime_ns, status.st_mtime_ns))
    second = read_with_counts(large, "en", cache=cache)
    assert same(first.vectors, second.vectors)
    assert (second.rows, second.collisions, second.repeated) == (6001, 3000, 1)
    assert second.vectors.warnings


def test_a_changed_file_is_read_anew(large: Path, tmp_path: Path) -> None:
    first = opened(large, tmp_path / "cache")
    large.write_text(large.read_text().replace("w7 7.25", "w7 8.25"))
    second = opened(large, tmp_path / "cache")
    assert first.rows(["w7"])[0, 0] == 7.25
    assert second.rows(["w7"])[0, 0] == 8.25


def test_other_options_make_another_entry(large: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert len(opened(large, cache)) == 3000
    assert len(opened(large, cache, Cleaning(10))) == 10
    assert len(opened(large, cache, Cleaning(lowercase=False))) == 6000
    assert [entry.words for entry in sorted(Cache(cache).entries(), key=lambda entry: entry.words)] == [10, 3000, 6000]


def test_a_small_file_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "small.vec").write_text("1 2\nthe 1 2\n")
    opened(tmp_path / "small.vec", tmp_path / "cache")
    assert not list(Cache(tmp_path / "cache").entries())


@pytest.mark.parametrize("name", [MATRIX, WORDS, ABOUT])
@pytest.mark.parametrize("damage", ["cut", "garbage", "gone"])
def test_a_damaged_entry_is_made_anew(large: Path, tmp_path: Path, name: str, damage: str) -> None:
    cache = tmp_path / "cache"
    first = opened(large, cache)
    broken = entry(cache) / name
    content = broken.read_bytes()
    if damage == "gone":
        broken.unlink()
    else:
        broken.write_bytes(content[:-100] if damage == "cut" else content[:-100] + b"?" * 100)
    assert same(opened(large, cache), first)
    assert (entry(cache) / name).stat().st_size == len(content)
    assert same(opened(large, cache), first)


def test_an_entry_of_another_version_is_not_used(large: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = opened(large, cache)
    about = entry(cache) / ABOUT
    about.write_bytes(about.read_bytes().replace(b'"version":4', b'"version":1'))
    assert Cache(cache).find(about.parent.name, large) is None
    assert same(opened(large, cache), first)


def test_a_cache_that_cannot_be_written_is_only_a_warning(large: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    vectors = opened(large, tmp_path / "taken")
    assert len(vectors) == 3000
    assert vectors.warnings[-1].startswith("the vectors could not be cached: ")


def test_changing_a_mapped_matrix_leaves_the_entry_alone(large: Path, tmp_path: Path) -> None:
    opened(large, tmp_path / "cache")
    opened(large, tmp_path / "cache").matrix[:] = 0
    assert opened(large, tmp_path / "cache").matrix.any()


def test_several_processes_may_write_at_once(large: Path, tmp_path: Path) -> None:
    expected = opened(large, tmp_path / "other")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        results = pool.starmap(opened, [(large, tmp_path / "cache")] * 6)
    assert all(same(vectors, expected) for vectors in results)
    assert len(list(Cache(tmp_path / "cache").entries())) == 1


def test_clearing_removes_the_entries_and_nothing_else(large: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    opened(large, cache)
    (cache / "diary.txt").write_text("mine")
    assert Cache(cache).clear() > 1_000_000
    assert [path.name for path in cache.iterdir()] == ["diary.txt"]


def test_the_hash_of_a_folder_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = content_hash(tmp_path)
    (tmp_path / "b").write_text("")
    assert content_hash(tmp_path) != before
