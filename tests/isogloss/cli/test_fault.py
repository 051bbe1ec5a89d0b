"""No traceback reaches a user; being stopped is no fault."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from isogloss.cli.fault import reported


def test_the_account_of_a_fault_has_the_command_without_its_password() -> None:
    before = sys.argv
    sys.argv = ["isogloss", "kg", "stats", "--graph", "postgresql://me:SECRET@host/db"]
    try:
        raise RuntimeError("what happened at postgresql://me:SECRET@host/db")
    except RuntimeError as error:
        path = reported(error)
    finally:
        sys.argv = before
    text = path.read_text("utf-8")
    path.unlink()
    assert "RuntimeError: what happened at postgresql://me:***@host/db" in text
    assert "--graph postgresql://me:***@host/db" in text
    assert "SECRET" not in text


def test_what_nobody_expected_is_one_line_and_a_file(tmp_path: Path) -> None:
    broken = "import sys\nfrom isogloss import cli\ncli.app = lambda **_: 1 / 0\ncli.main()"
    result = subprocess.run(
        [sys.executable, "-c", broken], capture_output=True, text=True, check=False, env={"TMPDIR": str(tmp_path)}
    )
    (account,) = tmp_path.iterdir()
    assert result.returncode == 70
    assert result.stderr == (
        f"error: this is a fault of isogloss (ZeroDivisionError); please send {account} with a report\n"
    )
    assert "ZeroDivisionError: division by zero" in account.read_text("utf-8")


def test_a_fault_on_a_full_disk_is_told_without_a_file(tmp_path: Path) -> None:
    full = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    broken = f"{full}from isogloss import cli\ncli.app = lambda **_: 1 / 0\ncli.main()"
    with (tmp_path / "err").open("w") as err:
        heard = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=False)
        unheard = subprocess.run([sys.executable, "-c", broken], stdout=err, stderr=err, check=False)
    assert heard.returncode == unheard.returncode == 70
    assert heard.stderr.startswith("error: this is a fault of isogloss (ZeroDivisionError); its account cannot be writ")
    assert heard.stderr.count("\n") == 1


def test_terminating_is_told_in_a_line_as_interrupting_is() -> None:
    # A process that was started in the background may have been told to ignore Ctrl-C.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    wait = "import time\nfrom isogloss import cli\ndef wait(**_):\n    print('ready', flush=True)\n    time.sleep(60)\n"
    run = [sys.executable, "-c", f"{heard}{wait}cli.app = wait\ncli.main()"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            begun = time.monotonic()
            child.send_signal(number)
            assert child.communicate(timeout=30)[1] == "error: interrupted; no existing output was overwritten\n"
            assert time.monotonic() - begun < 20
        assert child.returncode == 130


def test_native_code_that_goes_on_is_stopped_within_two_seconds() -> None:
    # One call that takes minutes, and never lets Python look whether a signal came.
    native = "import hashlib; print('ready', flush=True); hashlib.pbkdf2_hmac('sha256', b'', b'', 1 << 30)"
    run = f"from isogloss import cli\ndef app(**_):\n    {native}\ncli.app = app\ncli.main()"
    with subprocess.Popen([sys.executable, "-c", run], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        assert it.stdout.readline() == "ready\n"
        begun = time.monotonic()
        it.send_signal(signal.SIGINT)
        assert it.communicate(timeout=60)[1] == "error: interrupted; no existing output was overwritten\n"
        assert time.monotonic() - begun < 10  # two seconds on a machine that is not busy
    assert it.returncode == 130


def test_training_ends_at_once_with_the_process_that_began_it(tmp_path: Path) -> None:
    words = "one two three four five six seven eight nine ten\n"
    (tmp_path / "text").write_text(words * 50_000)
    verb = [
        "data",
        "train",
        str(tmp_path / "text"),
        "--lang",
        "en",
        "--out",
        str(tmp_path / "x.bin"),
        "--epochs",
        "999",
    ]
    with subprocess.Popen([sys.executable, "-m", "isogloss", *verb], stderr=subprocess.PIPE, text=True) as it:
        while not list(tmp_path.glob(".x.bin.*.part")):  # until the training begins
            assert it.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        begun = time.monotonic()
        it.send_signal(signal.SIGTERM)
        assert it.communicate(timeout=60)[1].splitlines()[-1].endswith("no existing output was overwritten")
        assert time.monotonic() - begun < 10
    assert it.returncode == 130
    assert [file.name for file in tmp_path.iterdir()] == ["text"]
