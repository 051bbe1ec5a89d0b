"""Commands that write, killed at any moment or out of room: what was there stays, and nothing half is there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.kg.exchange.exporting import FORMATS
from isogloss.kg.graph import open_graph
from tests.hostile.bad_server import Request, answering, head
from tests.hostile.harness import ATTACKS, Attacks, Commands, End, Outcome

WORDS = 120  # of each language of the small vectors, so that a build takes a second
LATE = 10.0  # seconds after a signal within which a command ends on a busy machine; two are promised
PAIR = {"muse": "--from en --to fr", "stardict": "--from en --to fr"}
DRAWN = {"gexf": "--word w1 --lang en", "graphml": "--word w1 --lang en"}
SIDES = "--source-vectors en.npy --target-vectors fr.npy"
SPACES = "--vectors en=en.npy --vectors fr=fr.npy"
PROJECT = """
graph = "made.db"
[languages.en]
vectors = "en.npy"
[languages.fr]
vectors = "fr.npy"
[[dictionaries]]
file = "en-fr.tsv"
pair = "en-fr"
[lexicons]
method = "procrustes"
"""


class Writing(NamedTuple):
    """A command, what it writes, and a command that reads that again; none where XML has to be well formed only."""

    made: str
    command: str
    read: str


def onto(graph: str, command: str) -> Writing:
    return Writing(graph, f"{command} --graph {graph}", f"kg check --graph {graph}")


def exported(kind: str) -> Writing:
    options = f"--format {kind} {PAIR.get(kind, '')} {DRAWN.get(kind, '')} --graph old.db"
    pair = "--from en --to fr" if kind in ("muse", "stardict", "tmx", "tsv", "tbx", "tbx3") else ""
    return Writing(
        f"out.{kind}",
        f"kg export out.{kind} {options}",
        "" if kind in DRAWN else f"kg import out.{kind} {pair} --anyway --graph again.db",
    )


def trained(name: str) -> Writing:
    options = "--lang en --dim 4 --min-count 1 --epochs 1"
    return Writing(name, f"data train corpus.txt {options} --out {name}", f"data info {name}")


QUICK = (
    onto("new.db", "kg import more.tsv --from en --to fr"),
    onto("old.db", "kg import more.tsv --from en --to fr"),
    onto("merged.db", "kg merge old.db"),
    onto("old.db", "kg add w1 neu --from en --to fr"),
    onto("old.db", "kg reject w1 m1 --from en --to fr"),
    onto("old.db", "kg remove --source old"),
    onto("old.db", "kg set-quality old 0.3"),
    onto("old.db", "kg vectors en.npy --lang en"),
    onto("old.db", "kg concepts --store --min-cohesion 0 --min-size 3"),
    onto("old.db", "kg infer --from fr --to fi --method walk --min-score 0 --store"),
    *map(exported, FORMATS),
    *map(trained, ("out.vec", "out.bin")),
    Writing("got.txt", "data fetch dictionary en fr --source muse --mirror SERVER --out got.txt", "data info got.txt"),
    Writing("isogloss.toml", "new en fr --sample", "status"),
)
FEW = f"{SIDES} --seeds en-fr.tsv"
RANKER = f"meta ranker train {SPACES} --graph old.db --steps 3 --episodes 2 --every 1 --out ranker"
SLOW = (
    Writing("lex", f"lexicon build en fr {FEW} --method procrustes --out lex", "lexicon show lex"),
    Writing(
        "hub",
        f"lexicon hub {SPACES} --dictionary en-fr=en-fr.tsv --out hub",
        "lexicon map hub --language fr --out x.npy --force",
    ),
    Writing("map.npy", "lexicon map built --out map.npy", "data info map.npy --lang en"),
    Writing("plot.svg", "lexicon plot built --out plot.svg", ""),
    Writing("ranker", RANKER, f"{RANKER} --resume"),
    Writing(
        "few.tsv",
        f"meta ranker adapt trained --source-lang en --target-lang fr {FEW} --out few.tsv",
        "data info few.tsv --lang en --to fr",
    ),
    Writing("prior", f"meta train {SPACES} --graph old.db --out prior", f"meta adapt prior en fr {FEW} --suggest 2"),
    Writing("results", "run project.toml --jobs 1", "status project.toml"),
    Writing("demo", "demo --out demo", "kg check --graph demo/graph.db"),
)
GRAPHS = ("new.db", "old.db", "merged.db")


def write_small_vectors(folder: Path) -> None:
    """Vectors of two languages, one a rotation of the other under noise, and a dictionary."""
    random = np.random.default_rng(0)
    matrix = random.standard_normal((WORDS, 8)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((8, 8)))[0].astype(np.float32)
    noisy = matrix @ turn + 0.05 * random.standard_normal((WORDS, 8)).astype(np.float32)
    for language, letter, rows in (("en", "w", matrix), ("fr", "m", noisy)):
        write_vectors(Vectors(language, tuple(f"{letter}{n}" for n in range(WORDS)), rows), folder / f"{language}.npy")
    (folder / "en-fr.tsv").write_text("".join(f"w{n}\tm{n}\n" for n in range(WORDS)), encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lines = "".join(f"word{n}\tmot{n // 2}\n" for n in range(3000))
    (tmp_path / "more.tsv").write_text(lines, encoding="utf-8")
    (tmp_path / "corpus.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 200, encoding="utf-8")
    (tmp_path / "project.toml").write_text(PROJECT, encoding="utf-8")
    write_small_vectors(tmp_path)
    with open_graph(tmp_path / "old.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [(f"w{n}", f"m{n}") for n in range(2000)], Origin("old", "CC0-1.0")))
        graph.add(Dictionary.of("en", "fi", [(f"w{n}", f"s{n}") for n in range(100)], Origin("more", "CC0-1.0")))
        graph.add_concepts({f"c{n}": {"en": f"w{n}", "fr": f"m{n}"} for n in range(9)}, Origin("things", "CC0-1.0"))
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Sends a dictionary in small pieces."""
    content = "".join(f"dog{n} chien{n}\n" for n in range(9000)).encode()

    def reply(request: Request) -> Iterable[bytes]:
        if request[0].endswith(".sha256"):
            yield head("404 Not Found", {})
            return
        start = int(request[1].get("range", "bytes=0-")[6:-1])
        headers: dict[str, str | int] = {"Content-Length": len(content) - start, "ETag": '"1"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        yield head("206 Partial" if start else "200 OK", headers)
        for first in range(start, len(content), 1000):
            yield content[first : first + 1000]

    with answering(reply) as url:
        yield url


class Tried:
    """Runs commands in a folder, and knows what was in it before."""

    def __init__(self, commands: Commands, place: Path, server: str, *, slow: bool) -> None:
        self.commands, self.place, self.server, self.slow = commands, place, server, slow
        self.spans: dict[str, float] = {}  # how long commands take
        self.before = self.state()

    def run(self, command: str, **options: object) -> Outcome:
        words = command.replace("SERVER", self.server).split()
        limits = {"seconds": 900.0, "memory": None} if self.slow else {}
        cache = {"ISOGLOSS_CACHE": str(self.place / ".cache")}
        return self.commands.run(*words, cwd=self.place, environment=cache, **(limits | options))  # type: ignore[arg-type]

    def moment(self, command: str, chance: Random) -> float:
        """A moment of a command, as long as it took before."""
        return chance.random() * self.spans.get(command, 10.0 if self.slow else 1.5)

    def state(self) -> dict[str, bytes]:
        """All files that a user sees, but what a fault would write; hidden parts go with the next run."""
        return {
            str(file.relative_to(self.place)): file.read_bytes()
            for file in self.place.rglob("*")
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(self.place).parts)
            if not file.name.endswith(("-journal", ".isogloss-part", ".isogloss-part.version"))
        }

    def left(self) -> dict[str, bytes]:
        """What a command that did not end well has left, as the next one finds it: SQLite goes back by its journal."""
        for journal in self.place.glob("*.db-journal"):
            self.run(f"kg stats --graph {journal.name.removesuffix('-journal')}")
        return self.state()

    def restore(self) -> None:
        for made in {name.partition("/")[0] for name in self.state().keys() - self.before.keys()}:
            shutil.rmtree(self.place / made) if (self.place / made).is_dir() else (self.place / made).unlink()
        for left in self.place.glob("*.db-journal"):
            left.unlink()
        for name, content in self.before.items():
            (self.place / name).write_bytes(content)

    def is_whole(self, writing: Writing) -> bool:
        """Whether a command made what it should: the program itself reads it."""
        if not (self.place / writing.made).exists():
            return True
        if not writing.read:
            ElementTree.parse(self.place / writing.made)
            return True
        result = self.run(writing.read)
        return result.end is End.FINE or (writing.made in GRAPHS and "suspicious" in result.err)


