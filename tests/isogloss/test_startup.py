"""What each verb loads: every import is paid for each time that the command is called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.sample import sample_dictionary, sample_folder, sample_vectors
from isogloss.kg.graph import open_graph
from isogloss.lexicons import build_lexicon

HEAVY = (
    "faiss", "fasttext", "matplotlib", "networkx", "numpy", "pandas", "psycopg", "pydantic", "requests", "rich",
    "scipy", "sqlalchemy", "torch", "transformers",
)  # fmt: skip
RUN = """
import json, sys
from isogloss.cli import main
sys.argv = ["isogloss", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
sys.stdout.flush()
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def loaded(script: str, *arguments: object) -> set[str]:
    """The modules that a process of its own has loaded at its end."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def bare() -> set[str]:
    """What Python itself loads, with the finders of this environment."""
    return loaded("import json, sys; print(json.dumps(sorted(sys.modules)))")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("startup") / "graph.db"
    with open_graph(path, write=True) as words:
        words.add(Dictionary.of("en", "fr", [("dog", "chien"), ("hound", "chien")], Origin("made", "CC0-1.0")))
        words.add(Dictionary.of("fr", "fi", [("chien", "koira"), ("chat", "kissa")], Origin("made", "CC0-1.0")))
    return path


# Arguments, what of HEAVY is loaded, and the most modules beyond those of Python itself: a fifth above what there is.
VERBS: dict[str, tuple[list[object], set[str], int]] = {
    "help": (["--help"], set(), 95),
    "help of a verb": (["kg", "translate", "--help"], set(), 109),
    "kg translate": (["kg", "translate", "dog", "--from", "en", "--to", "fi", "--graph"], set(), 150),
    "kg synonyms": (["kg", "synonyms", "dog", "--lang", "en", "--graph"], set(), 150),
    "kg lookup": (["kg", "lookup", "dog", "--lang", "en", "--graph"], set(), 150),
    "kg neighbors": (["kg", "neighbors", "dog", "--lang", "en", "--graph"], set(), 150),
    "kg path": (["kg", "path", "dog", "koira", "--from", "en", "--to", "fi", "--graph"], set(), 150),
    "kg languages": (["kg", "languages", "--graph"], set(), 150),
    "kg stats": (["kg", "stats", "--graph"], set(), 150),
    "data info": (["data", "info", sample_folder() / "en.safetensors"], {"numpy"}, 270),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_loads_what_it_needs_and_no_more(verb: str, bare: set[str], graph: Path) -> None:
    arguments, needed, most = VERBS[verb]
    new = loaded(RUN, *arguments, *([graph] if "--graph" in arguments else [])) - bare
    assert {name for name in HEAVY if name in new} == needed
    assert len(new) <= most


def test_a_lexicon_translates_known_words_without_torch(tmp_path: Path) -> None:
    vectors, seeds = (sample_vectors("en"), sample_vectors("fr")), sample_dictionary("en", "fr")
    build_lexicon(*vectors, seeds, method="procrustes", out=tmp_path / "en-fr")
    (tmp_path / "words.txt").write_text("water\n", "utf-8")
    new = loaded(RUN, "lexicon", "translate", tmp_path / "en-fr", "--words", tmp_path / "words.txt")
    assert {name for name in HEAVY if name in new} == {"numpy"}


def test_importing_isogloss_loads_two_modules(bare: set[str]) -> None:
    new = loaded("import isogloss, json, sys; print(json.dumps(sorted(sys.modules)))") - bare
    assert {name for name in new if name.startswith("isogloss")} == {"isogloss"}
    assert len(new) <= 30
