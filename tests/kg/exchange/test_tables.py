"""Tables of edges (TSV) with languages of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Origin
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.graph import open_graph


def test_a_table_of_many_languages_comes_back_in_its_own(tmp_path: Path) -> None:
    table = "source_language\tsource\ttarget_language\ttarget\nen\tdog\teu\ttxakur\nfr\tchien\tde\tHund\n"
    (tmp_path / "all.tsv").write_text(table, "utf-8")
    with open_graph(tmp_path / "all.db", write=True) as graph:
        assert import_file(graph, tmp_path / "all.tsv").pairs == 2
        assert graph.pairs() == [("de", "fr", 1), ("en", "eu", 1)]
    with open_graph(tmp_path / "two.db", write=True) as graph:
        import_file(graph, tmp_path / "all.tsv", format="tsv", source="eu", target="en")
        assert graph.pairs() == [("en", "eu", 1)]
    with open_graph(tmp_path / "one.db", write=True) as graph:
        import_file(graph, tmp_path / "all.tsv", target="fra")
        assert graph.pairs() == [("de", "fr", 1)]
        with pytest.raises(FormatError, match="no edge between en and fr"):
            import_file(graph, tmp_path / "all.tsv", source="en", target="fr")
    seeds = read_dictionary(tmp_path / "all.tsv", "eu", "en")
    assert [tuple(pair[:2]) for pair in seeds] == [("txakur", "dog")]
    with pytest.raises(FormatError, match="no pair of words between en and fr"):
        read_dictionary(tmp_path / "all.tsv", "en", "fr")


def test_a_damaged_line_of_a_table_is_counted_by_its_reason(tmp_path: Path) -> None:
    names = ["source_language", "source", "relation", "target_language", "target", "weight", "evidence"]
    rows = [
        ["en", "dog", "translation", "fr", "chien", "0.5", '{"rank":1}'],
        ["en", "dog", "translation", "fr", "chien"],
        ["??", "dog", "translation", "fr", "chien", "1", ""],
        ["en", "dog", "friend", "fr", "chien", "1", ""],
        ["en", "dog", "translation", "fr", "chien", "2", ""],
        ["en", "dog", "translation", "fr", "chien", "1", "[1]"],
        ["en", "dog", "translation", "fr", "x" * 501, "1", ""],
        ["en", "", "translation", "fr", "chien", "1", ""],
    ]
    (tmp_path / "t.tsv").write_text("\n".join("\t".join(row) for row in [names, *rows, []]) + "\n", "utf-8")
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        added = import_file(graph, tmp_path / "t.tsv", anyway=True)
    assert (added.pairs, added.dropped) == (
        2,
        {
            "word of an unknown language": 1,
            "unknown relation": 1,
            "weight that is not a probability": 1,
            "evidence that is not a JSON object": 1,
            "longer than 500 characters": 1,
            "empty word": 1,
        },
    )


def test_a_concept_of_thousands_of_words_is_no_table_of_their_pairs(tmp_path: Path) -> None:
    large = {"en": [f"word {number}" for number in range(700)], "fr": [f"mot {number}" for number in range(700)]}
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add_concepts({"large": large, "small": {"en": ["dog"], "fr": ["chien"]}}, Origin("o"))
    with open_graph(tmp_path / "g.db") as graph:
        written = export_graph(graph, tmp_path / "g.tsv", "tsv")
        kept = export_graph(graph, tmp_path / "g.jsonl", "jsonl")
    assert written.edges == 1
    assert written.left_out == {"concept of more than 1,000 words, which jsonl, turtle and wn-lmf keep": 1}
    assert not kept.left_out
    with open_graph(tmp_path / "h.db", write=True) as graph:
        import_file(graph, tmp_path / "g.jsonl")
        assert len(graph.translate("word 3", "en", "fr", k=1000)) == 700