def killed(tried: Tried, attacks: Attacks, chance: Random, writing: Writing, how: signal.Signals) -> None:
    """Kill a command at some moment, look at what it left, and run it again."""
    after = tried.moment(writing.command, chance)
    outcome = tried.run(writing.command, signal=how, after=after)
    if "in _become" in outcome.err:
        return  # before the command began
    if how == signal.SIGKILL:
        attacks.note(outcome.code in (0, -signal.SIGKILL), str(outcome))
    else:
        attacks.note(outcome.code in (0, 1, 130, -how) and "Traceback" not in outcome.err, str(outcome))
        attacks.note(outcome.code == 0 or outcome.seconds - after < LATE, f"late: {outcome}")
        attacks.note(outcome.code != 130 or "interrupted; " in outcome.err, f"nothing said: {outcome}")
    now = tried.left()
    attacks.note(all(file in now for file in tried.before), f"{writing.command}: something is gone")
    changed = {file for file in now if now[file] != tried.before.get(file)}
    attacks.note(not changed or tried.is_whole(writing), f"{writing.command}: half written: {sorted(changed)[:5]}")
    if writing.made != "results":  # a run of a project goes on where it was
        tried.restore()
    again = tried.run(writing.command)
    tried.spans[writing.command] = again.seconds
    attacks.note(again.end is End.FINE and tried.is_whole(writing), f"the next run: {again}")
    litter = [file.name for file in tried.place.iterdir() if file.name.startswith(".") and file.name != ".cache"]
    attacks.note(not litter, f"{writing.command}: the next run left {litter}")
    tried.restore()


