from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from isogloss.cli import main
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.communities import _grouped, _propagated, communities, store
from tests.conftest import Command

OPEN = Origin("open words", "CC0-1.0")
SHARED = Origin("shared words", "GPL-3.0-or-later")
PAGE = Path(__file__).parents[3] / "docs" / "inference.md"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two clear meanings in four languages, a French word that has both, and no English–Finnish dictionary."""
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as graph:
        graph.add(
            Dictionary.of("en", "fr", [("dog", "chien"), ("cat", "chat"), ("cat", "bête"), ("dog", "bête")], OPEN)
        )
        graph.add(Dictionary.of("en", "de", [("dog", "Hund"), ("cat", "Katze")], OPEN))
        graph.add(Dictionary.of("fr", "de", [("chien", "Hund"), ("chat", "Katze")], OPEN))
        graph.add(Dictionary.of("fr", "fi", [("chien", "koira"), ("chat", "kissa")], SHARED))
        graph.add(Dictionary.of("de", "fi", [("Hund", "koira"), ("Katze", "kissa")], OPEN))
    return path


def test_infer_prints_pair_score_licence_path_and_how_many(kg: Command) -> None:
    outcome = kg("infer", "--from", "en", "--to", "fi", "--method", "cycles", "--min-score", "0.5")
    assert outcome.rows == [
        ["dog", "koira", "0.8333", "GPL-3.0-or-later", "dog → chien (fr) → koira", "2"],
        ["cat", "kissa", "0.8333", "GPL-3.0-or-later", "cat → chat (fr) → kissa", "2"],
    ]
    assert "2 of 2 candidates" in outcome.err


def test_a_licence_limits_the_paths(kg: Command) -> None:
    outcome = kg(
        "infer", "--from", "en", "--to", "fi", "--method", "walk", "--min-score", 0, "--licence", "open", "--json"
    )
    assert {(pair["licence"], pair["evidence"]["path_count"]) for pair in outcome.json["pairs"]} == {("CC0-1.0", 1)}


def test_stored_pairs_explain_themselves(kg: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = ("--from", "en", "--to", "fi", "--method", "cycles", "--min-score", "0.5", "--report", report)
    assert kg("infer", *options, "--store").out == ""
    assert json.loads(report.read_text())["inferred"] == 2
    assert kg("infer", *options).status == 1, "a report is not overwritten without --force"
    (row,) = kg("translate", "dog", "--from", "en", "--to", "fi", "--explain").rows
    assert row[:3] == ["dog", "1", "koira"]
    assert "[inferred by cycles 0.83 over dog → chien (fr) → koira, dog → Hund (de) → koira]" in row[-1]
    (translation,) = kg("translate", "dog", "--from", "en", "--to", "fi", "--json", "--explain").json
    assert translation["paths"][0]["steps"][0]["claims"][0]["run"]["method"] == "infer cycles"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["infer", "--from", "en", "--to", "fi", "--method", "magic"], 2, ""),
        (["infer", "--from", "en", "--to", "fi"], 0, "by ensemble"),
        (["infer", "--from", "en", "--to", "sw"], 1, "has no words of sw"),
        (["infer", "--from", "en", "--to", "fi", "--method", "otic", "--min-score", "1"], 0, ""),
        (["infer", "--from", "en", "--to", "fr", "--method", "walk", "--min-score", "0.9"], 1, "nothing was inferred"),
        (["infer", "--from", "en", "--to", "fi", "--vectors"], 1, "no en word"),
        (["infer", "--from", "en", "--to", "fi", "--vectors", "--method", "walk"], 2, "only the ensemble"),
        (["concepts", "--min-size", "40"], 1, "no concept found"),
        (["infer", "--from", "en", "--to", "fi", "--graph", "absent.db", "--store"], 1, "no such graph"),
    ],
)
def test_the_exit_status_tells(kg: Command, arguments: list[str], status: int, message: str) -> None:
    outcome = kg(*arguments)
    assert (outcome.status, message in outcome.err) == (status, True)


def test_concepts_are_the_words_that_translate_each_other(kg: Command) -> None:
    concepts = kg("concepts", "--json").json
    assert [{member["word"] for member in concept["members"]} - {"bête"} for concept in concepts] in (
        [{"dog", "chien", "Hund", "koira"}, {"cat", "chat", "Katze", "kissa"}],
        [{"cat", "chat", "Katze", "kissa"}, {"dog", "chien", "Hund", "koira"}],
    )
    assert max(concept["cohesion"] for concept in concepts) == pytest.approx(5 / 6, abs=1e-4)


def test_stored_concepts_have_cohesion_and_take_the_place_of_old_ones(kg: Command, path: Path) -> None:
    assert kg("concepts", "--store").status == 0
    with open_graph(path) as graph:
        before = graph.concepts("dog", "en")
        assert len(before) == 1
        cohesion = graph.store.rows("SELECT cohesion FROM concept")
        assert cohesion
        assert all(0.5 < row[0] <= 1 for row in cohesion)
    with open_graph(path, write=True) as graph:
        detected = communities(graph, min_cohesion=0.3)
        assert store(graph, detected) == len(detected)
    with open_graph(path) as graph:
        assert graph.concepts("dog", "en") == before
        assert len(graph.store.rows("SELECT id FROM concept")) == len(detected)


def test_words_that_translate_each_other_are_grouped_by_either_method() -> None:
    source, target, count = np.array([0, 0, 1, 3, 3, 4, 2]), np.array([1, 2, 2, 4, 5, 5, 3]), 6
    strength = np.array([0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.05])
    for method in (_grouped, _propagated):
        groups = method(source, target, strength, count, 0).tolist()
        assert len({*groups[:3]}) == len({*groups[3:]}) == 1
        assert groups[0] != groups[3]


def test_every_verb_stands_in_the_docs() -> None:
    text = PAGE.read_text("utf-8")
    for verb in ("infer", "concepts", "check"):
        assert re.search(rf"isogloss kg {verb}\b", text)


def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs every block in order, in one folder; a command prints just what stands below it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_GRAPH", raising=False)
    listed = re.findall(r"^```(python|console)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert {kind for kind, _ in listed} == {"python", "console"}
    for kind, text in listed:
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), {})
            continue
        for part in text.split("$ ")[1:]:
            command, _, expected = part.partition("\n")
            monkeypatch.setattr(sys, "argv", shlex.split(command))
            capsys.readouterr()
            with pytest.raises(SystemExit) as left:
                main()
            assert (left.value.code or 0, capsys.readouterr().out) == (0, expected), command
