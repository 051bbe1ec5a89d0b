"""Makes what is missing or stale in a project, the steps that wait for nothing side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from isogloss.data.cache import Cache
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.suggestions import alike
from isogloss.data.threads import cores
from isogloss.project.file import ProjectFile, line_of
from isogloss.project.making import Outcome, make
from isogloss.project.model import Place
from isogloss.project.order import Order
from isogloss.project.results import Results, StepStatus
from isogloss.project.steps import Step, plan
from isogloss.workers import Workers, free_memory, run

# Bytes that a step takes: 0.5 GB with few words, 1.5 GB with 20,000, 4.0 GB with 200,000 words a side (docs/speed.md).
MEMORY, MEMORY_OF_WORD = 2**29, 20_000
BYTES_OF_WORD = 200  # at least, in a file of vectors: 100 dimensions of two bytes
Listener = Callable[[StepStatus], None]


@dataclass(frozen=True)
class Choice:
    """Which steps a run makes: all, or those that ``only`` names with all that they use.

    ``again`` makes the named steps also where their results are there. A step that fails does not stop those beside it;
    with ``keep_going`` it does not stop those after it either, as far as they can do without.
    """

    only: tuple[str, ...] = ()
    again: bool = False
    keep_going: bool = False


@dataclass
class Pipeline:
    """A project with its steps and results."""

    file: ProjectFile
    cache: Path
    steps: list[Step] = field(init=False)
    results: Results = field(init=False)

    def __post_init__(self) -> None:
        self.steps = plan(self.file)
        self.results = Results(self.file.results)
        self._hashes = self._hashed()

    def statuses(self) -> dict[str, StepStatus]:
        """How it stands with every step, in the order in which they are made."""
        return self.results.statuses(self.steps, self._hashes)

    def chosen(self, only: Collection[str]) -> list[Step]:
        """The steps that ``only`` names, and all that these need; all steps where it names none.

        A name is that of a step (``lexicon:en-fr``), of a kind (``lexicon``), or of languages (``en-fr``).

        Raises:
            VocabularyError: The project has no such step.
        """
        if not only:
            return self.steps
        by_name = {step.name: step for step in self.steps}
        names = [name for name_or_kind in only for name in self._named(name_or_kind)]
        needed = dict.fromkeys(names)
        while names:
            step = by_name[names.pop()]
            names += [name for name in (*step.uses, *step.takes) if name not in needed]
            needed |= dict.fromkeys((*step.uses, *step.takes))
        return [step for step in self.steps if step.name in needed]

    def to_make(self, choice: Choice) -> list[StepStatus]:
        """What a run would make, as it stands now."""
        statuses, again = self.statuses(), self._again(choice)
        return [statuses[step.name] for step in self.chosen(choice.only) if _open(statuses[step.name], again)]

    def run(self, choice: Choice, workers: Workers, listener: Listener) -> dict[str, StepStatus]:
        """Make what is missing or stale; how it stands then with every step. ``listener`` gets each that ends.

        Raises:
            OutputError: Another run of the project is at work, or the folder cannot be written.
            VocabularyError: ``choice`` names no step.
        """
        chosen = self.chosen(choice.only)
        with self.results.alone():
            self._forgive(chosen)
            tried, failed = set[str](), dict[str, StepStatus]()
            again = self._again(choice)
            while (not failed or choice.keep_going) and (ready := self._ready(chosen, tried, again)):
                failed |= self._round(ready, workers, again, listener)
                tried.update(status.step.name for status in ready)
            return self.statuses() | failed

    def workers(self, planned: Sequence[StepStatus], jobs: int | None, engine: str | None) -> Workers:
        """Where the planned steps are made; by default in as many processes as cores and free memory allow."""
        if jobs is None and engine is None:
            wide = max((len(level) for level in _levels([status.step for status in planned])), default=1)
            jobs = max(1, min(cores(), wide, int(free_memory() / max(map(_memory, planned), default=1))))
        return Workers(jobs or 1, engine=engine)

    def _named(self, requested: str) -> list[str]:
        matching = [step.name for step in self.steps if requested in (step.name, step.kind, step.subject)]
        if not matching:
            names = [name for step in self.steps for name in (step.name, step.kind)]
            similar = alike(requested, names, 1) or sorted({step.kind for step in self.steps})
            raise VocabularyError(f"the project has no step {requested!r}, expected one such as {', '.join(similar)}")
        return matching

    def _again(self, choice: Choice) -> frozenset[str]:
        if not choice.again:
            return frozenset()
        return frozenset(name for requested in choice.only for name in self._named(requested)) or frozenset(
            step.name for step in self.steps
        )

    def _forgive(self, steps: Sequence[Step]) -> None:
        """A new run tries again what failed."""
        for step in steps:
            self.results.forget_failure(step)

    def _ready(self, steps: Sequence[Step], tried: Collection[str], again: Collection[str]) -> list[StepStatus]:
        """The steps to make now: those whose inputs are all made, and for which nothing is awaited."""
        statuses = self.statuses()
        chosen = {step.name for step in steps}
        waiting = {
            name
            for name in chosen
            if _open(statuses[name], again) and name not in tried and statuses[name].state != "blocked"
        }
        return [
            statuses[step.name]
            for step in steps
            if step.name in waiting
            if not waiting & {*step.uses, *step.takes}
            if all(statuses[name].state == "done" for name in step.uses)
        ]

    def _round(
        self, ready: Sequence[StepStatus], workers: Workers, again: Collection[str], listener: Listener
    ) -> dict[str, StepStatus]:
        """Make steps side by side; those that failed, by name."""
        orders = [self._order(status, status.step.name in again) for status in ready]
        by_name = {status.step.name: status for status in ready}
        failed: dict[str, StepStatus] = {}
        for outcome_of_step in run(make, orders, workers):
            status = by_name[outcome_of_step.item.wanted.name]
            outcome = outcome_of_step.result or Outcome(error=outcome_of_step.lost)
            if outcome.about is None:
                failed[status.step.name] = ended = self._failed(status, outcome)
            else:
                ended = StepStatus(status.step, "done", "", status.wanted, outcome.about)
            listener(ended)
        return failed

    def _failed(self, status: StepStatus, outcome: Outcome) -> StepStatus:
        """How it stands with a step that failed, which is remembered."""
        error = outcome.error
        if outcome.account:
            error += f"; please send {self.results.failure(status.step)} with a report"
        self.results.record_failure(status.step, status.key, error, outcome.account)
        return StepStatus(status.step, "failed", error, status.wanted)

    def _order(self, status: StepStatus, again: bool) -> Order:
        step, by_name = status.step, {step.name: step for step in self.steps}
        inputs = {name: self.results.place(by_name[name], key) for name, key in status.wanted.inputs.items()}
        files = {role: Path(path) for role, path in step.files.items()}
        out = self.results.place(step, status.key)
        addresses = {name: by_name[name].address for name in inputs if by_name[name].address}
        return Order(step.kind, status.wanted, files, inputs, out, self.cache, again, step.address, addresses)

    def _hashed(self) -> dict[str, str]:
        """The hashes of all local files, remembered in the cache for as long as they do not change.

        Raises:
            FormatError: One is not there; the message names the line of the project.
        """
        paths = list(dict.fromkeys(path for step in self.steps for path in step.files.values()))
        store = Cache(self.cache)
        if missing := [path for path in paths if not Path(path).exists()]:
            raise self._absent(missing[0])
        return {path: store.hash_of(Path(path)) for path in paths}

    def _absent(self, path: str) -> FormatError:
        project, text = self.file.project, self.file.path.read_text("utf-8")
        named: list[tuple[Place, str | None]] = []
        for code, language in project.languages.items():
            named += [
                (("languages", code, "vectors"), language.vectors),
                (("languages", code, "words"), language.words),
            ]
        named += [
            (("dictionaries", number, "file"), dictionary.file)
            for number, dictionary in enumerate(project.dictionaries)
        ]
        for place, given in named:
            if given is not None and str(self.file.located(given)) == path:
                line = line_of(text, place)
                return FormatError.at(self.file.path, line, f"{given!r}, which is not there", "a file; check the path")
        return FormatError(f"{path} does not exist; the sample has vectors of en, fi, fr and ja")


def _memory(status: StepStatus) -> int:
    """The bytes that a step takes, at most."""
    settings, files = status.step.settings, status.step.files
    sides = [settings[name] for name in ("source", "target") if name in settings] or settings.get("vectors", [])
    words = [
        min(side["max_vocab"], Path(files[side["input"]]).stat().st_size // BYTES_OF_WORD)
        if side["input"] in files
        else side["max_vocab"]
        for side in sides
    ]
    return MEMORY + MEMORY_OF_WORD * max(words, default=0)


def _open(status: StepStatus, again: Collection[str]) -> bool:
    return status.state != "done" or status.step.name in again


def _levels(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps by the length of the longest way to them: those of a level can be made side by side."""
    depth: dict[str, int] = {}
    for step in steps:
        depth[step.name] = 1 + max((depth.get(name, 0) for name in (*step.uses, *step.takes)), default=0)
    return [[step for step in steps if depth[step.name] == level] for level in sorted(set(depth.values()))]


def failures(statuses: Mapping[str, StepStatus]) -> list[StepStatus]:
    """The steps that failed, in their order."""
    return [status for status in statuses.values() if status.state == "failed"]
