from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.errors import VocabularyError
from isogloss.project.file import read_project
from isogloss.project.new import project_text
from isogloss.project.steps import plan
from tests.conftest import Command


def test_a_new_project_has_what_the_catalogue_has(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "basque.toml"
    result = command("new", "en", "Basque", "--out", path)
    assert (result.status, f"then `isogloss run {path}`, which fetches wiki/en (up to 6 GB)" in result.err) == (0, True)
    assert "not made yet; to be fetched: up to 6 GB" in command("run", path, "--dry-run").out
    project = read_project(path).project
    assert {code: language.vectors for code, language in project.languages.items()} == {
        "en": "wiki/en",
        "eu": "wiki/eu",
    }
    assert [dictionary.file for dictionary in project.dictionaries] == ["cldr/en-eu", "apertium/eu-en"]
    steps = {step.name: step for step in plan(read_project(path))}
    assert steps["vectors:eu"].settings["from"] == "wiki/eu"
    assert set(steps["lexicon:en-eu"].uses) >= {"vectors:en", "vectors:eu", "dictionary:cldr-en-eu"}
    assert steps["lexicon:en-eu"].settings["target"]["licence"] == "CC-BY-SA-3.0"
    assert command("new", "en", "eu", "--out", path).status == 1  # it is there


def test_dictionaries_that_are_not_for_all_are_left_to_the_user(tmp_path: Path) -> None:
    text = project_text(["en", "fr"])
    assert '# file = "muse/en-fr"' in text
    (tmp_path / "isogloss.toml").write_text(text, "utf-8")
    assert not [
        dictionary for dictionary in read_project(tmp_path).project.dictionaries if dictionary.file.startswith("muse")
    ]


def test_few_and_unknown_languages_are_refused() -> None:
    with pytest.raises(VocabularyError, match=r"^found 1 language, expected two or more"):
        project_text(["en", "english"])
    with pytest.raises(VocabularyError, match="frnch"):
        project_text(["en", "frnch"])
    with pytest.raises(VocabularyError, match=r"^the sample has no eu vectors"):
        project_text(["en", "eu"], sample=True)


def test_many_languages_meet_in_a_hub(tmp_path: Path) -> None:
    (tmp_path / "isogloss.toml").write_text(project_text(["fr", "en", "fi", "ja", "sw"]), "utf-8")
    project = read_project(tmp_path).project
    assert project.lexicon_pairs() == [("en", "fr"), ("en", "fi"), ("en", "ja"), ("en", "sw")]
    assert ("fr", "sw") not in project.inferred_pairs()  # FreeDict has that pair


@pytest.mark.parametrize("languages", [["zh", "zh-Hant"], ["no", "nb"], ["zh-Hant", "ja"], ["en", "fr"]])
def test_a_new_project_can_be_read_and_has_its_own_languages_only(tmp_path: Path, languages: list[str]) -> None:
    (tmp_path / "isogloss.toml").write_text(project_text(languages), "utf-8")
    project = read_project(tmp_path).project
    assert list(project.languages) == languages
    pairs = [project.pair(dictionary.pair) for dictionary in project.dictionaries if dictionary.pair]
    assert all(set(pair) <= set(languages) and len(set(pair)) == 2 for pair in pairs)
    assert (project.lexicons is not None) == (len(project.with_vectors()) > 1)
