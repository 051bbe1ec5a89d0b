from __future__ import annotations

import gzip
import json
from pathlib import Path

import networkx
import pytest

from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.errors import FormatError, IsoglossError, OutputError, VocabularyError
from isogloss.data.reading import read_dictionary
from isogloss.kg.exchange.exporting import WordSubgraph, export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import open_graph
from isogloss.kg.storage.loading import AboutConcept
from isogloss.kg.storage.run import Run
from tests.kg.conftest import INDUCED, OPEN


def test_tables_hold_every_edge_once_with_its_source_and_licence(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        written = export_graph(graph, tmp_path / "out.tsv", "tsv")
    rows = [line.split("\t")[:8] for line in (tmp_path / "out.tsv").read_text("utf-8").splitlines()]
    assert written.edges == len(rows) - 1 == 11
    assert ["fr", "chien", "translation", "ja", "犬", "0.8", "shared words", "GPL-3.0-or-later"] in rows
    assert ["en", "dog", "translation", "fr", "chien", "1", "open words", "CC0-1.0"] in rows


def test_a_table_of_two_languages_is_read_back_in_the_direction_asked_for(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "out.tsv", "tsv", Selection("ja", "fr", min_weight=0.85))
    back = read_dictionary(tmp_path / "out.tsv", "ja", "fr")
    assert {(p.source, p.target, p.weight) for p in back} == {
        ("猫", "chat", 0.9),
        ("岸", "rive", 1.0),
        ("銀行", "banque", 1.0),
    }


def test_muse_files_have_the_surest_translation_of_a_word_first_and_no_phrases(path: Path, tmp_path: Path) -> None:
    with open_graph(path, write=True) as graph:
        pairs = (Pair("dog", "toutou", 0.4), Pair("dog", "le chien", 1.0), Pair("shore", "côte", 0.9))
        graph.add(Dictionary("en", "fr", pairs, OPEN))
        written = export_graph(graph, tmp_path / "out.txt", "muse", Selection("en", "fr"))
    assert (tmp_path / "out.txt").read_text("utf-8").splitlines() == [
        "bank banque",
        "bank rive",
        "cat chat",
        "dog chien",
        "dog toutou",
        "shore rive",
        "shore côte",
    ]
    assert written.left_out == {"phrase, which MUSE cannot write": 1}
    assert "\n7\tCC0-1.0\topen" in written.attribution.read_text("utf-8")


def test_muse_needs_two_languages(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph, pytest.raises(OutputError, match="name them with --from and --to"):
        export_graph(graph, tmp_path / "out.txt", "muse")
    assert list(tmp_path.glob("out*")) == []


def test_graphml_is_read_by_networkx(path: Path, tmp_path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [('<&"\x01\ufffe>', "a\tb")], OPEN))
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "all.graphml", "graphml")
        export_graph(graph, tmp_path / "near.graphml", "graphml", around=WordSubgraph("dog", "en", hops=2))
        export_graph(
            graph,
            tmp_path / "open.graphml",
            "graphml",
            Selection(licences=["open"]),
            around=WordSubgraph("dog", "en", hops=2),
        )
    everything, near, free = (networkx.read_graphml(tmp_path / f"{name}.graphml") for name in ("all", "near", "open"))
    assert everything.number_of_edges() == 12
    assert '<&"\ufffd\ufffd>' in {facts["word"] for _, facts in everything.nodes(data=True)}
    assert {facts["word"] for _, facts in near.nodes(data=True)} == {"dog", "chien", "koira", "犬"}
    assert {facts["word"] for _, facts in free.nodes(data=True)} == {"dog", "chien", "koira"}
    assert {facts["licence"] for *_, facts in free.edges(data=True)} == {"CC0-1.0"}


