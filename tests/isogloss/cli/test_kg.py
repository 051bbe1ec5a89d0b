from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from isogloss.cli.kg import group
from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph
from tests.conftest import Command


def test_translate_prints_word_rank_translation_score_licence(kg: Command) -> None:
    first, second = kg("translate", "bank", "--from", "en", "--to", "fr").rows
    assert (first[:3], first[4]) == (["bank", "1", "banque"], "CC0-1.0")
    assert (second[:3], second[4]) == (["bank", "2", "rive"], "CC0-1.0")
    assert 0 < float(second[3]) < float(first[3]) < 1


def test_explain_prints_a_row_for_each_path(kg: Command) -> None:
    (row,) = kg("translate", "dog", "--from", "en", "--to", "ja", "--explain").rows
    assert row[:3] == ["dog", "1", "犬"]
    assert row[5:] == ["GPL-3.0-or-later", "dog (en) →[open words 1.00] chien (fr) →[shared words 0.80] 犬 (ja)"]


def test_translations_in_json_carry_their_paths_and_sources(kg: Command) -> None:
    (translation,) = kg("translate", "dog", "--from", "en", "--to", "ja", "--json", "--explain").json
    assert (translation["translation"], translation["direct"], translation["licence"]) == (
        "犬",
        False,
        "GPL-3.0-or-later",
    )
    steps = translation["paths"][0]["steps"]
    assert [(step["from"], step["to"]) for step in steps] == [
        (["en", "dog"], ["fr", "chien"]),
        (["fr", "chien"], ["ja", "犬"]),
    ]
    assert steps[1]["claims"][0]["source"] == "shared words"
    assert "paths" not in kg("translate", "dog", "--from", "en", "--to", "ja", "--json").json[0]


def test_words_of_a_file_are_translated_and_unknown_ones_named(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"\xef\xbb\xbfdog\n\nzebra\ncat\n")
    outcome = kg("translate", "--words", tmp_path / "words.txt", "--from", "en", "--to", "fr")
    assert outcome.status == 0
    assert [row[0] for row in outcome.rows] == ["dog", "cat"]
    assert "warning: 'zebra' is not among the en words" in outcome.err


def test_a_list_in_latin_1_is_refused_with_the_line(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"dog\n\xe9cole\n")
    outcome = kg("translate", "--words", tmp_path / "words.txt", "--from", "en", "--to", "fr")
    assert (outcome.status, outcome.out) == (1, "")
    assert "words.txt:2: '\ufffdcole', which is not UTF-8" in outcome.err
    assert "iconv" in outcome.err


def test_words_without_an_answer_are_listed_with_the_reason(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("dog\nzebra\n", encoding="utf-16")
    arguments = ("translate", "--words", tmp_path / "words.txt", "--from", "en", "--to", "fr")
    outcome = kg(*arguments, "--failed", tmp_path / "failed.tsv", "--json")
    assert (tmp_path / "failed.tsv").read_text("utf-8") == "zebra\tno en word of the graph\n"
    assert [(answer["word"], answer["translation"]) for answer in outcome.json] == [("dog", "chien"), ("zebra", None)]
    assert outcome.json[-1]["reason"] == "no en word of the graph"


def test_the_list_of_words_without_an_answer_takes_the_place_of_nothing(kg: Command, tmp_path: Path) -> None:
    words, other = tmp_path / "words.txt", tmp_path / "thesis.txt"
    words.write_text("zebra\n", "utf-8")
    other.write_text("precious", "utf-8")
    arguments = ("translate", "--words", words, "--from", "en", "--to", "fr")
    for place, message, force in ((words, "is what this command reads", ["--force"]), (other, "already exists", [])):
        before = place.read_text("utf-8")
        refused = kg(*arguments, "--failed", place, *force)
        assert (refused.status, refused.out) == (1, "")
        assert message in refused.err
        assert place.read_text("utf-8") == before
    kg(*arguments, "--failed", other, "--force")
    assert other.read_text("utf-8") == "zebra\tno en word of the graph\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", "dogg", "--from", "en", "--to", "fr"], "did you mean dog"),
        (["translate", "dog", "--from", "en", "--to", "sw"], "has no words of sw; its languages are: en, fi, fr, ja"),
        (["translate", "dog", "--from", "en", "--to", "ja", "--licence", "open"], "try without --licence"),
        (["translate", "dog", "--from", "en", "--to", "ja", "--direct"], "try without --direct"),
        (["translate", "dog", "--from", "en", "--to", "ja", "--via", "fi"], "try without --via"),
        (["translate", "éclair", "--from", "en", "--to", "ja"], "isogloss kg stats"),
        (["synonyms", "cat", "--lang", "en"], "no synonym of 'cat'"),
        (["concept", "cat", "--lang", "en"], "belongs to no concept"),
        (["lookup", "zzz", "--search", "--lang", "en"], "contains 'zzz'"),
        (["stats", "--graph", "absent.db"], "there is no such graph"),
        (["export", "out.txt", "--format", "muse"], "name them with --from and --to"),
        (["import", "absent.tsv", "--from", "en", "--to", "fr"], "absent.tsv"),
    ],
)
def test_what_cannot_be_answered_ends_with_status_1_and_says_why(
    kg: Command, arguments: list[str], message: str
) -> None:
    outcome = kg(*arguments)
    assert outcome.status == 1
    assert outcome.err.startswith("error: ")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["translate", "--from", "en", "--to", "fr"],
        ["translate", "dog", "--from", "en", "--to", "fr", "--direct", "--via", "fr"],
        ["export", "out.xls", "--format", "xls"],
        ["export", "out.tsv", "--format", "tsv", "--word", "dog"],
        ["import", "in.xls", "--format", "xls"],
    ],
)
def test_wrong_usage_ends_with_status_2(kg: Command, arguments: list[str]) -> None:
    assert kg(*arguments).status == 2


