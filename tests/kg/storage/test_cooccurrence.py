from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import Graph, open_graph

AIR = [
    ("Luft", "air"),
    ("Luft", "play"),
    ("Luftdruck", "air pressure"),
    ("frische Luft", "Air that is fresh"),
    ("Fahrtluft", "airflow"),
    ("Duft", "scent"),
]


def counted(graph: Graph, src: str, dst: str) -> dict[tuple[str, str], int]:
    number = graph.language_number(src)
    rows = graph.store.rows(
        "SELECT s.lemma, t.lemma, translations FROM cooccurrence JOIN entry s ON s.id = src JOIN entry t ON t.id = dst "
        f"WHERE s.language = {number} AND t.language = {graph.language_number(dst)}"
    )
    return {(source, target): count for source, target, count in rows}


def made(path: Path, *parts: Iterable[tuple[str, str]], pair: tuple[str, str] = ("de", "en")) -> Path:
    for number, some in enumerate(parts):
        with open_graph(path, write=True) as graph:
            graph.add(Dictionary.of(*pair, list(some), Origin(f"part {number}", "1", "CC0-1.0", "dictionary")))
    return path


def test_words_are_counted_together_in_compounds_and_phrases_of_both_languages(tmp_path: Path) -> None:
    with open_graph(made(tmp_path / "g.db", AIR)) as graph:
        assert counted(graph, "de", "en") == {("Luft", "air"): 3}
        assert counted(graph, "en", "de") == {("air", "Luft"): 3}


def test_the_translation_that_compounds_share_goes_first(tmp_path: Path) -> None:
    rivals = [("Spiel", "play"), *((f"Spiel{letter}", f"play{letter}") for letter in "abc")]
    with open_graph(made(tmp_path / "g.db", [AIR[1], AIR[0], *AIR[2:], *rivals])) as graph:
        assert [*graph.translate("Luft", "de", "en").words] == ["air", "play"]
    with open_graph(made(tmp_path / "without.db", [AIR[1], AIR[0], *rivals])) as graph:
        assert [*graph.translate("Luft", "de", "en").words] == ["play", "air"]


def test_a_part_has_three_letters_or_is_a_character_of_chinese_or_japanese(tmp_path: Path) -> None:
    pairs = [("水", "water"), ("水道", "waterworks"), ("海水", "sea water"), ("of", "at"), ("offer", "attend")]
    with open_graph(made(tmp_path / "g.db", pairs, pair=("ja", "en"))) as graph:
        assert counted(graph, "ja", "en") == {("水", "water"): 2}


def test_english_verbs_are_found_in_others_without_their_to(tmp_path: Path) -> None:
    pairs = [("essen", "to eat"), ("Fressen", "eating"), ("aufessen", "eat up")]
    with open_graph(made(tmp_path / "g.db", pairs)) as graph:
        assert counted(graph, "de", "en") == {("essen", "to eat"): 2}


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_counts_and_probabilities_do_not_depend_on_the_order_of_imports(tmp_path: Path, cut: int) -> None:
    with open_graph(made(tmp_path / "whole.db", AIR, [])) as graph:
        whole, sure = counted(graph, "de", "en"), graph.store.rows("SELECT prior FROM edge ORDER BY src, dst")
    with open_graph(made(tmp_path / "parts.db", AIR[:cut], AIR[cut:])) as graph:
        assert counted(graph, "de", "en") == whole
        assert graph.store.rows("SELECT prior FROM edge ORDER BY src, dst") == sure


def test_what_a_removed_source_had_counts_no_more(tmp_path: Path) -> None:
    made(tmp_path / "g.db", AIR[:3], AIR[3:])
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.remove_source("part 1")
        assert counted(graph, "de", "en") == {("Luft", "air"): 1}
        graph.remove_source("part 0")
        assert graph.store.value("SELECT count(*) FROM cooccurrence") == 0


def test_a_long_explanation_is_not_taken_apart(tmp_path: Path) -> None:
    words = [f"wort{letter}" for letter in "abcdefghijk"]
    pairs = [*((word, word.upper() + "s") for word in words), (" ".join(words), " ".join(f"{word}s" for word in words))]
    with open_graph(made(tmp_path / "g.db", pairs)) as graph:
        assert not counted(graph, "de", "en")
