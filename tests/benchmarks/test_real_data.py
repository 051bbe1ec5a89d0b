"""What the benchmarks do where their data cannot be had."""

from pathlib import Path

import pytest

from benchmarks import real_data
from isogloss.data.errors import DownloadError


def test_a_pair_without_a_package_is_refused() -> None:
    with pytest.raises(DownloadError, match="no FreeDict package for fi-ja, expected one of en-fr"):
        real_data.freedict("fi", "ja")


def test_a_language_without_vectors_is_refused() -> None:
    with pytest.raises(DownloadError, match="expected one with vectors: en, fr, ja, fi"):
        real_data.vectors("sw")


def test_without_apt_get_the_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DownloadError, match="found no apt-get, which fetches dict-freedict-eng-spa_"):
        real_data.freedict("en", "es")


def test_a_file_with_another_hash_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    (tmp_path / real_data.CLDR.file).write_bytes(b"something else")
    with pytest.raises(DownloadError, match="found no apt-get"):
        real_data.cldr("en", "sw")