def test_a_large_graphml_file_is_written_only_by_force(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        with pytest.raises(OutputError, match="11 edges are more than the 10 that programs open as GraphML"):
            export_graph(graph, tmp_path / "out.graphml", "graphml", max_drawn=10)
        export_graph(graph, tmp_path / "small.graphml", "graphml", Selection("fr", "ja"), max_drawn=10)
        assert export_graph(graph, tmp_path / "out.graphml", "graphml", max_drawn=10, force=True).edges == 11


def test_an_export_names_its_sources_and_licences_beside_it(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        everything = export_graph(graph, tmp_path / "all.jsonl", "jsonl")
        free = export_graph(graph, tmp_path / "free.jsonl", "jsonl", Selection(licences=["open"]))
    assert everything.attribution.name == "all.jsonl.ATTRIBUTION.txt"
    attribution = everything.attribution.read_text("utf-8")
    assert "Strictest licence in it: GPL-3.0-or-later\n" in attribution
    assert "7\tCC0-1.0\topen\tdictionary\topen words\thttps://example.org/open\n" in attribution
    assert "4\tGPL-3.0-or-later\tsharealike\tdictionary\tshared words" in attribution
    attribution = free.attribution.read_text("utf-8")
    assert "Strictest licence in it: CC0-1.0\n" in attribution
    assert "shared words" not in attribution
    assert "犬" not in (tmp_path / "free.jsonl").read_text("utf-8")


def test_nothing_is_overwritten_without_force(path: Path, tmp_path: Path) -> None:
    (tmp_path / "out.tsv").write_text("mine")
    (tmp_path / "two.tsv.ATTRIBUTION.txt").write_text("mine")
    with open_graph(path) as graph:
        for name in ("out.tsv", "two.tsv"):
            with pytest.raises(OutputError, match="--force"):
                export_graph(graph, tmp_path / name, "tsv")
        assert not (tmp_path / "two.tsv").exists()
        export_graph(graph, tmp_path / "out.tsv", "tsv", force=True)
        with pytest.raises(OutputError, match="format 'xls' is unknown, expected one of gexf, graphml"):
            export_graph(graph, tmp_path / "out.xls", "xls")
        with pytest.raises(VocabularyError, match="no words of sw"):
            export_graph(graph, tmp_path / "sw.tsv", "tsv", Selection("sw"))
    assert (tmp_path / "out.tsv").read_text("utf-8").startswith("source_language")


def test_jsonl_keeps_concepts_runs_and_evidence(path: Path, tmp_path: Path) -> None:
    run = Run("csls", {"k": 10}, 7, "0.1.0", "2026-01-01")
    with open_graph(path, write=True) as graph:
        graph.add_concepts(
            {"🏠": {"en": ["house", "home"], "sw": ["nyumba"]}, "🐕": {"en": "dog", "eu": "zakur"}}, OPEN
        )
        graph.add(Dictionary("en", "es", (Pair("dog", "perro", 0.7, {"rank": 1}),), INDUCED), run=run)
        graph.add(Dictionary("es", "en", (Pair("perro", "dog", 0.7, {"rank": 2}),), INDUCED), run=run)
        graph.add(Dictionary.of("en", "en", [("animal", "dog")], OPEN), relation="hyponym")
        export_graph(graph, tmp_path / "all.jsonl", "jsonl")
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        added = import_file(copy, tmp_path / "all.jsonl")
        assert added.dropped == {}
    with open_graph(tmp_path / "copy.db") as copy, open_graph(path) as graph:
        assert copy.concepts("nyumba", "sw") == graph.concepts("nyumba", "sw")
        assert copy.pairs() == graph.pairs()
        assert copy.stats().relations == graph.stats().relations
        assert copy.neighbors("animal", "en") == graph.neighbors("animal", "en")
        for translation in (copy.translate("dog", "en", "es"), graph.translate("dog", "en", "es")):
            (claim,) = translation[0].evidence[0].steps[0].claims
            assert (claim.run, claim.evidence, claim.weight) == (run, {"rank": 1}, 0.7)
        (claim,) = copy.translate("perro", "es", "en")[0].evidence[0].steps[0].claims
        assert claim.evidence == {"rank": 2}


def test_jsonl_keeps_what_is_known_of_words_and_concepts(path: Path, tmp_path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_members("en", ["i1", "i1"], ["dog", "hound"], OPEN, [1.0, 0.25])
        graph.describe_concepts({"i1": AboutConcept("NOUN", "a domestic animal", 0.5)}, OPEN)
        graph.add(Dictionary.of("en", "fr", [("dog", "chien"), ("hound", "chien")], OPEN))
        graph.add_parts_of_speech("en", {"dog": "VERB NOUN"})
        graph.add_parts_of_speech("fr", {"chien": "NOUN"})
        graph.add_frequency_ranks("en", {"dog": 812})
    with open_graph(path) as graph, open_graph(tmp_path / "copy.db", write=True) as copy:
        export_graph(graph, tmp_path / "all.jsonl", "jsonl")
        import_file(copy, tmp_path / "all.jsonl")
        export_graph(graph, tmp_path / "fi.jsonl", "jsonl", Selection("en", "fi"))
    with open_graph(tmp_path / "copy.db") as copy:
        assert [(word.pos, word.freq_rank) for word in copy.lookup("dog", "en")] == [("NOUN VERB", 812)]
        assert copy.lookup("chien", "fr")[0].pos == "NOUN"
        described = copy.store.rows("SELECT key, pos, definition, cohesion FROM concept")
        assert described == [("i1", "NOUN", "a domestic animal", 0.5)]
        assert copy.store.rows("SELECT weight FROM concept_member ORDER BY weight") == [(0.25,), (1.0,)]
    lines = map(json.loads, (tmp_path / "fi.jsonl").read_text("utf-8").splitlines())
    words = [line["word"] for line in lines if "word" in line]
    assert words == [["en", "dog"]]


def test_jsonl_of_two_languages_leaves_the_others_out(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "out.jsonl", "jsonl", Selection("ja", "fr"))
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        import_file(copy, tmp_path / "out.jsonl")
        assert copy.pairs() == [("fr", "ja", 4)]


HEAD = '{"isogloss": "graph", "version": 2}\n'
SOURCE = '{"source": 1, "name": "a", "licence": "", "kind": "user", "url": "", "quality": 1}\n'
EDGE = '{"edge": ["en", "dog", "translation", "fr", "chien"], "weight": %s, "by": 1}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: an empty file"),
        ("dog chien\n", ":1: broken JSON"),
        ("[]\n", ":1: a file that is not a graph"),
        ('{"edge": []}\n', ":1: a file that is not a graph"),
        ('{"isogloss": "graph", "version": 3}\n', ":1: version 3, expected version 2 or older; update isogloss"),
        (HEAD + "{}\n", ":2: a line of kind 'nothing', expected one of source, run, edge, concept, word"),
        (HEAD + SOURCE + EDGE % "NaN", ":3: broken JSON"),
        (HEAD + SOURCE + EDGE % "1.5", ":3: an invalid 'edge' .*weight is 1.5"),
        (HEAD + SOURCE + EDGE % '"much"', ":3: an invalid 'edge'"),
        (HEAD + EDGE % "1", ":2: .*no line before describes source 1"),
        (HEAD + SOURCE + '{"edge": ["en", "dog"], "weight": 1, "by": 1}\n', ":3: an invalid 'edge'"),
        (
            HEAD + SOURCE + '{"edge": ["en", 1, "translation", "fr", "x"], "weight": 1, "by": 1}\n',
            "1 in place of a string",
        ),
        (HEAD + SOURCE + '{"edge": ["??", "a", "translation", "fr", "x"], "weight": 1, "by": 1}\n', r"language '\?\?'"),
        (HEAD + SOURCE + '{"edge": ["en", "a", "friend", "fr", "x"], "weight": 1, "by": 1}\n', "relation 'friend'"),
        (HEAD + SOURCE + '{"concept": "x", "by": 1, "members": ["en"]}\n', ":3: an invalid 'concept'"),
        (HEAD + SOURCE + '{"concept": "x", "by": 1, "members": [["en", "a", 2]]}\n', ":3: .*weight is 2.0"),
        (HEAD + SOURCE + '{"concept": "x", "by": 1, "members": [], "pos": 1}\n', "1 in place of a string"),
        (HEAD + '{"word": ["en"], "pos": "NOUN"}\n', ":2: an invalid 'word'"),
        (HEAD + '{"word": ["en", "a"], "rank": -1}\n', ":2: an invalid 'word' .*rank is -1"),
        (HEAD + SOURCE + '{"edge": "' + "x" * 10_000_000 + '"}\n', ":3: a line longer than a megabyte"),
        (HEAD + SOURCE.replace('"quality": 1', '"quality": 2'), ":2: an invalid 'source'"),
    ],
)
def test_a_broken_export_is_refused_with_its_line_and_changes_nothing(
    path: Path, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "in.jsonl").write_text(text, "utf-8")
    before = path.read_bytes()
    with pytest.raises(FormatError, match=message), open_graph(path, write=True) as graph:
        import_file(graph, tmp_path / "in.jsonl", format="jsonl")
    assert path.read_bytes() == before


def test_bytes_that_are_no_utf8_are_refused_in_jsonl(path: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(HEAD.encode() + b'{"source": 1, "name": "\xff"}\n')
    with pytest.raises(FormatError, match=":2: broken JSON"), open_graph(path, write=True) as graph:
        import_file(graph, tmp_path / "in.jsonl")


def test_a_compressed_file_cut_short_is_refused(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "out.jsonl", "jsonl")
    whole = gzip.compress((tmp_path / "out.jsonl").read_bytes())
    (tmp_path / "whole.jsonl.gz").write_bytes(whole)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-20])
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        assert import_file(copy, tmp_path / "whole.jsonl.gz").pairs == 11
    with pytest.raises(FormatError, match="cut-off compressed data"), open_graph(path, write=True) as graph:
        import_file(graph, tmp_path / "cut.jsonl.gz", format="jsonl")


