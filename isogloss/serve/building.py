"""A lexicon that is built in a process of its own, which says how far it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from isogloss.data.errors import IsoglossError
from isogloss.data.limits import MAX_VOCAB

T = TypeVar("T")

EFFORTS = ("quick", "normal")
OFTEN = 0.3  # seconds between two messages of a step; round number
# The order comes by a pipe, since everybody may read the arguments of a process, and the graph may have a password.
_CODE = """
import json, sys
order = json.loads(sys.stdin.readline())
sys.path[:] = order["path"]
from isogloss.serve.building import work
work(order)
"""


@dataclass
class Build:
    """The build of a lexicon, under way or ended."""

    source: str
    target: str
    folder: Path
    effort: str
    process: subprocess.Popen[str] = field(repr=False)
    began: float = field(default_factory=time.monotonic)
    said: Mapping[str, Any] = field(default_factory=dict)  # the last that was heard of it
    ended: bool = False

    @property
    def seconds(self) -> int:
        """Since it began."""
        return int(time.monotonic() - self.began)

    @classmethod
    def start(
        cls, place: Path | str, languages: tuple[str, str], vectors: tuple[str, str], folder: Path, effort: str
    ) -> Build:
        """Begin to build from what a graph states, into ``folder`` and the graph."""
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C on the terminal reaches the server, which ends it
        )
        order = {
            "path": sys.path,
            "place": str(place),
            "languages": languages,
            "vectors": vectors,
            "folder": str(folder),
            "effort": effort,
        }
        assert process.stdin  # it is a pipe, which stays open: its end tells the process that the server has gone
        process.stdin.write(f"{json.dumps(order)}\n")
        process.stdin.flush()
        build = cls(*languages, folder, effort, process)
        threading.Thread(target=build.listen, daemon=True).start()
        return build

    def listen(self) -> None:
        """Hear the process out."""
        assert self.process.stdout  # it is a pipe
        for line in self.process.stdout:
            with suppress(ValueError):  # a library that prints something
                self.said = {**json.loads(line)}
        if self.process.wait() and "error" not in self.said:
            self.said = {"error": "the process ended early, as where memory runs out; try the quick effort"}
        self.ended = True

    def stop(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()


def work(order: Mapping[str, Any]) -> None:
    """What the process does."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    try:
        _say(_built(order))
    except IsoglossError as error:
        _say({"error": str(error)})


def _built(order: Mapping[str, Any]) -> dict[str, Any]:
    from isogloss.data.reading import read_vectors
    from isogloss.graph_pairs import GRAPH_SEEDS
    from isogloss.lexicons import build_lexicon

    source, target = (
        read_vectors(path, language, max_vocab=MAX_VOCAB, progress=_told)
        for path, language in zip(order["vectors"], order["languages"], strict=True)
    )
    built = build_lexicon(
        source,
        target,
        GRAPH_SEEDS + order["place"],
        effort=order["effort"],
        out=order["folder"],
        graph=order["place"],
        force=True,
        progress=_told,
    )
    return {
        "pairs": built.report["pairs"],
        "right": built.report["expected_right"],
        "seeds": built.report["seeds"]["words_used"],
        "precision": built.precision,
        "warnings": list(built.report["warnings"]),
    }


def _told(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Progress that the server hears of."""
    total = len(items) if total is None and isinstance(items, Sized) else total
    last = 0.0
    for number, item in enumerate(items):
        if (now := time.monotonic()) - last > OFTEN:
            last = now
            _say({"step": description, "share": number / total if total else None})
        yield item


def _say(message: Mapping[str, Any]) -> None:
    print(json.dumps(message), flush=True)  # the pipe to the server is its standard output


def _end_with_server() -> None:
    sys.stdin.read()
    os._exit(1)
