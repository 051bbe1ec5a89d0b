"""Commands that write, killed at any moment or out of room: what was there stays, and nothing half is there."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import open_graph
from tests.hostile.harness import Attacks, Commands, End

# What a command writes, and the command; `old` is there before, where it is a graph.
WRITING = {
    "new.db": "kg import more.tsv --from en --to fr --graph new.db",
    "old.db": "kg import more.tsv --from en --to fr --graph old.db",
    "merged.db": "kg merge old.db --graph merged.db",
    "out.jsonl": "kg export out.jsonl --format jsonl --graph old.db",
    "out.ttl": "kg export out.ttl --format turtle --graph old.db",
    "star": "kg export star --format stardict --from en --to fr --graph old.db",
    "out.vec": "data train corpus.txt --lang en --out out.vec --dim 4 --min-count 1 --epochs 1",
    "out.bin": "data train corpus.txt --lang en --out out.bin --dim 4 --min-count 1 --epochs 1",
}
GRAPHS = ("old.db", "new.db", "merged.db")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lines = "".join(f"word{n}\tmot{n // 2}\n" for n in range(3000))
    (tmp_path / "more.tsv").write_text(lines, encoding="utf-8")
    (tmp_path / "corpus.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 200, encoding="utf-8")
    with open_graph(tmp_path / "old.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [(f"w{n}", f"m{n}") for n in range(2000)], Origin("old", "CC0-1.0")))
    return tmp_path


def state(place: Path) -> dict[str, bytes]:
    """All files that a user sees, but what a fault would write; hidden parts go with the next run."""
    return {
        str(file.relative_to(place)): file.read_bytes()
        for file in place.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(place).parts)
    }


def restore(place: Path, before: dict[str, bytes]) -> None:
    for made in {name.partition("/")[0] for name in state(place).keys() - before.keys()}:
        shutil.rmtree(place / made) if (place / made).is_dir() else (place / made).unlink()
    for name, content in before.items():
        (place / name).write_bytes(content)


def whole(commands: Commands, place: Path, name: str) -> bool:
    """Whether a command made what it should: the program itself reads it."""
    verb = ["kg", "check", "--graph", name] if name in GRAPHS else ["data", "info", name]
    if name.startswith(("out.jsonl", "out.ttl")):
        verb = ["kg", "import", name, "--graph", "again.db"]
    return commands.run(*verb, cwd=place).end is End.FINE


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_command_leaves_the_old_or_the_new(
    how: signal.Signals, commands: Commands, attacks: Attacks, place: Path
) -> None:
    before = state(place)
    for chance in attacks.rounds(5):
        name = chance.choice(sorted(WRITING))
        outcome = commands.run(*WRITING[name].split(), cwd=place, signal=how, after=chance.random() ** 2 * 2.5)
        if "in _become" in outcome.err:
            continue  # before the command began
        after = state(place)
        changed = {file for file in after if after[file] != before.get(file)}
        if how == signal.SIGKILL:
            attacks.note(outcome.code in (0, -signal.SIGKILL), str(outcome))
        else:
            attacks.note(outcome.code in (0, 1, 130, -how) and "Traceback" not in outcome.err, str(outcome))
        attacks.note(all(file in after for file in before), f"{name}: something is gone")
        attacks.note(not changed or whole(commands, place, name), f"{name}: half written: {sorted(changed)}")
        restore(place, before)
        again = commands.run(*WRITING[name].split(), cwd=place)
        attacks.note(again.end is End.FINE, f"the next run: {again}")
        litter = [file.name for file in place.iterdir() if file.name.startswith(".")]
        attacks.note(not litter, f"{name}: the next run left {litter}")
        restore(place, before)


def test_a_full_disk_ends_with_one_line_and_leaves_the_old(commands: Commands, attacks: Attacks, place: Path) -> None:
    before = state(place)
    for chance in attacks.rounds(8):
        name = chance.choice(sorted(WRITING))
        room = chance.choice((1000, 4096, 20_000, 60_000))  # the message has to fit as well
        outcome = commands.run(*WRITING[name].split(), cwd=place, file_size=room)
        attacks.judge(outcome)
        after = state(place)
        kept = all(after.get(file) == content for file, content in before.items())
        if outcome.code:
            attacks.note(
                kept and after.keys() == before.keys(), f"{room} bytes, {name}: changed by a command that failed"
            )
        else:
            attacks.note(whole(commands, place, name), f"{room} bytes, {name}: not whole, and status 0")
        restore(place, before)
