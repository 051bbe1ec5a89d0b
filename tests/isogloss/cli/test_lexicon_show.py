"""`isogloss lexicon show`: what a terminal and a pipe get."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from isogloss.cli.lexicon.showing import BAR, bar, table
from isogloss.lexicon.induction.entries import COLUMNS, Entry
from tests.conftest import Command

LINES = (
    ("water", "eau", 0.98, ""),
    ("Paris", "Paris", 0.9, "name"),
    ("run", "courir", 0.51, ""),
    ("\x1b[2Jdog", "<script>chien", 0.7, ""),
)


@pytest.fixture
def lexicon(tmp_path: Path) -> Path:
    rows = [f"{source}\t{target}\t0.1\t{chance}\t1\t1\t1\t{kind}" for source, target, chance, kind in LINES]
    (tmp_path / "lexicon.tsv").write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return tmp_path


def entry(source: str, target: str, probability: float, kind: str = "") -> Entry:
    return Entry(source, target, 0.1, probability, 1, 1, True, kind)


def test_a_pipe_gets_a_table_in_the_order_of_the_file(command: Command, lexicon: Path) -> None:
    result = command("lexicon", "show", lexicon)
    assert [row[:2] for row in result.rows] == [[source, target] for source, target, *_ in LINES]
    assert result.rows[1][2:] == ["0.9000", "name"]
    assert "4 of 4 pairs, 3 of which are expected to be right" in result.err


def test_doubt_comes_first(command: Command, lexicon: Path) -> None:
    result = command("lexicon", "show", lexicon, "--sort", "doubt", "-n", 2)
    assert [row[0] for row in result.rows] == ["run", "\x1b[2Jdog"]
    assert "2 of 4 pairs" in result.err


def test_json_has_the_same_pairs(command: Command, lexicon: Path) -> None:
    result = command("lexicon", "show", lexicon, "--json", "-n", 1)
    assert result.json == [{"source": "water", "target": "eau", "probability": pytest.approx(0.98), "kind": ""}]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_terminal_gets_lines_that_fit(width: int) -> None:
    entries = [
        entry("水", "a" * 100, 0.5),
        entry("interdenominational", "東京" * 30, 1.0, "identical"),
        entry("\x1b[2J", "x", 0.05),
    ]
    lines = list(table(entries, width))
    assert all(cell_len(line) <= width for line in lines)
    assert len({cell_len(line[: line.index("%")]) for line in lines}) == 1  # columns stand below each other
    assert not any("\x1b" in line for line in lines)


def test_a_bar_is_as_long_as_the_probability_is_high() -> None:
    assert [bar(share).count("█") for share in (0, 0.5, 1)] == [0, 5, 10]
    assert bar(0.55) == "█████▌    "
    assert {len(bar(step / 100)) for step in range(101)} == {BAR}


def test_a_folder_of_something_else_is_refused(command: Command, tmp_path: Path) -> None:
    result = command("lexicon", "show", tmp_path)
    assert result.status == 1
    assert "a folder that lexicon build wrote" in result.err
