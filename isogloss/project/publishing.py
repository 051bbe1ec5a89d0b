"""What users take from a run: the graph where the project wants it, links to the newest results."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import orjson
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from isogloss.data.addresses import masked
from isogloss.data.errors import OutputError
from isogloss.data.limits import whole
from isogloss.data.storage import file_hash, replacing
from isogloss.kg.storage.place import server_of
from isogloss.kg.storage.transaction import check_writable
from isogloss.project.file import ProjectFile
from isogloss.project.order import GRAPH, LEXICON
from isogloss.project.results import Results, StepStatus

LATEST, PUBLISHED = "latest", "published.json"  # in the folder of results


class _Noted(TypedDict, total=False):
    """What was put where: a file by stamp and hash, or the sources that a database was loaded with."""

    graph: str
    key: str
    stamp: list[int]
    sha256: str
    sources: list[str]


_NOTED = TypeAdapter(_Noted)


def publish(file: ProjectFile, results: Results, statuses: Mapping[str, StepStatus], *, force: bool = False) -> None:
    """Put the graph in its place, and link to what is done.

    Raises:
        OutputError: Somebody has changed the graph since, and ``force`` is not set.
    """
    for status in statuses.values():
        if status.state == "done" and status.step.kind in ("lexicon", "model", "ranker"):
            inner = LEXICON if status.step.kind == "lexicon" else ""
            name = status.step.subject or status.step.kind
            _link(results.folder / LATEST / name, results.place(status.step, status.key) / inner)
    graph = statuses.get("graph")
    if graph is not None and graph.state == "done":
        _put(file, results, graph, force)


def is_in_place(file: ProjectFile, results: Results, status: StepStatus) -> bool:
    """Whether the result of the step ``graph`` is where the project wants it."""
    where, before = file.project.graph, _noted(results)
    if before.get("key") != status.key or before.get("graph") != masked(where):
        return False
    path = file.located(where)
    return server_of(where) is not None or (path.exists() and before.get("stamp") == _stamp(path))


def check_place(file: ProjectFile, results: Results, *, force: bool = False) -> None:
    """See before long work that its graph can be put where the project wants it.

    Raises:
        OutputError: Somebody has changed the graph since, and ``force`` is not set.
        GraphError: Its folder cannot be written, or its server is not reached.
    """
    where = file.project.graph
    path = where if server_of(where) is not None else file.located(where)
    check_writable(path)
    if isinstance(path, Path) and path.exists() and not (force or _same(path, where, _noted(results))):
        raise OutputError(
            f"{path} has been changed since `isogloss run` made it, as by `kg add` or `serve --edit`, or was made by "
            "other means; keep it under another name, or replace it with --force"
        )


def _put(file: ProjectFile, results: Results, status: StepStatus, force: bool) -> None:
    """The graph of the newest result, unless it is there already."""
    if is_in_place(file, results, status):
        return
    made, where, before = results.place(status.step, status.key) / GRAPH, file.project.graph, _noted(results)
    if server_of(where) is not None:
        sources = _load(made, where, before.get("sources", []) if before.get("graph") == masked(where) else [])
        _note(results, {"graph": masked(where), "key": status.key, "sources": sources})
        return
    path = file.located(where)
    check_place(file, results, force=force)
    with replacing(path) as part:
        shutil.copyfile(made, part)
    _note(results, {"graph": masked(where), "key": status.key, "stamp": _stamp(path), "sha256": file_hash(path)})


def _load(made: Path, server: str, old: list[str]) -> list[str]:
    """Load a graph into a database, in place of what an earlier run loaded; the names of its sources.

    All of it is one transaction: readers see the old state or the new one.
    """
    from isogloss.data.scratch import scratch_folder
    from isogloss.graphs import open_graph

    with scratch_folder() as folder:
        exported = folder / "graph.jsonl"
        with open_graph(made) as graph:
            graph.export_file(exported, "jsonl")
            names = sorted({origin.name for origin in graph.sources()})
        with open_graph(server, write=True) as graph:
            on_server = {origin.name for origin in graph.sources()}
            for name in sorted(on_server & {*old}):
                graph.remove_source(name)
            graph.import_file(exported)
    return names


def _noted(results: Results) -> _Noted:
    """What was put where by the last run."""
    with suppress(OSError, ValueError):
        return _NOTED.validate_json(whole(results.folder / PUBLISHED))
    return {}


def _note(results: Results, values: _Noted) -> None:
    with replacing(results.folder / PUBLISHED) as part:
        part.write_bytes(orjson.dumps(values))


def _same(path: Path, where: str, before: _Noted) -> bool:
    """Whether a file has the content that was put there."""
    if before.get("graph") != masked(where):
        return False
    return before.get("stamp") == _stamp(path) or before.get("sha256") == file_hash(path)


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _link(link: Path, target: Path) -> None:
    """A relative link, which replaces an older one in one step."""
    goal = os.path.relpath(target, link.parent)
    if link.is_symlink() and str(link.readlink()) == goal:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    part = link.with_name(f".{link.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(goal)
    part.replace(link)
