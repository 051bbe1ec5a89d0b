"""Word pairs as MUSE has them, tables, and the tidying that all dictionaries share."""

import gzip
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.real_data import single_words
from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.dictionary_formats.terms import Collection, is_word
from isogloss.data.errors import FormatError
from isogloss.data.reading import dictionary_format, read_dictionary
from isogloss.data.words import tidy
from tests.data.files import pairs_of, written


def read(folder: Path, content: str | bytes, name: str = "en-fr.txt") -> Dictionary:
    return read_dictionary(written(folder, content, name), "en", "fr")


def refusal(folder: Path, content: str | bytes, name: str = "en-fr.txt") -> str:
    with pytest.raises(FormatError) as caught:
        read(folder, content, name)
    return str(caught.value)


def test_muse_pairs_are_read_with_blank_or_tab(tmp_path: Path) -> None:
    assert pairs_of(read(tmp_path, "cat chat\ndog\tchien\r\n\nthe  le")) == [
        ("cat", "chat"),
        ("dog", "chien"),
        ("the", "le"),
    ]


def test_muse_phrases_need_a_tab(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "ice cream\tcrème glacée\nice cream glace\nalone\n")
    assert pairs_of(dictionary) == [("ice cream", "crème glacée")]
    assert dictionary.dropped == {"more than two fields": 1, "fewer than two fields": 1}


def test_muse_lines_that_are_not_utf8_are_counted(tmp_path: Path) -> None:
    dictionary = read(tmp_path, b"cat chat\nd\xff chien\n")
    assert pairs_of(dictionary) == [("cat", "chat")]
    assert dictionary.dropped == {"not UTF-8": 1}


def test_a_pair_that_comes_twice_is_kept_once(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "café café\ncafe\u0301 café\n")
    assert pairs_of(dictionary) == [("café", "café")]
    assert dictionary.dropped == {"repeated pair": 1}


def test_a_compressed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    assert pairs_of(read(tmp_path, gzip.compress(b"cat chat\n"), "en-fr.txt.gz")) == [("cat", "chat")]


@pytest.mark.parametrize("content", ["", "\n\n", "one\ntwo\n", "a b c\n"])
def test_a_file_without_pairs_is_refused(tmp_path: Path, content: str) -> None:
    assert "en-fr.txt:1: no pair of words" in refusal(tmp_path, content)


def test_binary_content_is_refused(tmp_path: Path) -> None:
    assert "an unknown format" in refusal(tmp_path, b"cat chat\n\0\0\n")


def test_a_line_of_megabytes_is_refused_with_its_number(tmp_path: Path) -> None:
    assert "en-fr.txt:2: a line longer than a megabyte" in refusal(tmp_path, b"cat chat\n" + b"x" * 10_000_000)


def test_a_table_is_read_by_its_column_names(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "note\ttarget\tsource\tweight\nx\tchat\tcat\t0.5\ny\tchien\tdog\t\n", "t.tsv")
    assert dictionary.pairs == (Pair("cat", "chat", 0.5, {"note": "x"}), Pair("dog", "chien", 1.0, {"note": "y"}))


