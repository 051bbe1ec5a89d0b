from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

import pytest

from isogloss.data.errors import FormatError
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.project.file import line_of, read_project
from isogloss.project.model import Lexicons

LANGUAGES = '[languages.en]\nvectors = "en.vec"\n[languages.fr]\nvectors = "fr.vec"\n[languages.sr-Latn]\n'


def project(folder: Path, text: str) -> Path:
    path = folder / "isogloss.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("seed = -1\n" + LANGUAGES, 1, "seed = -1, expected greater than or equal to 0"),
        (LANGUAGES + "[lexicons]\nefort = 'quick'\n", 7, "unknown name lexicons.efort, expected effort"),
        ("graph = ['http://me:pw@host/db']\n" + LANGUAGES, 1, "graph = ['http://me:***@host/db'], expected a string"),
        ("graph = 'en.vec'\n" + LANGUAGES, 1, "graph = 'en.vec', which the project reads, expected a file of its own"),
        ("graph = '.'\n" + LANGUAGES, 1, "graph = '.', which is a folder, expected a file for the graph"),
        ("results = 'isogloss.toml'\n" + LANGUAGES, 1, "which is a file, expected a folder for the results"),
        (LANGUAGES + "[lexicons]\nmethod = 'nosuch'\n", 7, "lexicons.method = 'nosuch', expected 'auto'"),
        ("graph = ''\n" + LANGUAGES, 1, "graph = '', expected a text that is not empty"),
        ("results = ''\n" + LANGUAGES, 1, "results = '', expected a text that is not empty"),
        (LANGUAGES + "[lexicons]\nmin_precision = 0.8\nmin_probability = 0.5\n", 8, "expected one of them"),
        (LANGUAGES + "[lexicons]\npairs = 3\n", 7, "lexicons.pairs = 3, expected a string or a list"),
        (LANGUAGES + "[lexicons]\npairs = ['en-fr', 3]\n", 7, "lexicons.pairs = 3, expected a string"),
        (LANGUAGES + "[lexicons]\nevidence = 1\n", 7, "lexicons.evidence = 1, expected true or false"),
        (LANGUAGES + "[meta]\ntrain = 1\n", 7, "meta.train = 1, expected a table"),
        (LANGUAGES + "[inference]\npairs = 'all'\n", 7, "inference.pairs = 'all', expected 'missing' or a list"),
        ("languages = {}\n", 1, "languages = {}, expected one or more"),
        (LANGUAGES + "[lexicon]\n", 6, "unknown name lexicon, expected lexicons"),
        ("[languages.en]\nvectors = 'a'\nmax_vocab = '3'\n", 3, "languages.en.max_vocab = '3', expected an integer"),
        ("[languages.english1]\n", 1, "'english1'"),
        (LANGUAGES + "[[dictionaries]]\nfile = 'a'\n[[dictionaries]]\npair = 'en-fr'\n", 8, "no dictionaries.file"),
        (LANGUAGES + "[[dictionaries]]\nfile = 'a'\npair = 'en'\n", 8, "'en', expected two languages, such as en-fr"),
        (LANGUAGES + "[[dictionaries]]\nfile = 'muse'\n", 6, "no pair"),
        (LANGUAGES + "[lexicons]\npairs = 'hub:de'\n", 7, "'hub:de', expected hub: and one of en, fr"),
        (LANGUAGES + "[lexicons]\npairs = [\n  'en-fr',\n  'en-sr-Latn',\n]\n", 7, "with vectors"),
        (LANGUAGES + "[meta.train]\nhold_out = ['fr']\n", 6, "no dictionary to draw tasks from"),
        (
            LANGUAGES + "[[dictionaries]]\nfile='a'\n[meta.train]\nhold_out = ['de']\n",
            9,
            "language de, expected one of",
        ),
        ("[languages.en]\nvectors = 'wiki/xx'\n", 2, "'wiki/xx', expected a source of the catalogue"),
        ("[languages.en]\n[lexicons]\n", 2, "fewer than two languages with vectors"),
    ],
)
def test_an_error_names_its_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    path = project(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_project(path)
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{path}:{line}: ")
    assert message in first


def test_all_errors_are_told_in_the_order_of_their_lines(tmp_path: Path) -> None:
    path = project(tmp_path, "colour = 1\nseed = 'x'\n" + LANGUAGES)
    with pytest.raises(FormatError) as caught:
        read_project(path)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["1", "2"]


def test_broken_toml_and_no_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"at line 2.* expected TOML"):
        read_project(project(tmp_path, "[languages.en]\nvectors = \n"))
    with pytest.raises(FormatError, match=r"no project file .*`isogloss new en fr` writes one"):
        read_project(tmp_path / "other.toml")


def test_a_pipe_is_no_project_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "isogloss.toml")
    with pytest.raises(FormatError, match="a device, a pipe or a folder, expected a project file"):
        read_project(tmp_path)


def test_a_line_is_that_of_the_statement_also_of_several_lines() -> None:
    text = "# first\na = [\n  1,\n  2,\n]\n\n[b]\nc = 1\n"
    assert line_of(text, ("a", 1)) == 2
    assert line_of(text, ("b", "c")) == 8
    assert line_of(text, ("b", "missing")) == 7  # the table that it is missing in
    assert line_of(text, ("missing",)) is None


def test_pairs_are_those_that_are_asked_for(tmp_path: Path) -> None:
    languages = LANGUAGES + "vectors = 'sr.vec'\n"

    def pairs(text: str) -> list[str]:
        return ["-".join(pair) for pair in read_project(project(tmp_path, languages + text)).project.lexicon_pairs()]

    assert pairs("") == []
    assert pairs("[lexicons]\n") == ["en-fr", "en-sr-Latn", "fr-sr-Latn"]
    assert pairs("[lexicons]\npairs = 'hub:fr'\n") == ["fr-en", "fr-sr-Latn"]
    assert pairs("[lexicons]\npairs = ['sr-Latn-en', 'sr-Latn-en']\n") == ["sr-Latn-en"]


def test_missing_are_the_pairs_that_nothing_joins(tmp_path: Path) -> None:
    text = LANGUAGES + "[[dictionaries]]\nfile = 'a'\npair = 'sr-Latn-en'\n[lexicons]\n[inference]\n"
    inferred = read_project(project(tmp_path, text)).project.inferred_pairs()
    assert inferred == [("fr", "sr-Latn")]


def test_methods_are_those_of_lexicon_build() -> None:
    assert set(get_args(Lexicons.model_fields["method"].annotation)) == {"auto", *METHODS}
