"""A server of the page in a process of its own, as people start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Site:
    """A page that is being served."""

    address: str  # without the last slash
    graph: Path
    process: subprocess.Popen[str]

    def get(self, path: str, **settings: object) -> requests.Response:
        """The answer to a question, without following where it leads to."""
        return self.ask("GET", path, **settings)

    def ask(self, method: str, path: str, **settings: object) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            options = {"timeout": 30, "allow_redirects": False, **settings}
            return session.request(method, self.address + path, **options)  # type: ignore[arg-type]

    def token(self, word: str = "cat") -> str:
        """What a form of the page has to send back, which the page of a word has."""
        match = re.search(r'name="token" value="([\w-]{30,})"', self.get(f"/word?word={word}&lang=en").text)
        assert match
        return match[1]


@contextmanager
def served(graph: Path, *options: str) -> Iterator[Site]:
    """The page of ``graph`` at a free port."""
    command = [sys.executable, "-m", "isogloss", "serve", str(graph), "--port", "0", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        line = process.stderr.readline()
        match = re.search(r"at (http://\S+)/ until", line)
        assert match, line + process.stderr.read()
        reading = threading.Thread(target=process.stderr.read, daemon=True)  # or a full pipe would stop it
        reading.start()
        yield Site(match[1], graph, process)
        process.send_signal(signal.SIGINT)
        process.wait(10)
        reading.join(10)
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()