def test_lookup_neighbors_and_languages_print_rows(kg: Command) -> None:
    assert kg("lookup", "DOG", "--lang", "en").rows == [["dog", "en", "", ""]]
    assert kg("lookup", "an", "--search", "--lang", "en", "--json").status == 1
    assert kg("lookup", "ank", "--search", "--lang", "en").rows == [["bank", "en", "", ""]]
    assert kg("neighbors", "chien", "--lang", "fr").rows == [
        ["translation", "en", "dog", "1.0000", "open words"],
        ["translation", "ja", "犬", "0.4000", "shared words"],
    ]
    near = kg("neighbors", "chien", "--lang", "fr", "--licence", "open", "--json").json
    assert [neighbor["word"] for neighbor in near] == ["dog"]
    assert [row[0] for row in kg("languages").rows] == ["en", "fi", "fr", "ja"]
    assert kg("synonyms", "bank", "--lang", "en").rows[0][2] == "shore"


def test_stats_show_sources_and_a_matrix_of_languages(kg: Command) -> None:
    outcome = kg("stats")
    assert ["open words", "CC0-1.0", "open", "dictionary", "7", "https://example.org/open", "1", "-"] in outcome.rows
    assert ["translations", "en", "fr", "ja", "fi"] in outcome.rows  # most words first
    assert ["fr", "5", "·", "4", ""] in outcome.rows
    assert {"source": "fr", "target": "ja", "translations": 4} in kg("stats", "--json").json["coverage"]


def test_stats_of_many_languages_fit_a_screen(tmp_path: Path, kg: Command) -> None:
    place = tmp_path / "many.db"
    codes = ["de", "fi", "hu", "it", "nl", "pl", "pt", "sv", "tr", "uk", "vi", "cy"]
    with open_graph(place, write=True) as graph:
        for count, code in enumerate(codes, 1):
            pairs = [(f"word{number}", f"{code}{number}") for number in range(count)]
            graph.add(Dictionary.of("en", code, pairs, Origin(f"words of {code}")))
    short, whole = kg("stats", "--graph", place), kg("stats", "--matrix", "--graph", place)
    assert len(short.rows) <= 48
    assert short.rows[short.rows.index(["source", "target", "translations"]) + 1] == ["cy", "en", "12"]
    assert "not shown: 3 more languages, 2 more sources, 2 more language pairs" in short.err
    assert next(row for row in whole.rows if row[:1] == ["translations"])[:4] == ["translations", "cy", "en", "vi"]


def test_explain_prints_the_three_strongest_paths_and_all_evidence_the_rest(tmp_path: Path, kg: Command) -> None:
    place = tmp_path / "paths.db"
    with open_graph(place, write=True) as graph:
        for code in ("de", "it", "nl", "pt", "sv"):
            graph.add(Dictionary.of("en", code, [("dog", f"{code}-dog")], Origin(code)))
            graph.add(Dictionary.of(code, "fi", [(f"{code}-dog", "koira")], Origin(code)))
        graph.add(Dictionary.of("en", "de", [("dog", "de-dog")], Origin("b")))
        graph.add(Dictionary.of("en", "de", [("dog", "de-dog")], Origin("c")))
    arguments = ("translate", "dog", "--from", "en", "--to", "fi", "--graph", place)
    short, whole = kg(*arguments, "--explain"), kg(*arguments, "--all-evidence")
    assert (len(short.rows), len(whole.rows)) == (3, 5)
    assert any("[b 1.00; c 1.00; 1 more]" in row[6] for row in short.rows)
    (answer,) = kg(*arguments, "--explain", "--json").json
    assert (len(answer["paths"]), answer["path_count"]) == (3, 5)


