"""Tasks that a run has prepared: kept beside its checkpoint until the run ends, since preparing them takes longest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from torch import Tensor

from isogloss.data.storage import replacing
from isogloss.meta.learners import Episode
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.models.tensor_file import loaded, read_tensors, write_tensors
from isogloss.meta.tasks.space import TaskSpace
from isogloss.meta.training.checkpoint import inputs_of
from isogloss.meta.training.settings import Settings

FILE = "tasks.safetensors"
DRAWN_BY = ("seed", "model", "families", "vocabulary", "seed_noise", "rotations", "ways")  # settings that make tasks
PARTS = ("support.x", "support.y", "query.x", "query.y")


@dataclass(frozen=True)
class Prepared:
    """The tasks in ``folder``, if they are those of ``key``; without a folder none are kept."""

    folder: Path | None = None
    key: str = ""

    @classmethod
    def of(cls, folder: Path | None, space: TaskSpace, settings: Settings) -> Prepared:
        """Those that ``settings`` draw from ``space``."""
        drawn = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name in DRAWN_BY}
        return cls(folder, hashlib.sha256(f"{inputs_of(space)} {drawn}".encode()).hexdigest() if folder else "")

    def tasks(self, numbers: Iterable[int], made: Callable[[int], Episode]) -> list[Episode]:
        """The tasks ``numbers``, from 0 on: those that are kept, and those that are ``made``, which are then kept.

        An interruption keeps what is done.

        Raises:
            CheckpointError: The file is damaged.
        """
        tasks = self._read()
        count, listed = len(tasks), []
        try:
            for number in numbers:
                if number >= len(tasks):
                    tasks.append(made(number))
                listed.append(tasks[number])
        finally:
            if len(tasks) > count:
                self._write(tasks)
        return listed

    def forget(self) -> None:
        """Remove the file, which a run that has ended no longer needs."""
        if self.folder is not None:
            (self.folder / FILE).unlink(missing_ok=True)

    def _write(self, tasks: list[Episode]) -> None:
        if self.folder is None:
            return
        tensors: dict[str, Tensor] = {}
        described: list[dict[str, Any]] = []
        for number, task in enumerate(tasks):
            parts = (*task.support, *task.query)
            tensors |= {f"{number}.{name}": part for name, part in zip(PARTS, parts, strict=True)}
            described.append({"family": task.family, "languages": task.languages, "descriptor": dict(task.descriptor)})
        with replacing(self.folder / FILE) as part:
            write_tensors(part, tensors, {"key": self.key, "tasks": described})

    def _read(self) -> list[Episode]:
        if self.folder is None or not (self.folder / FILE).is_file():
            return []
        remedy = "isogloss meta ranker train --force"
        contents = read_tensors(self.folder, FILE, contents="prepared tasks", remedy=remedy)
        with loaded(contents.path, "prepared tasks", remedy):
            if contents.described["key"] != self.key:
                return []
            return [
                _task(number, described, contents.tensors)
                for number, described in enumerate(contents.described["tasks"])
            ]


def _task(number: int, described: dict[str, Any], tensors: dict[str, Tensor]) -> Episode:
    support_x, support_y, query_x, query_y = (tensors[f"{number}.{name}"] for name in PARTS)
    return Episode(
        Batch(support_x, support_y),
        Batch(query_x, query_y),
        str(described["family"]),
        tuple(map(str, described["languages"])),
        descriptor={str(name): float(value) for name, value in described["descriptor"].items()},
    )
