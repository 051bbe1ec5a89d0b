"""Numbers, names and places that nobody would give on purpose end with one line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import open_graph
from tests.hostile.harness import Attacks, Commands, End

NUMBERS = ("0", "-1", str(2**63 - 1), str(2**63), "1" + "0" * 40, "nan", "inf", "x", "")
OPTIONS = (
    *(
        "translate w1 --from en --to fr -k",
        "translate w1 --from en --to fr --min-score",
        "lookup w --search --lang en -k",
    ),
    *("neighbors w1 --lang en -k", "path w1 m2 --from en --to fr --max-steps", "check -k", "concepts --min-size"),
    "export out --format graphml --word w1 --lang en --force --hops",
    "export out --format jsonl --force --min-weight",
)
NOT_UTF8 = os.fsdecode(b"\xff")
PLACES = ("loop", "loop/x", "n" * 300, "folder", "locked/file", "unreadable", f"{NOT_UTF8}.tsv", "more.tsv/x", "", ".")
COMMANDS = (
    *("stats --graph PLACE", "import PLACE --from en --to fr --graph new.db"),
    *("import more.tsv --from en --to fr --graph PLACE", "export PLACE --format jsonl --graph g.db --force"),
    *(
        "diff PLACE g.db",
        "vectors PLACE --lang en --graph g.db",
        "translate --words PLACE --from en --to fr --graph g.db",
    ),
)
PICTURES = "--from en --to fr --known more.tsv --words more.tsv --vectors en=more.tsv --vectors fr=more.tsv"
OF_OTHER_GROUPS = (
    *("new en fr --out PLACE", "status PLACE", "run PLACE --jobs 1", "serve PLACE --port 0"),
    *(
        "lexicon show PLACE",
        "lexicon plot PLACE --out x.svg",
        "data fetch PLACE",
        "data fetch vectors en --mirror PLACE",
    ),
    *(f"meta name-images PLACE --names more.tsv {PICTURES}", f"meta name-images folder --names PLACE {PICTURES}"),
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "loop").symlink_to("loop")
    for folder in ("folder", "locked"):
        (tmp_path / folder).mkdir()
    for name in ("more.tsv", "unreadable", "locked/file", f"{NOT_UTF8}.tsv"):
        (tmp_path / name).write_text("w1\tm2\n", encoding="utf-8")
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add(
            Dictionary.of("en", "fr", [(f"w{n}", f"m{n // 2}") for n in range(50)], Origin("open words", "CC0-1.0"))
        )
    for name in ("unreadable", "locked"):
        (tmp_path / name).chmod(0)
    yield tmp_path
    (tmp_path / "locked").chmod(0o700)


def test_odd_numbers_are_taken_or_told(commands: Commands, attacks: Attacks, place: Path) -> None:
    for chance in attacks.rounds(20):
        option, number = chance.choice(OPTIONS), chance.choice(NUMBERS)
        attacks.judge(commands.run("kg", *option.split(), number, "--graph", "g.db", cwd=place))


def test_odd_places_are_taken_or_told(commands: Commands, attacks: Attacks, place: Path) -> None:
    for chance in attacks.rounds(20):
        words = chance.choice(COMMANDS).split()
        odd = chance.choice(PLACES)
        shutil.copy(place / "g.db", place / "kept.db")
        attacks.judge(
            commands.run("kg", *(odd if word == "PLACE" else word for word in words), cwd=place, powerless=True)
        )
        shutil.copy(place / "kept.db", place / "g.db")


def test_odd_places_of_other_groups_are_taken_or_told(commands: Commands, attacks: Attacks, place: Path) -> None:
    for chance in attacks.rounds(20):
        words, odd = chance.choice(OF_OTHER_GROUPS).split(), chance.choice(PLACES)
        command = [odd if word == "PLACE" else word for word in words]
        attacks.judge(commands.run(*command, cwd=place, powerless=True))


def test_a_number_beyond_64_bits_is_refused_and_a_huge_distance_ends(commands: Commands, place: Path) -> None:
    refused = commands.run("kg", *OPTIONS[0].split(), str(2**63), "--graph", "g.db", cwd=place)
    assert refused.code == 2
    assert "too large" in refused.err
    far = commands.run("kg", *OPTIONS[-2].split(), str(2**63 - 1), "--graph", "g.db", cwd=place)
    assert far.end is End.FINE


def test_names_that_are_no_utf8_are_refused_and_files_of_such_names_are_read(commands: Commands, place: Path) -> None:
    imported = "kg", "import", f"{NOT_UTF8}.tsv", "--from", "en", "--to", "fr", "--graph", "new.db"
    for option in ("--source-name", "--licence"):
        refused = commands.run(*imported, option, f"a{NOT_UTF8}", cwd=place)
        assert refused.code == 2
        assert "is not in UTF-8" in refused.err
    named = commands.run(*imported, "--source-name", "words", cwd=place)
    assert named.end is End.FINE
    assert commands.run("kg", "stats", "--graph", "new.db", cwd=place).end is End.FINE


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_streams_are_nothing_to_stumble_over(closed: tuple[int, ...], commands: Commands, place: Path) -> None:
    for verb, code in (("lookup w1 --lang en", 0), ("lookup zzz --lang en", 1), ("stats --json", 0)):
        outcome = commands.run("kg", *verb.split(), "--graph", "g.db", cwd=place, closed=closed)
        assert outcome.code == code
        assert "Traceback" not in outcome.err
    imported = "kg", "import", "more.tsv", "--from", "en", "--to", "fr", "--graph", "new.db"
    assert commands.run(*imported, cwd=place, closed=closed).end is End.FINE  # no stream is a file of the graph
    with open_graph(place / "new.db") as graph:
        assert [answer.word for answer in graph.translate("w1", "en", "fr")] == ["m2"]


def test_output_that_cannot_be_written_is_told(commands: Commands, place: Path) -> None:
    full = commands.run(
        "kg", "stats", "--json", "--graph", "g.db", cwd=place, file_size=400
    )  # the message fits, the answer does not
    assert full.end is End.ERROR
