"""The judge itself: it knows each end when it sees it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.hostile.harness import ATTACKS, Attacks, Commands, End, Outcome


def outcome(code: int, err: str = "", *, hung: bool = False) -> Outcome:
    return Outcome(("x",), code, "", err, 0.0, 0.0, 0.0, hung)


@pytest.mark.parametrize(
    ("expected", "end"),
    [
        (outcome(0, "warning: so"), End.FINE),
        (outcome(1, "warning: so\nerror: no graph\n"), End.ERROR),
        (outcome(1, "error: one\nerror: two\n"), End.UNTOLD),
        (outcome(1, ""), End.UNTOLD),
        (outcome(2, "Usage: isogloss\nError: no such option\n"), End.ERROR),
        (outcome(70, "error: this is a fault of isogloss\n"), End.TRACEBACK),
        (outcome(0, "Traceback (most recent call last):\n"), End.TRACEBACK),
        (outcome(120, ""), End.UNTOLD),
        (outcome(-signal.SIGSEGV), End.CRASH),
        (outcome(-signal.SIGKILL, hung=True), End.HANG),
    ],
)
def test_an_end_is_judged(expected: Outcome, end: End) -> None:
    assert expected.end is end


def test_a_command_runs_with_its_limits(commands: Commands, tmp_path: Path) -> None:
    assert commands.run("--version").out.startswith("isogloss ")
    none = commands.run("kg", "stats", "--graph", "no.db", cwd=tmp_path)
    assert none.end is End.ERROR
    assert f"{tmp_path}/no.db: there is no such graph" in none.err
    (tmp_path / "words.tsv").write_text("dog\tchien\n")
    imported = "kg", "import", "words.tsv", "--from", "en", "--to", "fr", "--graph", "g.db"
    assert commands.run(*imported, cwd=tmp_path, file_size=4096).end is End.ERROR
    assert not (tmp_path / "g.db").exists()
    assert commands.run(*imported, cwd=tmp_path, memory=100 << 20).end is not End.FINE
    assert commands.run("data", "info", "-", seconds=0.0).end is End.HANG
    assert commands.run(*imported, cwd=tmp_path, signal=signal.SIGKILL).code == -signal.SIGKILL
    assert commands.run(*imported, cwd=tmp_path).end is End.FINE


def test_what_gets_through_fails_the_test_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ATTACKS, "1")

    def test(attacks: Attacks) -> None:
        for chance in attacks.rounds(5):
            attacks.note(chance.random() < 0, "so")

    with pytest.raises(AssertionError, match=r"5 of 5 got through:\nseed 0: so\nseed 1"):
        test(Attacks("x"))
