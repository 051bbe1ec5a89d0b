"""Indices of base forms, made in processes of their own, so that only who asks for a word waits for one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from isogloss.kg.query.lemmas import index, keep_indices

PATIENCE = 10.0  # seconds that a reader waits for an index, of which the slowest takes half; round number
_CODE = """
import json, sys
order = json.loads(sys.argv[1])
sys.path[:] = order["path"]
from isogloss.serve.indexing import work
work(order)
"""


@contextmanager
def indexing(folder: Path) -> Iterator[None]:
    """Keep indices in a folder; those that are not there are made when a word needs them."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    starting, silent = Lock(), subprocess.DEVNULL

    def make(language: str) -> None:
        order = json.dumps({"path": sys.path, "folder": str(folder), "language": language})
        with starting:
            if language not in running:
                running[language] = subprocess.Popen(
                    [sys.executable, "-c", _CODE, order], stdin=silent, stdout=silent, stderr=silent
                )
        with suppress(subprocess.TimeoutExpired):
            running[language].wait(PATIENCE)

    keep_indices(lambda: folder, make)
    try:
        yield
    finally:
        for process in running.values():
            process.kill()


def work(order: Mapping[str, Any]) -> None:
    """What a process does."""
    keep_indices(lambda: Path(order["folder"]))
    index([order["language"]])
