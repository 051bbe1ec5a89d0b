"""Runs one command line after another, each in a forked child: what a child does, or dies of, stays with it.

Reads one JSON object a line from stdin and answers each with one on stdout. What takes long to import is imported once,
by the parent, so that a command costs some milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

POLL = 0.004  # seconds between two looks at a child
PATIENCE = 10  # times its seconds, for a command that does not get the processor


def serve() -> None:
    """Fork for every request until stdin ends; only a child returns."""
    for name in sys.argv[1:]:
        import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(request)
            return
        print(json.dumps(_watched(child, request)), flush=True)
    sys.exit()


def _watched(child: int, request: dict[str, Any]) -> dict[str, Any]:
    """Wait for a child; send it ``signal`` after ``after`` seconds, and the end after ``seconds`` that it worked in."""
    begun, sent, hung = time.monotonic(), request["signal"] is None, False
    while True:
        result, status, usage = os.wait4(child, os.WNOHANG)
        passed = time.monotonic() - begun
        if result:
            code = os.waitstatus_to_exitcode(status)
            cpu = usage.ru_utime + usage.ru_stime
            return {"code": code, "hung": hung, "passed": passed, "cpu": cpu, "kilobytes": usage.ru_maxrss}
        with contextlib.suppress(ProcessLookupError):
            if not sent and passed >= request["after"]:
                sent = True
                os.kill(child, request["signal"])
            if passed > request["seconds"] and (
                _cpu(child) > request["seconds"] / 2 or passed > PATIENCE * request["seconds"]
            ):
                hung = True
                os.kill(child, signal.SIGKILL)
        time.sleep(POLL)


def _cpu(process: int) -> float:
    """CPU seconds that a process and its ended children have had."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _become(request: dict[str, Any]) -> None:
    """Make this process the one that the request asks for."""
    folder = request["streams"]
    for number, name, flags in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
        os.dup2(os.open(os.path.join(folder, name), flags), number)  # noqa: PTH118 (nothing is loaded for it)
        if number in request["closed"]:
            os.close(number)
    os.chdir(request["cwd"])
    os.environ.update(request["environment"])
    if request["powerless"]:
        _give_up_privileges()
    for limit, value in ((resource.RLIMIT_AS, request["memory"]), (resource.RLIMIT_FSIZE, request["file_size"])):
        if value is not None:
            resource.setrlimit(limit, (value, value))
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):  # as at the start of Python
        stream = None if number in request["closed"] else open(number, mode, 1, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = ["isogloss", *(os.fsdecode(bytes.fromhex(argument)) for argument in request["arguments"])]


def _give_up_privileges() -> None:
    """Root is then bound by the rights of files, as everybody is (capset of Linux)."""
    import ctypes

    head, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if os.geteuid() == 0 and ctypes.CDLL(None, use_errno=True).capset(head, none):
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    serve()
    from isogloss.cli import main

    main()
