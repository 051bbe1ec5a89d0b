"""The session that the documentation promises, as a script and as a notebook."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import isogloss as ig
from tests.lexicon.conftest import kept

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
WORDS = 1500  # of each language: enough to learn from, and quick
FEW = 1000  # where anything will do
QUICK = ig.PriorSettings(counts=(25,), words=500, rounds=4, ranked=25, vocabulary=600, steps=10, third=False)

TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>
<titleStmt><title>Small English-French</title></titleStmt>
<publicationStmt><availability><licence>CC0-1.0</licence></availability></publicationStmt></fileDesc></teiHeader><text><body>
<entry><form><orth>cat</orth></form><sense><cit type="trans"><quote>chat</quote></cit></sense></entry>
<entry><form><orth>house</orth></form><sense><cit type="trans"><quote>maison</quote></cit></sense></entry>
</body></text></TEI>
"""


@pytest.fixture(scope="module")
def lexicon() -> ig.Lexicon:
    train, _ = ig.sample_dictionary("en", "fr").split(0.25, seed=0)
    en, fr = (ig.sample_vectors(code).first(FEW) for code in ("en", "fr"))
    return ig.build_lexicon(en, fr, train, method="procrustes", extra={}, min_probability=0.0)


def test_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for code in ("en", "fr"):
        ig.write_vectors(ig.sample_vectors(code).first(WORDS), f"{code}.vec")
    lines = (f"{pair.source}\t{pair.target}\n" for pair in ig.sample_dictionary("en", "fr"))
    Path("en-fr.txt").write_text("".join(lines), "utf-8")

    en, fr = ig.read_vectors("en.vec", "en"), ig.read_vectors("fr.vec", "fr")
    assert en["water"].shape == (100,)
    assert "water" in en
    assert len(en.most_similar("water")) == 10

    known = ig.read_dictionary("en-fr.txt", "en", "fr")
    assert "bread" in known
    assert known["bread"] == ("pain",)
    train, test = known.split(0.25, seed=0)

    lexicon = ig.build_lexicon(en, fr, train, method="auto", device="cpu", extra={})
    assert lexicon.translate("water", k=3)[0].word == "eau"
    assert [translation.rank for translation in lexicon.translate("water", k=3)] == [1, 2, 3]
    assert set(lexicon.translate(["bread", "water"])) == {"bread", "water"}
    assert lexicon.translate("eau", k=1, reverse=True).words == ("water",)
    assert lexicon.evaluate(test).scores["muse"].precision_at_1 > 0.4
    table = lexicon.to_pandas()
    assert list(table.columns)[:4] == ["source", "target", "score", "probability"]
    assert len(table) == len(lexicon)
    lexicon.save("en-fr")
    opened = ig.open_lexicon("en-fr")
    assert opened.translate("water", k=3) == lexicon.translate("water", k=3)
    assert opened.entries.source == lexicon.entries.source
    assert opened.precision == lexicon.precision

    Path("eng-fra.tei").write_text(TEI, "utf-8")
    fi, ja = ig.sample_vectors("fi").first(WORDS), ig.sample_vectors("ja")
    with ig.open_graph("w.db", write=True) as graph:
        graph.add(lexicon)
        assert graph.import_file("eng-fra.tei", "en", "fr").pairs == 2
        graph.add_concepts(ig.sample_concepts(), ig.SAMPLE_ORIGIN)
        for code in ("fi", "fr"):
            graph.add(ig.sample_dictionary("en", code))
    graph = ig.open_graph("w.db")
    assert graph.translate("chat", "fr", "fi")[0].word == "kissa"
    assert {source.name for source in graph.sources()} >= {"induced en-fr", "Small English-French"}
    assert graph.infer("fr", "fi", method="otic").candidates >= 0
    assert "fr:chat" in graph.subgraph("chat", "fr").nodes

    model = ig.meta_train([en, fr, fi], graph, hold_out="ja", settings=QUICK)
    assert "ja" not in model.languages
    whole = ig.sample_vectors("en")
    japanese = ig.sample_dictionary("en", "ja").lowercased().within(whole, ja)
    seeds = [(pair.source, pair.target) for pair in japanese]
    english, other = kept(whole, set(japanese.by_source)), kept(ja, set(japanese.reversed().by_source))
    new = ig.build_lexicon(english, other, seeds, prior=model, extra={})
    assert new.report["prior"] == model.name
    graph.close()


