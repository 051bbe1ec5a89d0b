from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from isogloss.data.scratch import scratch_folder

WAIT = """
import sys
from pathlib import Path
from isogloss.data.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "large").write_text("words")
    print(folder, flush=True)
    input()
"""


def test_what_a_killed_run_left_is_removed_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    dead, living = (
        subprocess.Popen(
            [sys.executable, "-c", WAIT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    )
    folders = []
    for process in (dead, living):
        assert process.stdout is not None
        folders.append(Path(process.stdout.readline().strip()))
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    try:
        assert all((folder / "large").exists() for folder in folders)
        with scratch_folder(tmp_path) as own:
            assert own.parent == tmp_path
            assert not folders[0].exists()
            assert (folders[1] / "large").exists()
        assert not own.exists()
    finally:
        living.communicate("\n")
        dead.communicate()
    assert not list(tmp_path.iterdir())


def test_folders_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "isogloss-mine").mkdir()
    (tmp_path / "isogloss-mine" / "work").write_text("not scratch")
    (tmp_path / "isogloss-file").write_text("neither")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".lock").touch()
    (tmp_path / "isogloss-link").symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with scratch_folder(tmp_path):
        pass
    assert sorted(tmp_path.rglob("*")) == before
