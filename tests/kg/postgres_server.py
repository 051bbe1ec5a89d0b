"""A PostgreSQL server of the tests' own, on a socket in a folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, ``None`` where PostgreSQL is not installed."""
    initdb = shutil.which("initdb")
    folders = [Path(initdb).parent] if initdb else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of an empty database. The server refuses to run as root, so root starts it as ``postgres``."""
    place = Path(tempfile.mkdtemp(prefix="isogloss-pg-", dir="/tmp"))  # a socket's path must be short
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(place, owner)

    def run(program: str, *arguments: str) -> None:
        command, silent = [str(folder / program), *arguments], subprocess.DEVNULL
        subprocess.run(command, check=True, stdout=silent, stderr=silent, cwd=place, user=owner)

    data = str(place / "data")
    try:
        run("initdb", "-D", data, "-U", "isogloss", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -k {place} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-t", "120", "-l", str(place / "log"), "-o", options, "start")
        try:
            yield f"postgresql://isogloss@/postgres?host={place}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
