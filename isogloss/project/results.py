"""Where results are, and what is known of each: done, stale, failed, and why."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import orjson
from pydantic import TypeAdapter

from isogloss.data.errors import OutputError
from isogloss.data.limits import whole
from isogloss.data.sources.offers import offer
from isogloss.data.storage import replacing
from isogloss.project.figures import FIGURES
from isogloss.project.steps import Kind, Step

ABOUT = "step.json"  # in each result: what it was made from, and at what cost
LOCK, FAILED = ".lock", "failed"

State = Literal["done", "missing", "stale", "failed", "blocked"]


@dataclass(frozen=True)
class About:
    """What a result was made from, what came out, and what it cost."""

    name: str
    key: str
    settings: Mapping[str, Any]
    files: Mapping[str, str]  # hashes by role
    inputs: Mapping[str, str]  # keys by name of the step
    figures: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    version: str = ""

    @classmethod
    def read(cls, folder: Path) -> About | None:
        """What a folder of results says; ``None`` where it is none."""
        with suppress(OSError, ValueError, TypeError):
            about = _ABOUT.validate_json(whole(folder / ABOUT))
            FIGURES[about.kind].model_validate_json(orjson.dumps(about.figures))
            return about
        return None

    @property
    def kind(self) -> Kind:
        """The kind of its step."""
        kind = self.name.partition(":")[0]
        if kind not in FIGURES:
            raise ValueError(f"{kind!r} is not a kind of step")
        return cast("Kind", kind)

    def write(self, folder: Path) -> None:
        """Put it into a folder of results."""
        (folder / ABOUT).write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))


_ABOUT = TypeAdapter(About)


@dataclass(frozen=True)
class StepStatus:
    """How it stands with a step: ``why`` says what there is to make or mend, ``about`` what was made."""

    step: Step
    state: State
    why: str
    wanted: About
    about: About | None = None

    @property
    def key(self) -> str:
        """The key that its result has or would have."""
        return self.wanted.key


class Results:
    """The folder of a project's results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, step: Step, key: str) -> Path:
        """The folder of a step's result."""
        name = f"{step.subject}.{key}" if step.subject else key
        return self.folder / step.kind / name

    def statuses(self, steps: Sequence[Step], hashes: Mapping[str, str]) -> dict[str, StepStatus]:
        """How it stands with each step, by name; ``hashes`` are those of local files by path."""
        statuses: dict[str, StepStatus] = {}
        for step in steps:
            statuses[step.name] = self._status(step, hashes, statuses)
        return statuses

    def older(self, step: Step) -> list[Path]:
        """All results of a step, the newest first, current or not."""
        pattern = f"{step.subject}.*" if step.subject else "*"
        folders = [place for place in (self.folder / step.kind).glob(pattern) if (place / ABOUT).is_file()]
        own_folders = [place for place in folders if place.name.rpartition(".")[0] == step.subject]
        return sorted(own_folders, key=lambda place: (place / ABOUT).stat().st_mtime_ns, reverse=True)

    def record_failure(self, step: Step, key: str, error: str, account: str = "") -> None:
        """Remember why a step failed, with an account for those who mend isogloss."""
        with replacing(self.failure(step)) as part:
            part.write_bytes(orjson.dumps({"key": key, "error": error, "account": account}))

    def forget_failure(self, step: Step) -> None:
        """It was made since."""
        self.failure(step).unlink(missing_ok=True)

    def prune(self, statuses: Mapping[str, StepStatus]) -> int:
        """Remove results that the project does not use as it is now; how many bytes that freed."""
        current = {self.place(status.step, status.key) for status in statuses.values()}
        freed = 0
        made = {about.parent for about in self.folder.glob(f"*/*/{ABOUT}")} - current
        for folder in sorted(made | set(self.folder.glob("*/.*.part"))):  # the latter are of killed runs
            freed += sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            shutil.rmtree(folder, ignore_errors=True)
        return freed

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other run of the project is at work within the block.

        Raises:
            OutputError: One is, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot be written ({error.strerror or error})") from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                owner = os.pread(lock, 20, 0).decode("ascii", "replace") or "unknown"
                raise OutputError(
                    f"{self.folder}: process {owner} is running this project; wait for its end, `isogloss status` "
                    "shows how far it is"
                ) from error
            os.truncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(lock)

    def _status(self, step: Step, hashes: Mapping[str, str], statuses: Mapping[str, StepStatus]) -> StepStatus:
        usable = [name for name in step.takes if statuses[name].state not in ("failed", "blocked")]
        inputs = {name: statuses[name].key for name in (*step.uses, *usable)}
        files = {role: hashes[path] for role, path in step.files.items()}
        wanted = About(step.name, step.key(hashes, inputs), step.settings, files, inputs)
        about = About.read(self.place(step, wanted.key))
        if about is not None and about.key == wanted.key:
            return StepStatus(step, "done", "", wanted, about)
        if blocking := [name for name in step.uses if statuses[name].state in ("failed", "blocked")]:
            return StepStatus(step, "blocked", f"{', '.join(blocking)} failed", wanted)
        if error := self._error(step, wanted.key):
            return StepStatus(step, "failed", error, wanted)
        older = self.older(step)
        before = About.read(older[0]) if older else None
        if before is not None:
            return StepStatus(step, "stale", _difference(before, wanted), wanted)
        return StepStatus(step, "missing", _not_made(step), wanted)

    def failure(self, step: Step) -> Path:
        """Where it is remembered why a step failed."""
        return self.folder / FAILED / f"{step.kind}.{step.subject}.json"

    def _error(self, step: Step, key: str) -> str:
        with suppress(OSError, ValueError, KeyError, TypeError):
            failure = orjson.loads(whole(self.failure(step)))
            if failure["key"] == key:
                return str(failure["error"])
        return ""


def _not_made(step: Step) -> str:
    """That there is no result, and how much is to be fetched for it."""
    if not step.settings.get("offer"):
        return "not made yet"
    return f"not made yet; to be fetched: {offer(step.settings['from']).amount}"


def _difference(old: About, new: About) -> str:
    """Why an older result is none of the project as it is now."""
    files = [role for role, sha in new.files.items() if old.files.get(role) != sha]
    inputs = [name for name, key in new.inputs.items() if old.inputs.get(name) != key]
    inputs += [name for name in old.inputs if name not in new.inputs]
    settings = [name for name, value in new.settings.items() if old.settings.get(name) != _plain(value)]
    changes = [f"{', '.join(part)} changed" for part in (files, inputs, settings) if part]
    return "; ".join(changes) or "made by another version"


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return orjson.loads(orjson.dumps(value))
