"""What is written appears whole or not at all, and nothing of anybody else is lost for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from isogloss.data.cache import Cache
from isogloss.data.errors import OutputError
from isogloss.data.storage import MARK, refuse_own_input, refuse_to_overwrite, replacing, replacing_folder


def write(path: Path, text: str, *, force: bool = True) -> None:
    with replacing(path, force=force) as part:
        part.write_text(text)


def write_folder(path: Path, *names: str) -> None:
    with replacing_folder(path) as part:
        for name in names:
            (part / name).parent.mkdir(exist_ok=True)
            (part / name).write_text("ours")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "graph.db"
    path.write_text("old")
    path.chmod(mode)
    write(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)


def test_a_private_file_is_private_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    path.write_text("old")
    path.chmod(0o600)
    with replacing(path) as part:
        assert stat.S_IMODE(part.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator gives files away")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    path.write_text("old")
    os.chown(path, 1234, 4321)
    write(path, "new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "graph.db", tmp_path / "graph.db"
    real.write_text("old")
    link.symlink_to(real)
    write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_what_is_no_regular_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    for path in (pipe, link, Path("/dev/null")):
        with pytest.raises(OutputError, match="not a regular file"):
            write(path, "new")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert not Path("/dev/null").is_file()


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "thesis.txt").write_text("precious")
    with pytest.raises(OutputError, match=r"holds sub/thesis\.txt, which isogloss did not write"):
        write_folder(folder, "lexicon.tsv")
    assert (folder / "sub" / "thesis.txt").read_text() == "precious"
    assert not (folder / MARK).exists()


def test_a_folder_of_ours_is_replaced_as_long_as_it_holds_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    folder.mkdir()
    write_folder(folder, "a.tsv", "sub/b.tsv")  # it was empty
    write_folder(folder, "c.tsv")
    assert sorted(file.name for file in folder.iterdir()) == [MARK, "c.tsv"]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds notes\.txt"):
        write_folder(folder, "d.tsv")
    assert (folder / "notes.txt").read_text() == "mine"


def test_the_files_of_a_folder_that_is_replaced_keep_their_modes(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    write_folder(folder, "a.tsv")
    (folder / "a.tsv").chmod(0o600)
    folder.chmod(0o750)
    write_folder(folder, "a.tsv", "b.tsv")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (folder, folder / "a.tsv")}
    assert modes == {"lexicon": 0o750, "a.tsv": 0o600}


def test_what_came_into_a_folder_during_the_work_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    write_folder(folder, "a.tsv")
    with pytest.raises(OutputError, match=r"holds late\.txt"), replacing_folder(folder):
        (folder / "late.txt").write_text("mine")
    assert (folder / "late.txt").read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["lexicon"]


def test_without_force_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(OutputError, match="already exists; add --force"):
        refuse_to_overwrite(path, force=False)


def test_the_input_of_a_command_is_never_its_output(tmp_path: Path) -> None:
    graph, link = tmp_path / "g.db", tmp_path / "link.tsv"
    graph.write_text("graph")
    link.symlink_to(graph)
    for path in (graph, link):
        with pytest.raises(OutputError, match="is what this command reads"):
            refuse_own_input(path, graph)
    refuse_own_input(tmp_path / "other", graph)


def test_clearing_the_cache_leaves_folders_of_others(tmp_path: Path) -> None:
    other = tmp_path / "project"
    other.mkdir()
    (other / "about.json").write_text("{}")
    (other / "thesis.txt").write_text("precious")
    for place in ("only/about.json", "hashes/mine.json", "encoded/mine.sqlite", f"hashes/{'0' * 33}.json"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("{}")
    before = sorted(tmp_path.rglob("*"))
    assert Cache(tmp_path).clear() == 0
    assert (other / "thesis.txt").read_text() == "precious"
    assert sorted(tmp_path.rglob("*")) == before


def test_an_account_of_another_kind_in_the_cache_is_none(tmp_path: Path) -> None:
    for number, value in enumerate(
        ("[]", "5", '{"path": 1, "words": "many", "dimensions": 2}', '{"path": [], "words": 1}')
    ):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "about.json").write_text(value)
    assert list(Cache(tmp_path).entries()) == []


def test_links_in_a_circle_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    for place in (replacing, replacing_folder):
        with pytest.raises(OutputError, match="leads back to itself"), place(tmp_path / "one"):
            pass
    assert (tmp_path / "one").is_symlink()


def test_an_output_below_what_is_no_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("theirs")
    for name in ("pipe", "file"):
        with pytest.raises(OutputError, match=f"{name} is not a folder"):
            refuse_to_overwrite(tmp_path / name / "model.safetensors", force=True)
    refuse_to_overwrite(tmp_path / "new" / "newer" / "model.safetensors", force=False)
    assert (tmp_path / "file").read_text() == "theirs"


def test_a_folder_is_no_place_for_a_file_nor_a_file_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="is a file, and a folder is to be written"):
        refuse_to_overwrite(tmp_path / "file", True, folder=True)
    with pytest.raises(OutputError, match="is a folder, and a file is to be written"):
        refuse_to_overwrite(tmp_path / "folder", True, folder=False)
    refuse_to_overwrite(tmp_path / "file", True, folder=False)
    refuse_to_overwrite(tmp_path / "folder", True, folder=True)


def test_an_output_below_a_link_that_leads_nowhere_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere/x")
    with pytest.raises(OutputError, match=r"cannot be written: .*link is not a folder"):
        refuse_to_overwrite(tmp_path / "link" / "prior.safetensors", True)