def test_the_notebook_runs(tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(shutil.copy(NOTEBOOK, tmp_path), as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    tables = [output for output in shown if "text/html" in output.get("data", {})]
    assert len(tables) >= 5
    assert not [output for output in shown if output.output_type == "error"]


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = pytest.importorskip("nbformat").read(NOTEBOOK, as_version=4).cells
    assert not [cell for cell in cells if cell.get("outputs")]


def test_vectors_come_as_people_hold_them(lexicon: ig.Lexicon, tmp_path: Path) -> None:
    en, fr = (ig.sample_vectors(code).first(FEW) for code in ("en", "fr"))
    keyed = SimpleNamespace(index_to_key=list(en.words), vectors=en.matrix)
    train, _ = ig.sample_dictionary("en", "fr").split(0.25, seed=0)
    pairs = [(pair.source, pair.target) for pair in train]
    arrays = fr.words, np.array(fr.matrix)
    built = ig.build_lexicon(
        keyed, arrays, pairs, languages=("en", "fr"), method="procrustes", extra={}, min_probability=0.0
    )
    assert built.entries.target == lexicon.entries.target
    built.save(tmp_path / "en-fr")
    assert ig.open_lexicon(tmp_path / "en-fr").translate("water", 1) == built.translate("water", 1)
    assert ig.open_lexicon(tmp_path / "en-fr", source_vectors=en).translate("water", 1)[0].word == "eau"


def test_a_graph_takes_a_lexicon_with_the_run_that_built_it(lexicon: ig.Lexicon, tmp_path: Path) -> None:
    with ig.open_graph(tmp_path / "w.db", write=True) as graph:
        assert graph.add(lexicon).pairs == len(lexicon)
    with ig.open_graph(tmp_path / "w.db") as graph:
        (path, *_) = graph.translate("water", "en", "fr", k=1)[0].evidence
        run = path.steps[0].claims[0].run
        assert (run.method, run.settings["method"]) == ("lexicon build", "procrustes")
        exported = graph.export_file(tmp_path / "w.tsv", "tsv", source="en", target="fr")
        assert exported.edges == len(lexicon)


def test_an_opened_lexicon_can_be_saved_elsewhere(lexicon: ig.Lexicon, tmp_path: Path) -> None:
    lexicon.save(tmp_path / "en-fr")
    opened = ig.open_lexicon(tmp_path / "en-fr")
    opened.save(tmp_path / "again")
    again = ig.open_lexicon(tmp_path / "again")
    assert list(again.entries) == list(opened.entries)
    assert again.translate("water", k=3) == lexicon.translate("water", k=3)
    with pytest.raises(ig.IsoglossError, match="exists"):
        again.save(tmp_path / "en-fr")
    with pytest.raises(ig.IsoglossError, match="opened from there"):
        again.save(tmp_path / "again", force=True)
    again.save(tmp_path / "en-fr", force=True)
    assert ig.open_lexicon(tmp_path / "en-fr").translate("water", 1) == lexicon.translate("water", 1)


def test_results_show_in_one_line_and_as_a_table(lexicon: ig.Lexicon, tmp_path: Path) -> None:
    with ig.open_graph(tmp_path / "w.db", write=True) as graph:
        graph.add(ig.sample_dictionary("en", "fr"))
        graph.add(ig.sample_dictionary("fr", "fi"))
    with ig.open_graph(tmp_path / "w.db") as graph:
        results: list[Any] = [
            ig.sample_vectors("en"),
            ig.sample_dictionary("en", "fr"),
            lexicon,
            lexicon.translate("water", 3),
            lexicon.evaluate(ig.sample_dictionary("en", "fr")),
            graph,
            graph.translate("dog", "en", "fr"),
            graph.infer("en", "fi", method="otic"),
        ]
        for result in results:
            assert "\n" not in repr(result), type(result)
            assert len(repr(result)) < 400, type(result)
            assert re.match(r"<table><caption>", result._repr_html_()), type(result)


def test_words_in_a_table_are_escaped() -> None:
    shown = ig.Translations("<b>", [ig.Translation("<b>", "<script>", "en", 1, 0.5)])._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_wrong_option_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ig.IsoglossError, match="expected auto or one of"):
        ig.build_lexicon("absent.vec", "absent.vec", method="musee", languages=("en", "fr"))


def test_progress_is_silent_where_nobody_looks() -> None:
    with contextlib.redirect_stderr(io.StringIO()) as printed:
        assert list(ig.progress_bar([1, 2, 3], "Counting")) == [1, 2, 3]
    assert printed.getvalue() == ""
