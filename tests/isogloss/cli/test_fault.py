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
        raise RuntimeError("what happened")
    except RuntimeError as error:
        path = reported(error)
    finally:
        sys.argv = before
    text = path.read_text("utf-8")
    path.unlink()
    assert "RuntimeError: what happened" in text
    assert "--graph postgresql://me:***@host/db" in text
    assert "SECRET" not in text


def test_what_nobody_expected_is_one_line_and_a_file(tmp_path: Path) -> None:
    broken = "import sys\nfrom isogloss import cli\ncli.app = lambda: 1 / 0\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", broken], capture_output=True, text=True, check=False, env={"TMPDIR": str(tmp_path)}
    )
    (account,) = tmp_path.iterdir()
    assert done.returncode == 70
    assert done.stderr == (
        f"error: this is a fault of isogloss (ZeroDivisionError); please send {account} with a report\n"
    )
    assert "ZeroDivisionError: division by zero" in account.read_text("utf-8")


def test_terminating_is_told_in_a_line_as_interrupting_is() -> None:
    # A process that was started in the background may have been told to ignore Ctrl-C.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    wait = "import time\nfrom isogloss import cli\ndef wait():\n    print('ready', flush=True)\n    time.sleep(60)\n"
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