HEADER = b"source\ttarget\tweight\n"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\xfd\n", b"one\n", HEADER + b"a\tb\tnan\n", HEADER + b"a\tb\t1.5\n", b"x" * 10_000_000]
)
def test_a_dictionary_without_a_sound_pair_is_refused_and_changes_nothing(
    path: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "in.tsv").write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(FormatError, match=r"in\.tsv"), open_graph(path, write=True) as graph:
        import_file(graph, tmp_path / "in.tsv", source="en", target="fr")
    assert path.read_bytes() == before


def test_dirty_lines_of_a_dictionary_are_left_out_and_counted(path: Path, tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_bytes(b"tree\tarbre\t0.5\nlonely\n\xff\tx\na\tb\tnan\na\tb\t1.5\n")
    with open_graph(path, write=True) as graph:
        added = import_file(
            graph, tmp_path / "in.tsv", source="en", target="fr", name="trees", licence="MIT", anyway=True
        )
        assert added.pairs == 1
        assert sum(added.dropped.values()) == 4
    with open_graph(path) as graph:
        (claim,) = graph.translate("tree", "en", "fr")[0].evidence[0].steps[0].claims
    assert (claim.source.name, claim.source.licence, claim.weight) == ("trees", "MIT", 0.5)


def test_a_dictionary_needs_its_languages_and_an_export_brings_its_own(path: Path, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("tree arbre\n")
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "out.jsonl", "jsonl")
    with open_graph(path, write=True) as graph:
        with pytest.raises(FormatError, match="name them with --from and --to"):
            import_file(graph, tmp_path / "in.txt")
        with pytest.raises(FormatError, match="names its own sources"):
            import_file(graph, tmp_path / "out.jsonl", licence="MIT")
        with pytest.raises(IsoglossError, match="does not exist"):
            import_file(graph, tmp_path / "absent.txt", source="en", target="fr")


def test_every_line_of_an_export_is_json(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "out.jsonl", "jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert lines[0] == {"isogloss": "graph", "version": 2}
    assert sum("edge" in line for line in lines) == 11
