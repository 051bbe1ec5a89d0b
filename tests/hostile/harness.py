"""How an attack ends: the command is run with a limit of time and memory, and its end is judged."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Self

FEW = "0.15"  # of the attacks that each test counts, so that `make test` takes minutes
ATTACKS = "ISOGLOSS_ATTACKS"  # how many times as many attacks as by default: `make torture` sets it
PRELOADED = (
    "numpy",
    "isogloss.cli",
    "isogloss.kg.graph",
    "isogloss.kg.storage.loading",
    "isogloss.kg.exchange.importing",
)
SECONDS = 60.0  # after which a command hangs; generous, since the machine may be busy
MEMORY = 4 << 30  # bytes of address space


class End(Enum):
    """How a command ended; the first two are as they should be."""

    FINE = "fine"
    ERROR = "one-line error"
    TRACEBACK = "traceback"
    UNTOLD = "no clear message"
    HANG = "hang"
    CRASH = "crash"


@dataclass(frozen=True)
class Outcome:
    """What a command did: exit status (negative: the signal that ended it), output, and how long it took.

    ``seconds`` passed on the clock, ``cpu`` seconds of it were its own.
    """

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float
    cpu: float
    megabytes: float
    hung: bool = False

    @property
    def end(self) -> End:
        """The judgement; a known error is status 1 with one line, wrong usage is status 2."""
        if self.hung:
            return End.HANG
        if "Traceback (most recent call last)" in self.err or self.code == 70:
            return End.TRACEBACK
        if self.code < 0:
            return End.CRASH
        if self.code == 0:
            return End.FINE
        errors = re.findall(r"^error: .+", self.err, re.MULTILINE)
        one_line = len(errors) == 1 if self.code in (1, 130) else self.code == 2
        return End.ERROR if one_line else End.UNTOLD

    def __str__(self) -> str:
        said = " | ".join(self.err.strip().splitlines()[-3:])
        return f"{' '.join(self.arguments)}: {self.end.value}, status {self.code}, {self.cpu:.1f} CPU s: {said[:500]}"


class Commands:
    """Runs the command line, many times and quickly, each time in a process of its own.

    ``preloaded`` are modules that commands find loaded; name those that take long to import.
    """

    def __init__(self, *preloaded: str) -> None:
        root = Path(__file__).resolve().parents[2]
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.forks", *PRELOADED, *preloaded],
            cwd=root,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait(10)
        self._folder.cleanup()

    def run(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
        stdin: bytes = b"",
        closed: Sequence[int] = (),
        seconds: float = SECONDS,
        memory: int | None = MEMORY,
        file_size: int | None = None,
        powerless: bool = False,
        signal: int | None = None,
        after: float = 0.0,
    ) -> Outcome:
        """Run ``isogloss ARGUMENTS``.

        Args:
            arguments: Of the command line; bytes that are not UTF-8 stand in them as ``os.fsdecode`` gives them.
            cwd: The folder to run in.
            environment: Variables to set besides those of the tests.
            stdin: What the command reads there.
            closed: Which of the streams 0, 1 and 2 are closed.
            seconds: After which it counts as hanging and is killed.
            memory: Bytes of address space that it may take.
            file_size: Bytes that a file may grow to, as on a full disk.
            powerless: Whether root is bound by the rights of files.
            signal: Is sent to it,
            after: so many seconds after the start.
        """
        streams = Path(self._folder.name)
        for name, content in (("in", stdin), ("out", b""), ("err", b"")):
            (streams / name).write_bytes(content)
        words = tuple(map(str, arguments))
        request = {
            "arguments": [os.fsencode(word).hex() for word in words],
            "streams": str(streams),
            "cwd": str(cwd or streams),
            "environment": environment or {},
            "closed": list(closed),
            "seconds": seconds,
            "memory": memory,
            "file_size": file_size,
            "powerless": powerless,
            "signal": signal,
            "after": after,
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        out, err = ((streams / name).read_bytes()[:1_000_000].decode(errors="replace") for name in ("out", "err"))
        cost = answer["passed"], answer["cpu"], answer["kilobytes"] / 1024
        return Outcome(words, answer["code"], out, err, *cost, answer["hung"])


@dataclass
class Attacks:
    """Counts the attacks of one test and what became of them."""

    name: str
    ends: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def rounds(self, few: int) -> Iterator[random.Random]:
        """The chance of each attack: ``few`` of them, or as many times as many as the environment asks for.

        After the last one the test fails if one got through; the message names the seeds.
        """
        for seed in range(max(1, round(few * float(os.environ.get(ATTACKS, FEW))))):
            self._seed = seed
            yield random.Random(f"{self.name} {seed}")
        assert not self.lost, f"{len(self.lost)} of {self.ends.total()} got through:\n" + "\n".join(self.lost[:20])

    def judge(self, outcome: Outcome, *, expected: Sequence[End] = (End.FINE, End.ERROR)) -> bool:
        """Whether a command ended as it should; by default well or with one line of explanation."""
        return self.note(outcome.end in expected, str(outcome), outcome.end.value)

    def note(self, survived: bool, what: str, end: str = "") -> bool:
        """Count an attack that was judged otherwise."""
        self.ends["survived" if survived else end or "lost"] += 1
        if not survived:
            self.lost.append(f"seed {self._seed}: {what}")
        return survived