def starved(tried: Tried, attacks: Attacks, writing: Writing, room: int) -> None:
    """Run a command whose files cannot grow beyond ``room`` bytes."""
    outcome = tried.run(writing.command, file_size=room)
    attacks.judge(outcome)
    now, what = tried.left(), f"{room} bytes, {writing.command}"
    if outcome.code:
        new = now.keys() - tried.before.keys() if writing.made != "results" else set()
        kept = all(now.get(file) == content for file, content in tried.before.items())
        attacks.note(kept and not new, f"{what}: changed by a command that failed: {sorted(new)[:5]}")
    else:
        attacks.note(tried.is_whole(writing), f"{what}: not whole, and status 0")
    tried.restore()


def rooms(chance: Random) -> int:
    return chance.choice((1000, 4096, 20_000, 60_000))  # the message has to fit as well


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_command_leaves_the_old_or_the_new(
    how: signal.Signals, commands: Commands, attacks: Attacks, place: Path, server: str
) -> None:
    tried = Tried(commands, place, server, slow=False)
    for chance in attacks.rounds(8):
        killed(tried, attacks, chance, chance.choice(QUICK), how)


def test_a_full_disk_ends_with_one_line_and_leaves_the_old(
    commands: Commands, attacks: Attacks, place: Path, server: str
) -> None:
    tried = Tried(commands, place, server, slow=False)
    for chance in attacks.rounds(14):
        starved(tried, attacks, chance.choice(QUICK), rooms(chance))


@pytest.fixture(scope="module")
def builders() -> Iterator[Commands]:
    modules = "torch", "isogloss.lexicons", "isogloss.hubs", "isogloss.metatraining", "isogloss.project.running"
    with Commands(*modules) as started:
        yield started


@pytest.fixture
def built(place: Path, builders: Commands) -> Sequence[Writing]:
    """What the slow commands read is there."""
    for writing in SLOW:
        if writing.made in ("lex", "ranker"):
            name = {"lex": "built", "ranker": "trained"}[writing.made]
            words = writing.command.replace(f"--out {writing.made}", f"--out {name}").split()
            result = builders.run(*words, cwd=place, environment={"ISOGLOSS_CACHE": str(place / ".cache")}, memory=None)
            assert result.end is End.FINE, str(result)
    return SLOW


torture = pytest.mark.skipif(
    ATTACKS not in os.environ, reason=f"takes minutes; {ATTACKS}=1 or `make torture` asks for it"
)


@torture
def test_a_killed_build_leaves_the_old_or_the_new(
    builders: Commands, attacks: Attacks, place: Path, server: str, built: Sequence[Writing]
) -> None:
    tried = Tried(builders, place, server, slow=True)
    for chance in attacks.rounds(18):
        how = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        killed(tried, attacks, chance, chance.choice(built), how)


@torture
def test_a_full_disk_ends_a_build_with_one_line(
    builders: Commands, attacks: Attacks, place: Path, server: str, built: Sequence[Writing]
) -> None:
    tried = Tried(builders, place, server, slow=True)
    for chance in attacks.rounds(18):
        starved(tried, attacks, chance.choice(built), rooms(chance))
