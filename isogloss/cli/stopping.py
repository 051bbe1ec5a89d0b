"""Ctrl-C and SIGTERM end the program within two seconds, with a line that says what is kept."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import NoReturn

from isogloss.cli.console import complain

GRACE = 1.0  # seconds for what is under way to end by itself; round number
STOPPED = 130  # the exit status of shells for a program that was interrupted
_kept = "no existing output was overwritten"
_unsaid = threading.Lock()  # whoever takes it says the line


def stop_when_told() -> None:
    """Raise ``KeyboardInterrupt`` at either signal; end the process where native code does not let it through in time.

    Ctrl-C is heard also where it was to be ignored, as in what a script starts in the background.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    sys.unraisablehook = _unraisable
    threading.Thread(target=_watch, args=(read_end,), daemon=True).start()


def keeps(text: str) -> None:
    """Set what the line says is kept when this command is interrupted from now on."""
    global _kept
    _kept = text


def end() -> NoReturn:
    """Say what is kept, tidy up and end the process, whatever threads are still at."""
    _say()
    with suppress(Exception):
        atexit._run_exitfuncs()  # there is no public name for what ``os._exit`` leaves out
        sys.stdout.flush()
    os._exit(STOPPED)  # Python itself may end by the signal instead, if that came within a call of exec


def _watch(read_end: int) -> None:
    while os.read(read_end, 1)[0] not in (signal.SIGINT, signal.SIGTERM):
        pass
    time.sleep(GRACE)
    if (processes := sys.modules.get("multiprocessing")) is not None:
        for child in processes.active_children():
            with suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)  # processes of loky have no method for it
    _say()
    os._exit(STOPPED)  # scratch files that stay are removed by the next run


def _say() -> None:
    if _unsaid.acquire(blocking=False):
        complain(f"interrupted; {_kept}")


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """An interrupt within a destructor is no fault; ``_watch`` ends the process."""
    if not isinstance(unraisable.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
