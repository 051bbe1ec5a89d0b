"""One dictionary in two packages is one voice; turned round, or a small one in a large one, are two voices."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.correcting import corrected
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.translation_links import TranslationLinks
from tests.conftest import Command

ONCE = "dictionary as TEI"


def pairs(numbers: Iterable[int]) -> list[tuple[str, str]]:
    return [(f"word{number}", f"mot{number}") for number in numbers]


def imported(path: Path, *dictionaries: Dictionary) -> None:
    """Each in a session of its own, as by ``kg import``."""
    for dictionary in dictionaries:
        with open_graph(path, write=True) as graph:
            graph.add(dictionary)


def score(path: Path) -> float:
    with open_graph(path) as graph:
        return graph.translate("word7", "en", "fr")[0].score


def voices(path: Path) -> int:
    with open_graph(path) as graph:
        return int(TranslationLinks.of(graph.store).all_languages().source_count.max())


@pytest.fixture
def once(tmp_path: Path) -> Path:
    path = tmp_path / "once.db"
    imported(path, Dictionary.of("en", "fr", pairs(range(200)), Origin(ONCE)))
    return path


def test_a_second_package_of_a_dictionary_adds_no_voice(once: Path, command: Command) -> None:
    before = score(once)
    again = Dictionary.of("en", "fr", pairs(range(3, 200)), Origin("the same as dictd"))
    imported(once, again)
    assert voices(once) == 1
    assert score(once) == before
    said = command("kg", "stats", "--graph", once).err
    assert "the same as dictd has nearly the translations of dictionary as TEI: both count as one source" in said


def test_a_dictionary_that_is_turned_round_is_a_second_voice(once: Path) -> None:
    imported(once, Dictionary.of("en", "fr", pairs(range(200)), Origin("turned")).reversed())
    assert voices(once) == 2


def test_copies_that_come_together_are_one(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        for name in ("a", "b", "c"):
            graph.add(Dictionary.of("en", "fr", pairs(range(200)), Origin(name)))
    assert voices(tmp_path / "g.db") == 1


@pytest.mark.parametrize(
    "others", [range(30, 230), range(5, 110)], ids=["a seventh differs", "too few for the larger one"]
)
def test_other_dictionaries_are_voices_of_their_own(once: Path, others: range) -> None:
    if len(others) < 200:
        imported(once, Dictionary.of("en", "fr", pairs(range(200, 300)), Origin(ONCE)))
    before = score(once)
    imported(once, Dictionary.of("en", "fr", [*pairs([7]), *pairs(others)], Origin("other")))
    assert voices(once) == 2
    assert score(once) > before


def test_a_copy_that_is_removed_leaves_its_number_to_a_voice_of_its_own(once: Path) -> None:
    imported(once, Dictionary.of("en", "fr", pairs(range(200)), Origin("copy")))
    corrected(once, lambda graph: graph.remove_source("copy"))
    imported(once, Dictionary.of("en", "fr", pairs(range(30, 230)), Origin("other")))
    assert voices(once) == 2