def test_an_answer_to_another_form_says_so(tmp_path: Path, kg: Command) -> None:
    place = tmp_path / "forms.db"
    with open_graph(place, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("house", "maison"), ("House", "Maison"), ("heart", "cœur")]))
    outcome = kg("translate", "houses", "--from", "en", "--to", "fr", "--graph", place)
    assert (outcome.rows[0][2], outcome.err.strip()) == ("maison", "houses: answered by house (base form)")
    outcome = kg("translate", "coeur", "--from", "fr", "--to", "en", "--json", "--graph", place)
    assert [(row["translation"], row["entry"], row["match"]) for row in outcome.json] == [
        ("heart", "cœur", "other spelling")
    ]
    outcome = kg("lookup", "houses", "--lang", "en", "--graph", place)
    assert (outcome.rows[0][0], outcome.err.strip()) == ("house", "houses: answered by house (base form)")
    assert "other" not in kg("translate", "heart", "--from", "en", "--to", "fr", "--graph", place).err


def test_rows_are_grouped_by_sense_where_sources_tell(tmp_path: Path, kg: Command) -> None:
    place = tmp_path / "senses.db"
    pairs = (
        Pair("bank", "rive", 1.0, {"sense": "edge of a river"}),
        Pair("bank", "banque", 0.9, {"sense": "institution"}),
        Pair("bank", "berge", 0.3, {"sense": "edge of a river"}),
        Pair("bank", "bord", 0.2),
        Pair("bank", "remblai", 0.1, {"sense": "of a railway"}),
        Pair("bank", "talus", 0.05),
    )
    with open_graph(place, write=True) as graph:
        graph.add(Dictionary("en", "fr", pairs))
    arguments = ("translate", "bank", "--from", "en", "--to", "fr", "--graph", place)
    assert [(row[1], row[2], row[5]) for row in kg(*arguments).rows] == [
        ("1", "rive", "edge of a river"),
        ("3", "berge", "edge of a river"),
        ("2", "banque", "institution"),
        ("4", "bord", ""),
        ("5", "remblai", "of a railway"),
        ("6", "talus", ""),
    ]
    assert [row["senses"] for row in kg(*arguments, "--sense", "instit", "--json").json] == [["institution"]]
    both = {"sense": "institution", "also": ["of a railway"]}
    with open_graph(place, write=True) as graph:
        graph.add(Dictionary("en", "fr", (Pair("bank", "banquette", 0.9, both),), Origin("other")))
    assert {(row[2], row[5]) for row in kg(*arguments, "--sense", "instit").rows} == {
        ("banque", "institution"),
        ("banquette", "institution"),
    }
    assert "try without --sense" in kg(*arguments, "--sense", "blood").err
    assert kg(*arguments, "--pos", "thing").status == 2


