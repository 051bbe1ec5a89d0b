"""Indices of base forms, made in a process of its own while the page is served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from isogloss.kg.query.lemmas import index, keep_indices, unindexed

_NICENESS = 10  # whoever asks goes first; round number
_CODE = """
import json, sys
order = json.loads(sys.argv[1])
sys.path[:] = order["path"]
from isogloss.serve.indexing import work
work(order)
"""


def start_indexing(folder: Path, languages: Collection[str]) -> subprocess.Popen[bytes] | None:
    """Use the indices in a folder, and begin to make those that some languages lack, if they do."""
    keep_indices(lambda: folder, wait=False)
    if not (missing := unindexed(languages)):
        return None
    order = json.dumps({"path": sys.path, "folder": str(folder), "languages": missing})
    silent = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", _CODE, order], stdin=silent, stdout=silent, stderr=silent)


def work(order: Mapping[str, Any]) -> None:
    """What the process does."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    keep_indices(lambda: Path(order["folder"]))
    index(order["languages"])
