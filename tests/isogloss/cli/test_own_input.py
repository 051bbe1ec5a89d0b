"""No verb overwrites what it reads, with --force neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.errors import OutputError
from isogloss.data.storage import refuse_own_input, replacing_folder
from isogloss.data.vector_training import train_vectors
from isogloss.kg.graph import open_graph
from tests.conftest import Command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with open_graph(tmp_path / "g.db", write=True):
        pass
    for name in ("en.vec", "fr.vec", "seeds.tsv", "corpus.txt"):
        (tmp_path / name).write_text("dog chien\n", encoding="utf-8")
    (tmp_path / "link").symlink_to("corpus.txt")
    with replacing_folder(tmp_path / "lex") as part:
        (part / "lexicon.tsv").write_text("dog\tchien\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "data train corpus.txt --lang en --force --out corpus.txt",
        "data train corpus.txt --lang en --force --out link",
        "kg export ./g.db --format tsv --graph g.db --force",
        "kg export . --format stardict --from en --to fr --graph g.db --force",
        "kg infer --from en --to fr --graph g.db --force --report g.db",
        "kg stats --graph g.db --plot ../{here}/g.db",
        "kg merge g.db --graph g.db",
        "kg translate --words seeds.tsv --from en --to fr --graph g.db --failed g.db --force",
        "lexicon build en fr --source-vectors en.vec --target-vectors fr.vec --out fr.vec --force",
        "lexicon build en fr --source-vectors en.vec --target-vectors fr.vec --seeds lex/lexicon.tsv --out lex --force",
        "lexicon hub --vectors en=en.vec --vectors fr=fr.vec --dictionary en-fr=seeds.tsv --out fr.vec --force",
        "lexicon map lex --force --out lex/lexicon.tsv",
        "lexicon plot lex --force --out lex/lexicon.tsv",
        "lexicon evaluate lex --test seeds.tsv --plot seeds.tsv --force",
        "meta train --vectors en=en.vec --vectors fr=fr.vec --graph g.db --out g.db --force",
        "meta ranker adapt lex --source-lang en --target-lang fr --seeds seeds.tsv --out seeds.tsv --force",
        "meta adapt lex en fr --seeds seeds.tsv --out seeds.tsv --force",
        "meta tasks --graph g.db --affinity descriptor --figure g.db --force",
    ],
)
def test_an_output_that_is_an_input_is_refused(words: str, place: Path, command: Command) -> None:
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
    result = command(*words.format(here=place.name).split())
    assert result.status == 1
    assert "this command reads" in result.err or "is not overwritten" in result.err
    assert {file: file.read_bytes() for file in place.rglob("*") if file.is_file()} == before


def test_training_does_not_overwrite_its_corpus(place: Path) -> None:
    with pytest.raises(OutputError, match="is what this command reads"):
        train_vectors(place / "corpus.txt", "en", place / "corpus.txt", force=True)


def test_a_new_file_in_a_folder_that_is_read_is_written(place: Path) -> None:
    refuse_own_input(place / "lex" / "plot.svg", place / "lex")
    (place / "lex" / "plot.svg").touch()
    refuse_own_input(place / "lex" / "plot.svg", place / "lex")
    with pytest.raises(OutputError, match=r"is a part of .*lex, which this command reads"):
        refuse_own_input(place / "lex" / "lexicon.tsv", place / "lex")
    with pytest.raises(OutputError, match=r"lex holds .*lexicon\.tsv, which this command reads"):
        refuse_own_input(place / "lex", place / "lex" / "lexicon.tsv")
