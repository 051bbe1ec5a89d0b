"""Graphs for requests that run at the same time: each has one to itself while it reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore, Lock

from isogloss.data.errors import GraphError, VocabularyError
from isogloss.kg.browsing import completions
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.results import Stats, Word
from isogloss.kg.storage.place import file_of, server_of

# Graphs that are open; each keeps up to 24 MB of pages (kg.storage.sqlite), and queries hold the GIL. Round number.
AT_ONCE = 4
PATIENCE = 20.0  # seconds that a request waits for a graph; round number
_SHORT, _KEPT = 2, 2_000  # letters of a beginning whose completions are kept, and how many of them; round numbers
_SERVER_AGE = 30.0  # seconds after which a connection to a server is made anew, to see new languages; round number


class BusyError(GraphError):
    """All graphs are in use, and stayed so."""


class Readers:
    """A pool of open graphs. When the file has been replaced, it is opened anew."""

    def __init__(self, place: Path | str, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self.place = place
        self.patience = patience
        self._file = None if server_of(place) else file_of(place)
        self._idle: LifoQueue[tuple[object, Graph]] = LifoQueue()
        self._free = BoundedSemaphore(at_once)
        self._completed: dict[tuple[object, str, tuple[str, ...], int], list[Word]] = {}
        self._counting = Lock()
        self._stats: tuple[object, Stats] | None = None

    @contextmanager
    def graph(self) -> Iterator[Graph]:
        """A graph for one reader.

        Raises:
            BusyError: None became free in time.
            GraphError: It cannot be opened.
        """
        if not self._free.acquire(timeout=self.patience):
            raise BusyError("too many readers at once; try again in a moment")
        try:
            state, graph = self._taken()
            try:
                yield graph
            except VocabularyError:
                self._idle.put((state, graph))
                raise
            except BaseException:
                graph.close()  # whatever it was, the next reader looks at the file afresh
                raise
            self._idle.put((state, graph))
        finally:
            self._free.release()

    def stats(self) -> Stats:
        """The graph in figures, counted once for each state of the file."""
        with self._counting:
            cached, now = self._stats, self.state()
            if cached is None or cached[0] != now:
                with open_graph(self.place) as graph:  # not of the pool: who asks may hold the last one
                    cached = self._stats = now, graph.stats()
            return cached[1]

    def completions(self, text: str, languages: tuple[str, ...], k: int) -> list[Word]:
        """``browsing.completions``; those of a letter or two, which take longest and come often, are kept."""
        key = self.state(), text, languages, k
        words = self._completed.get(key)
        if words is None:
            with self.graph() as graph:
                words = completions(graph, text, languages or None, k=k)
            if len(text) <= _SHORT:
                if len(self._completed) >= _KEPT:
                    self._completed.clear()
                self._completed[key] = words
        return words

    def state(self) -> object:
        """What differs when the graph has been replaced."""
        if self._file is None:
            return int(time.monotonic() / _SERVER_AGE)
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def close(self) -> None:
        """Let go of all files."""
        while True:
            try:
                self._idle.get_nowait()[1].close()
            except Empty:
                return

    def _taken(self) -> tuple[object, Graph]:
        now = self.state()
        while True:
            try:
                state, graph = self._idle.get_nowait()
            except Empty:
                return now, open_graph(self.place)
            if state == now:
                return state, graph
            graph.close()
