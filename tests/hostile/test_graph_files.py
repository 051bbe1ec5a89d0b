"""Whatever a graph file has become, every verb ends with an answer or with one line."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph
from isogloss.kg.storage.run import Run
from tests.hostile.harness import Attacks, Commands, End
from tests.hostile.mutation import mutated

READING = (
    *("stats", "languages", "check", "concepts", "stats --json", "concept w1 --lang en"),
    *("translate w1 --from en --to fr", "translate w1 --from en --to ja --explain", "translate 犬2 --from ja --to fi"),
    *("synonyms w3 --lang en", "lookup w2 --lang en", "lookup w --search --lang en", "lookup zzz --lang fr"),
    *("neighbors m1 --lang fr --json", "path w1 犬1 --from en --to ja", "infer --from en --to ja --method cycles"),
    *(f"export out --format {name} --force" for name in ("jsonl", "tsv", "turtle", "ntriples", "tbx", "tmx", "wn-lmf")),
    *("export out --format graphml --word w1 --lang en --force", "export out --format muse --from en --to fr --force"),
    "diff whole.db g.db",
)
WRITING = ("import more.tsv --from en --to fr", "merge whole.db", "concepts --store")


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands("isogloss.kg.inference.pipeline", "isogloss.kg.inference.communities", "scipy.sparse.csgraph") as run:
        yield run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph with something in every table, a hub too."""
    folder = tmp_path_factory.mktemp("graphs")
    (folder / "more.tsv").write_text("w1\tm2\nnew\tneuf\n", encoding="utf-8")
    path = folder / "whole.db"
    with open_graph(path, write=True) as graph:
        graph.add(
            Dictionary.of("en", "fr", [(f"w{n}", f"m{n // 2}") for n in range(400)], Origin("open words", "CC0-1.0"))
        )
        japanese = tuple(Pair(f"m{n}", f"犬{n}", 0.8, {"sense": f"no. {n}"}) for n in range(150))
        graph.add(Dictionary("fr", "ja", japanese, Origin("shared", "GPL-3.0-or-later")), run=Run("guess", {"k": 1}, 7))
        graph.add(Dictionary.of("en", "fi", [("w1", f"Koirá{n}") for n in range(80)], Origin("hub", "MIT")))
        graph.add_concepts(
            {f"c{n}": {"en": f"w{n}", "fi": (f"Koirá{n}", f"k{n}")} for n in range(60)}, Origin("things")
        )
        graph.add_parts_of_speech("en", {f"w{n}": "NOUN VERB" for n in range(50)})
    return path


def damage_pages(path: Path, chance: random.Random) -> None:
    """Change single bytes, runs or whole pages behind the header, so that the file still opens."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    for _ in range(chance.choice((1, 2, 5, 20))):
        page = chance.randrange(1, len(content) // size) * size
        place = page + chance.choice((chance.randrange(12), chance.randrange(size)))
        kind = chance.randrange(4)
        if kind == 0:
            content[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            content[place : place + 8] = chance.randbytes(8)
        elif kind == 2:
            other = chance.randrange(1, len(content) // size) * size
            content[page : page + size] = content[other : other + size]
        else:
            content[place] = chance.choice((0, 1, 127, 128, 255))
    path.write_bytes(content)


def damage_values(path: Path, chance: random.Random) -> None:
    """Change values by SQL, as a tool of others or a bug of ours might: the file stays sound for SQLite."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints=ON")
    tables = [
        name
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "entry_search"))
    ]
    values = (None, "", "x", b"\xff\xfe", -1, 1 << 62, 1e308, 0.5, 3, "{", "[]", "\x1b[2J", "null", "é" * 3000)
    for _ in range(chance.choice((1, 3))):
        table = chance.choice(tables)
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        try:
            if chance.random() < 0.2:
                connection.execute(f'DELETE FROM "{table}" WHERE abs(random()) % 3 = 0')
            else:
                name = chance.choice(columns)
                cast = f"CAST(x'ff41fe' AS TEXT)" if chance.random() < 0.2 else "?"  # noqa: F541
                parameters = [] if cast != "?" else [chance.choice(values)]
                connection.execute(f'UPDATE "{table}" SET "{name}" = {cast} WHERE abs(random()) % 2 = 0', parameters)
        except sqlite3.Error:
            continue  # a rule of the table forbids it
    connection.close()


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    for file in whole.parent.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def attacked(commands: Commands, attacks: Attacks, place: Path, verb: str) -> End:
    outcome = commands.run("kg", *verb.split(), *([] if verb.startswith("diff") else ["--graph", "g.db"]), cwd=place)
    attacks.judge(outcome)
    return outcome.end


@pytest.mark.parametrize("damage", [damage_pages, damage_values])
def test_a_damaged_graph_is_read_or_told(damage: object, commands: Commands, attacks: Attacks, place: Path) -> None:
    assert callable(damage)
    for chance in attacks.rounds(6):
        shutil.copy(place / "whole.db", place / "g.db")
        damage(place / "g.db", chance)
        before = (place / "g.db").read_bytes()
        for verb in chance.sample(READING, 3):
            attacked(commands, attacks, place, verb)
        attacks.note((place / "g.db").read_bytes() == before, "reading changed the graph")
        verb = chance.choice(WRITING)
        if attacked(commands, attacks, place, verb) is not End.FINE and verb != "concepts --store":  # which found none
            attacks.note((place / "g.db").read_bytes() == before, "a write that failed changed the graph")


def test_bytes_of_any_kind_are_no_graph_or_told(commands: Commands, attacks: Attacks, place: Path) -> None:
    content = (place / "whole.db").read_bytes()
    for chance in attacks.rounds(8):
        (place / "g.db").write_bytes(mutated(content, chance))
        attacked(commands, attacks, place, chance.choice((*READING, *WRITING)))


def test_check_finds_what_reading_goes_past(commands: Commands, place: Path) -> None:
    shutil.copy(place / "whole.db", place / "g.db")
    connection = sqlite3.connect(place / "g.db")
    connection.execute("UPDATE meta SET value = CAST(x'ff' AS TEXT)")
    connection.commit()
    connection.close()
    assert commands.run("kg", "stats", "--graph", "g.db", cwd=place).end is End.FINE
    checked = commands.run("kg", "check", "--graph", "g.db", cwd=place)
    assert checked.end is End.ERROR
    assert re.search(r"the file is damaged \(meta holds text that is no UTF-8\); take it from a backup", checked.err)
    assert commands.run("kg", "check", "--graph", "whole.db", cwd=place).end is End.FINE