def test_a_table_without_names_has_source_target_weight(tmp_path: Path) -> None:
    assert read(tmp_path, "cat\tchat\t0.25\n").pairs == (Pair("cat", "chat", 0.25),)
    noun = read(tmp_path, "cat\tchat\tnoun\n")
    assert noun.pairs == (Pair("cat", "chat"),)
    assert noun.parts_of_speech[0] == {"cat": "NOUN"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("big\tgrand, gros\nbig\tlarge / vaste\n", "comma.txt"),
        ("big\tgrand\tgros\tlarge\nbig\tvaste\n", "columns.tsv"),
        ("big;grand;gros\r\nbig;large;vaste\r\n", "excel.csv"),
        ("sep=;\nbig;grand;gros\nbig;large;vaste\n", "excel.csv"),
        ("big;grand\nbig;gros\nbig;large\nbig;vaste\n", "semicolons.txt"),
        ("big grand\nbig gros\nbig large\nbig vaste\n", "blanks.tsv"),
        ("big\tgrand\t120\nbig\tgros\t31\nbig\tlarge\t12\nbig\tvaste\t7\n", "counts.tsv"),
        ("English\tFrançais\nbig\tgrand, gros\nbig\tlarge\nbig\tvaste\n", "headed.tsv"),
        ("fra\teng\ngrand\tbig\ngros\tbig\nlarge\tbig\nvaste\tbig\n", "turned.tsv"),
        ("Word,Translation\nbig,grand\nbig,gros\nbig,large\nbig,vaste\n", "named.csv"),
        ('big\tgrand\nbig\tgros\n"big"\t"large"\nbig\tvaste\n', "quoted.tsv"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_as_people_have_them_give_the_same_pairs(tmp_path: Path, content: str, name: str, encoding: str) -> None:
    dictionary = read(tmp_path, content.encode(encoding), name)
    assert {target for _, target in pairs_of(dictionary)} >= {"grand", "gros", "large", "vaste"}
    assert {source for source, _ in pairs_of(dictionary)} == {"big"}
    assert len(dictionary) == 4
    assert dictionary.dropped == {}


def test_counts_in_the_third_column_are_evidence(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "cat\tchat\t120\ndog\tchien\t31\n", "counts.tsv")
    assert dictionary.pairs == (Pair("cat", "chat", 1.0, {"count": 120}), Pair("dog", "chien", 1.0, {"count": 31}))


def test_words_that_float_takes_for_numbers_are_words(tmp_path: Path) -> None:
    pairs = [("infini", "infinity"), ("nan", "nan"), ("inf", "infinity")]
    content = "".join(f"{source}\t{target}\n" for source, target in pairs)
    assert pairs_of(read(tmp_path, content)) == pairs
    assert pairs_of(read(tmp_path, content, "t.tsv")) == pairs
    assert len(read(tmp_path, "big\tgrand\tinfinity\n", "t.tsv")) == 2


def test_a_table_in_latin_1_says_what_to_do(tmp_path: Path) -> None:
    assert "iconv -f latin1 -t utf-8" in refusal(tmp_path, "école\tschool\n".encode("latin-1"), "t.tsv")
    assert "iconv -f latin1 -t utf-8" in refusal(tmp_path, "école school\n".encode("latin-1"))


def test_words_of_our_own_tables_stay_whole(tmp_path: Path) -> None:
    dictionary = read(tmp_path, 'source\ttarget\n"say ""hi"""\tParis, Texas\n""""\t/\n', "t.tsv")
    assert pairs_of(dictionary) == [('say "hi"', "Paris, Texas"), ('"', "/")]


def test_an_induced_lexicon_comes_back_with_its_evidence(tmp_path: Path) -> None:
    header = "source\ttarget\tscore\tprobability\trank\trank_backward\tmutual\n"
    dictionary = read(tmp_path, header + "cat\tchat\t0.71\t0.93\t1\t1\ttrue\n", "lexicon.tsv")
    evidence = {"score": 0.71, "rank": 1, "rank_backward": 1, "mutual": True}
    assert dictionary.pairs == (Pair("cat", "chat", 0.93, evidence),)
    assert dictionary.origin.kind == "induced"


def test_commas_and_quotes_make_a_table_too(tmp_path: Path) -> None:
    dictionary = read(tmp_path, 'source,target\n"well, then","eh bien"\ncat,chat\n', "pairs.csv")
    assert pairs_of(dictionary) == [("well, then", "eh bien"), ("cat", "chat")]


def test_rows_of_a_table_that_make_no_pair_are_counted(tmp_path: Path) -> None:
    content = "source\ttarget\tweight\ncat\tchat\t0.5\nalone\nx\ty\t7\nx\ty\tnan\n\tz\t1\n"
    dictionary = read(tmp_path, content.encode() + b"\xff\ty\t1\n")
    assert pairs_of(dictionary) == [("cat", "chat")]
    assert dictionary.dropped == {
        "fewer than two fields": 1,
        "weight that is not a probability": 2,
        "empty word": 1,
        "not UTF-8": 1,
    }


def test_a_table_without_pairs_is_refused(tmp_path: Path) -> None:
    assert "no pair of words (an empty file)" in refusal(tmp_path, "source\ttarget\n")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        ("cat chat\n", "en-fr.txt", "muse"),
        ("cat\tchat\n", "en-fr.txt", "tsv"),
        ("cat\tchat\n", "en-fr.tsv", "tsv"),
        ("cat\tchat\t1\n", "en-fr.txt", "tsv"),
        ("source,target\n", "en-fr.txt", "tsv"),
    ],
)
def test_the_format_is_known_from_the_content(tmp_path: Path, content: str, name: str, kind: str) -> None:
    assert dictionary_format(written(tmp_path, content, name)) == kind


@pytest.mark.parametrize("word", ["cat", "Äiti", "мир", "犬", "शब्द", "ಪದ", "می\u200cخواهم", "cafe\u0301", "ラーメン"])
def test_letters_with_their_marks_are_a_word(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("text", ["", "ice cream", "chou-fleur", "3", "a1", "\u0301a", "c.", "🐈", "a_b", "a\nb"])
def test_anything_else_is_no_single_word(text: str) -> None:
    assert not is_word(text)


def test_single_words_leaves_phrases_out() -> None:
    pairs = [("cat", "chat"), ("ice cream", "glace"), ("hi", "s'il vous")]
    assert pairs_of(single_words(Dictionary.of("en", "fr", pairs))) == [("cat", "chat")]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  ice \t cream ", "ice cream"),
        ("\u202bשלום\u202c", "שלום"),
        ("cafe\u0301", "café"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("全\u3000角", "全 角"),
    ],
)
def test_tidying_keeps_what_is_read(text: str, clean: str) -> None:
    assert tidy(text) == clean


@given(text=st.text(st.sampled_from("aé \t\n\u00a0\u2000\u3000\u200e\u00ad\u0301語\ufeff\u200c\0") | st.characters()))
def test_what_prints_as_it_is_is_tidied_like_anything_else(text: str) -> None:
    seen = re.sub("[\u200b\u2060\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00ad]", "", text)
    assert tidy(text) == " ".join(unicodedata.normalize("NFC", seen).split())


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "empty word"),
        (" \u200e", "empty word"),
        ("a\x07b", "control characters"),
        ("a" * 501, "longer than 500 characters"),
    ],
)
def test_a_collection_says_why_it_leaves_a_pair_out(source: str, reason: str) -> None:
    collection = Collection()
    collection.add(source, "mot")
    assert (len(collection), collection.dropped) == (0, {reason: 1})
