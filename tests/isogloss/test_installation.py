from __future__ import annotations

import sqlite3
from importlib import metadata
from pathlib import Path

from isogloss import installation
from isogloss.data.sample import sample_folder
from isogloss.installation import build_finding, examine, sample_finding, sample_hashes
from tests.conftest import Command


def test_a_good_installation_is_ok_throughout(command: Command, tmp_path: Path) -> None:
    outcome = command("doctor", "--cache", tmp_path, "--json")
    assert outcome.status == 0
    parts = {check["name"]: check for check in outcome.json}
    assert {part["state"] for part in parts.values()} <= {"ok", "absent"}
    assert {parts[name]["state"] for name in ("python", "torch", "faiss", "fasttext", "sample")} == {"ok"}
    assert sqlite3.sqlite_version in parts["sqlite"]["found"]
    assert metadata.version("torch") in parts["torch"]["found"]
    assert str(tmp_path) in parts["cache"]["found"]
    assert {"faiss", "fasttext", "sample", "python"} <= parts.keys()


def test_rows_say_what_state_each_part_is_in(command: Command, tmp_path: Path) -> None:
    outcome = command("doctor", "--cache", tmp_path)
    assert outcome.status == 0
    assert all(row[1] in ("ok", "absent") for row in outcome.rows)


def test_a_build_that_fails_is_a_finding() -> None:
    failed = build_finding(words=300)  # too few to find an alignment in; tests/wheel_smoke.py sees one succeed
    assert (failed.name, failed.state) == ("build", "broken")
    assert "the alignment is near chance level" in failed.found


def test_the_size_of_the_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / "entry").mkdir()
    (tmp_path / "entry" / "matrix.npy").write_bytes(bytes(3 * 2**20))
    (cache,) = [check for check in examine(tmp_path) if check.name == "cache"]
    assert "3.0 MiB in 1 files" in cache.found


def test_a_cache_that_cannot_be_written_is_broken(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outcome = command("doctor", "--cache", tmp_path / "file" / "cache")
    assert outcome.status == 1
    assert "cache" in outcome.err
    assert any(row[0] == "cache" and row[1] == "broken" and "ISOGLOSS_CACHE" in row[2] for row in outcome.rows)


def test_every_file_of_the_sample_has_a_hash_to_check() -> None:
    assert set(sample_hashes(sample_folder())) == {
        "concepts.tsv",
        *(f"{code}.safetensors" for code in ("en", "fi", "fr", "ja")),
    }


def test_a_changed_sample_is_broken(tmp_path: Path) -> None:
    for name in ("ORIGIN.md", *sample_hashes(sample_folder())):
        (tmp_path / name).write_bytes((sample_folder() / name).read_bytes())
    assert sample_finding(tmp_path).state == "ok"
    (tmp_path / "fi.safetensors").write_bytes(b"gone")
    finding = sample_finding(tmp_path)
    assert finding.state == "broken"
    assert "fi.safetensors" in finding.found


def test_a_missing_library_is_told_with_the_command_that_brings_it() -> None:
    part = installation._module("no_such_module", "no-such-package", "testing")
    assert (part.state, part.remedy) == ("broken", "pip install no-such-package")


def test_a_library_that_fails_to_load_is_a_finding_and_no_crash() -> None:
    def fails() -> installation.Outcome:
        raise OSError("libgomp.so.1: cannot open shared object file")

    part = installation._tried("torch", fails)
    assert (part.state, part.found) == ("broken", "OSError: libgomp.so.1: cannot open shared object file")