def test_import_and_export_go_round(kg: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    outcome = kg("export", "-", "--format", "jsonl")
    assert (outcome.status, "standard output" in outcome.err) == (1, True)
    assert kg("export", out, "--format", "jsonl").status == 0
    assert kg("export", out, "--format", "jsonl").status == 1
    result = kg("import", out, "--graph", tmp_path / "copy.db", "--json")
    assert (result.status, result.json["pairs"]) == (0, 11)
    (tmp_path / "in.tsv").write_text("tree\tarbre\nlonely\n")
    result = kg(
        "import", tmp_path / "in.tsv", "--from", "en", "--to", "fr", "--licence", "MIT", "--source-name", "trees"
    )
    assert "left out 1" in result.err
    (row,) = kg("translate", "tree", "--from", "en", "--to", "fr").rows
    assert (row[2], row[4]) == ("arbre", "MIT")
    concepts = (
        {"isogloss": "graph", "version": 1},
        {**{"source": 1, "name": "c", "licence": "MIT", "kind": "user", "url": "", "quality": 1}},
        {"concept": "🏠", "by": 1, "members": [["en", "house"], ["eu", "etxe"]]},
    )
    out.write_text("\n".join(json.dumps(line) for line in concepts))
    assert kg("import", out).status == 0
    assert kg("concept", "etxe", "--lang", "eu").rows == [["🏠", "en", "house"], ["🏠", "eu", "etxe"]]
    assert kg("concept", "etxe", "--lang", "eu", "--json").json == {"🏠": {"en": ["house"], "eu": ["etxe"]}}


def test_a_small_file_is_added_in_place_and_a_large_one_or_while_others_read_to_a_copy(
    kg: Command, path: Path, tmp_path: Path
) -> None:
    def file_after(pairs: str) -> int:
        (tmp_path / "in.tsv").write_text(pairs)
        assert kg("import", tmp_path / "in.tsv", "--from", "en", "--to", "fr").status == 0
        return path.stat().st_ino

    before = path.stat().st_ino
    assert file_after("tree\tarbre\n") == before
    with open_graph(path) as graph, graph.snapshot():
        assert graph.lookup("tree", "en")
        copied = file_after("leaf\tfeuille\n")
    assert copied != before
    assert file_after("".join(f"word{number}\tmot{number}\n" for number in range(400))) != copied
    for word in ("tree", "leaf", "word399"):
        assert kg("translate", word, "--from", "en", "--to", "fr").status == 0


def test_path_diff_and_merge_print_rows_or_json(kg: Command, path: Path, tmp_path: Path) -> None:
    (row,) = kg("path", "dog", "犬", "--from", "en", "--to", "ja").rows
    assert row[:3] == ["1", "0.3600", "GPL-3.0-or-later"]
    assert kg("path", "dog", "犬", "--from", "en", "--to", "ja", "--json").json[0]["score"] == pytest.approx(0.36)
    outcome = kg("path", "koira", "犬", "--from", "fi", "--to", "ja", "--max-steps", 2)
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    merged = tmp_path / "merged.db"
    assert kg("merge", path, "--graph", merged, "--json").json["edges"] == {str(path): 11}
    (tmp_path / "in.tsv").write_text("tree\tarbre\n")
    kg("import", tmp_path / "in.tsv", "--from", "en", "--to", "fr", "--graph", merged)
    assert kg("diff", path, merged).rows == [
        ["gained", "en", "tree"],
        ["gained", "fr", "arbre"],
        ["gained", "en", "tree", "fr", "arbre", "", "1.0000"],
    ]
    changed = kg("diff", merged, path, "--json").json["pairs"][0]
    assert (changed["lost"], changed["changes"][0]["kind"]) == (1, "lost")
    assert kg("merge", tmp_path / "absent.db", "--graph", merged).status == 1


def test_stats_draw_a_picture(kg: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra plot)")
    assert kg("stats", "--plot", tmp_path / "map.svg").status == 0
    assert "<svg" in (tmp_path / "map.svg").read_text("utf-8")
    assert kg("stats", "--plot", tmp_path / "map.svg").status == 1


def test_every_verb_and_option_has_help_and_every_verb_stands_in_the_docs() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "graph.md").read_text("utf-8")
    for name, command in group.commands.items():
        assert command.help
        assert re.search(rf"isogloss kg {name}\b", docs), f"docs/graph.md shows no 'isogloss kg {name}'"


def test_an_import_that_leaves_out_most_goes_on_with_anyway(kg: Command, tmp_path: Path) -> None:
    entry = "<entry><form><orth>w</orth></form>{}</entry>"
    valid = entry.format("<cit type='trans'><quote>mot</quote></cit>")
    (tmp_path / "a.tei").write_text(f"<TEI>{valid}{entry.format('') * 2}</TEI>", "utf-8")
    arguments = ("import", tmp_path / "a.tei", "--from", "en", "--to", "fr", "--graph", tmp_path / "new.db")
    refused = kg(*arguments)
    assert refused.status == 1
    assert "2 × entry without a translation, such as 'w', 'w'" in " ".join(refused.err.split())
    assert kg(*arguments, "--anyway").status == 0


def test_a_pair_is_accepted_rejected_and_its_source_removed(kg: Command) -> None:
    outcome = kg(
        "add", "dog", "toutou", "--from", "en", "--to", "fr", "--source-name", "anna", "--licence", "MIT", "--json"
    )
    assert outcome.json == {**outcome.json, "word": "dog", "translation": "toutou", "accepted": True, "by": "anna"}
    assert "dog (en) → toutou (fr) accepted by anna" in outcome.err
    rows = kg("translate", "dog", "--from", "en", "--to", "fr").rows
    assert rows[0][2:] == ["toutou", "0.9990", "MIT"]
    assert kg("reject", "dog", "chien", "--from", "en", "--to", "fr", "--json").json["accepted"] is False
    assert [row[2] for row in kg("translate", "dog", "--from", "en", "--to", "fr").rows] == ["toutou"]
    sources = {source["name"]: source for source in kg("stats", "--json").json["sources"]}
    assert (sources["anna"]["kind"], sources["anna"]["edges"], sources["anna"]["licence"]) == ("judgement", 1, "MIT")
    assert kg("remove", "--source", "anna", "--json").json["removed"] == 1
    refused = kg("remove", "--source", "anna")
    assert refused.status == 1
    assert "no source is called 'anna'" in refused.err


def test_the_quality_of_a_source_is_set_and_shown(kg: Command) -> None:
    assert kg("set-quality", "open words", "0.25", "--json").json["quality"] == 0.25
    row = next(row for row in kg("stats").rows if row[0] == "open words")
    assert row[6:8] == ["0.25", "-"]
    assert kg("set-quality", "open words", "2").status == 2
