"""FreeDict dictionaries in the forms DICT and TEI, on entries like those of the real ones."""

import gzip
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats import freedict
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary
from tests.data.files import pairs_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
INFO = """00-database-info
Availability:

    Copyright (C) somebody
    Available under the terms of the GNU General Public License ver. 2.0 and
  any later version.

Published at: http://freedict.org/

The Project:
  Not under the Attribution-ShareAlike 3.0 license.
"""
ENTRIES = {
    "00databaseinfo": INFO,
    "00databaseshort": "00-database-short\nEnglish-French FreeDict Dictionary ver. 0.1.6\n",
    "00databaseurl": "http://freedict.org/\n",
    "agile": "agile /ædʒail/\n1. agile\n2. actif, alerte, vif\n",
    "cauliflower": "cauliflower /kɔliflauər/\nchou‐fleur\n",
    "this evening": "this evening /ðaiziːvniŋ/ <adv>\nce soir\n",
    "above": "above //əˈbʌv// <prep>\n1. lisäksi\nin addition to\n2. mieluummin (kuin) 2.\npreferred\n 3.\nover\n",
    "ation": "ation <suffix>\n \n-ation (suffix)\n",
    "nameless": " /ipa/ <n>\nnimetön\n",
}


def base64(number: int) -> str:
    digits = ""
    while number or not digits:
        digits = LETTERS[number % 64] + digits
        number //= 64
    return digits


def dictionary(folder: Path, entries: dict[str, str], name: str = "freedict-eng-fra") -> Path:
    content, lines = b"", []
    for word, text in entries.items():
        lines.append(f"{word}\t{base64(len(content))}\t{base64(len(text.encode()))}\n")
        content += text.encode()
    (folder / f"{name}.dict.dz").write_bytes(gzip.compress(content))
    (folder / f"{name}.index").write_text("".join(lines), encoding="utf-8")
    return folder / f"{name}.index"


def read(folder: Path, entries: dict[str, str]) -> Dictionary:
    return freedict.read(dictionary(folder, entries), "en", "fr")


def translations(folder: Path, text: str) -> list[str]:
    return [pair.target for pair in read(folder, {"x": text})]


def refusal(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        freedict.read(path, "en", "fr")
    return str(caught.value)


def test_translations_come_with_their_headwords(tmp_path: Path) -> None:
    dictionary = read(tmp_path, ENTRIES)
    assert pairs_of(dictionary) == [
        ("agile", "agile"),
        ("agile", "actif"),
        ("agile", "alerte"),
        ("agile", "vif"),
        ("cauliflower", "chou-fleur"),
        ("this evening", "ce soir"),
        ("above", "lisäksi"),
        ("above", "mieluummin"),
    ]


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    assert read(tmp_path, ENTRIES).dropped == {
        "explanation, not a translation": 4,
        "entry without a translation": 1,
        "empty headword": 1,
    }


def test_phrases_are_kept(tmp_path: Path) -> None:
    assert ("this evening", "ce soir") in {pair[:2] for pair in read(tmp_path, ENTRIES)}


def test_the_licence_is_read_from_the_section_on_availability(tmp_path: Path) -> None:
    origin = read(tmp_path, ENTRIES).origin
    assert origin.name == "English-French FreeDict Dictionary ver. 0.1.6"
    assert (origin.licence, origin.url) == ("GPL-2.0-or-later", "http://freedict.org/")


@pytest.mark.parametrize(
    ("terms", "licence"),
    [
        ("the Creative Commons Attribution-ShareAlike 3.0 Unported\n  license", "CC-BY-SA-3.0"),
        (
            "the GNU General Public License, version 3\n(GPLv3) and the GNU Affero General Public License, version 3",
            "GPL-3.0-only AND AGPL-3.0-only",
        ),
        ("terms that nobody has heard of", ""),
    ],
)
def test_a_licence_is_named_as_in_spdx(tmp_path: Path, terms: str, licence: str) -> None:
    entries = {"00databaseinfo": f"Availability:\n {terms}\nThe Project:\n", "a": "a\nun\n"}
    assert read(tmp_path, entries).origin.licence == licence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sucker //ˈsʌk.ə// //ˈsʌk.ɚ// <v>\nhuijata\nto fool\n", ["huijata"]),
        ("water <n>\nвода́, во̀дица\n", ["вода", "водица"]),
        ("café\ncafé\n", ["café"]),
        ("x\n<masc> Haus <neut> [geol.], Heim {obs.}; (veraltet) Wohnung\n", ["Haus", "Heim", "Wohnung"]),
        ("x\nfoo (bar, baz), qux\n", ["foo", "qux"]),
        ("x\nfoo ((bar) baz\n", ["foo ( baz"]),
        ("x\nMrs., sth.\n", ["Mrs.", "sth."]),
        ("x\nwind(mill), mov(e)able, (un)able\n", ["windmill", "wind", "moveable", "movable", "unable", "able"]),
        ("x\n取(り)扱い, 犬(動物)\n", ["取り扱い", "取扱い", "犬"]),
        ("x\n(f)Ernte, hors (de) portée\n", ["Ernte", "hors portée"]),
        ("x\nand/or, Band /bant/, enclosure <n>enc.,  /ˈɛnk/\n", ["and/or", "Band", "enclosure", "enc."]),
        ("x\n{丸・まる・1}circle, {犬}, dog\n", ["circle", "dog"]),
        ("x\n(noun (common) (futsuumeishi))\n (transitive verb)\nsign\n", ["sign"]),
        ("x\n(noun)\n\n         Note: word usually written using kana aloneto go, to come\n", ["to go", "to come"]),
        ("x\n(noun)\n\n         Note: abbreviation\nsign\n", ["sign"]),
        ("x\n(noun)\n\n         Note: abbreviation (obs.)\n         Note: slangsign\n", ["sign"]),
        ('x\nsign\n         Note: of a shop\n      "ein Schild"  - a sign\n   Synonym: {y}\n\n see: {z}\n', ["sign"]),
        ("x\n1. sign\n   See also: {y}\n\n2. mark\n", ["sign", "mark"]),
        ("x\nI.  <V> 1.  [stół]  nakrywać\n 2.  składać\nII.  <Adj>świecki\n", ["nakrywać", "składać", "świecki"]),
        ("x\n2.5 litres, 1,000\n", ["2.5 litres", "1,000"]),
        ("x\n犬、いぬ\n", ["犬", "いぬ"]),
        ("x\n\u200eשלום\u200f\n", ["שלום"]),
        ("x\na\x00b, c\n", ["c"]),
        ("cure /kjˈʊə/\n\nκαπνίζω, θεραπεύω\n", ["καπνίζω", "θεραπεύω"]),
    ],
)
def test_marks_for_readers_are_taken_off(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert translations(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("head", "words", "expected"),
    [
        ("colour", ["colour", "color"], ["colour"]),
        ("afisa, ofisa /afisa/ /ofisa/ <n> (pl: {maafisa})", ["afisa", "ofisa"], ["afisa", "ofisa"]),
        (" [gai1] 例 /x/, [news1] (irregular) たとえ /y/", ["例", "たとえ"], ["例", "たとえ"]),
        ("Anlage /a/ (Anl. /b/) <fem, n>", ["anlage"], ["Anlage", "Anl."]),
        ("kañv <g> (kañvoù)", ["kañv", "kañvoù"], ["kañv", "kañvoù"]),
        ("forks, knives and spoons", ["forks knives and spoons"], ["forks, knives and spoons"]),
        ("a, better: e /e/, or: i", ["a", "e", "i"], ["a", "e", "i"]),
        ("hail(stone) /h/ <n>", ["hailstone"], ["hailstone", "hail"]),
        ("score (twenty)", ["score twenty"], ["score"]),
        ("〃, おなじ", ["おなじ"], ["〃", "おなじ"]),
    ],
)
def test_every_form_of_a_headword_that_the_index_has_is_read(
    tmp_path: Path, head: str, words: list[str], expected: list[str]
) -> None:
    index = dictionary(tmp_path, {"word": f"{head}\nx\n"})
    line = index.read_text("utf-8")
    index.write_text("".join(line.replace("word", word) for word in words), encoding="utf-8")
    assert [pair.source for pair in freedict.read(index, "en", "fr")] == expected


def test_numbers_alone_start_senses_whose_definitions_translate(tmp_path: Path) -> None:
    entries = {
        "chakula": "chakula <n> (pl: {vyakula})\n1.\nfood\n; nourishment\n2.\nmeal\n",
        "maji": "maji <n>\n\nwater\n a liquid\n\n   See also: {bahari}\n\n",
    }
    dictionary = read(tmp_path, entries)
    assert [pair.target for pair in dictionary] == ["food", "nourishment", "meal", "water"]
    assert dictionary.parts_of_speech[0] == {"chakula": "NOUN", "maji": "NOUN"}


def test_definitions_beside_translations_tell_the_sense(tmp_path: Path) -> None:
    dictionary = read(tmp_path, ENTRIES)
    assert {pair.target: pair.evidence for pair in dictionary if pair.source == "above"} == {
        "lisäksi": {"sense": "in addition to"},
        "mieluummin": {"sense": "preferred"},
    }


def test_what_is_left_out_is_shown(tmp_path: Path) -> None:
    dictionary = read(tmp_path, {**{f"w{i}": f"w{i}\n   See also: {{x}}\n" for i in range(5)}, "a": "a\nun\n"})
    assert dictionary.dropped["entry without a translation"] == 5
    assert dictionary.examples["entry without a translation"] == tuple(
        f"w{i} |    See also: {{x}} | " for i in range(3)
    )


def test_every_part_of_speech_of_a_headword_is_kept(tmp_path: Path) -> None:
    dictionary = read(tmp_path, {"a": "run <masc, n, sg>\nLauf\n", "b": "run <v, caus>\nlaufen\n"})
    assert dictionary.parts_of_speech[0] == {"run": "NOUN VERB"}


def test_every_file_of_the_pair_and_its_folder_lead_to_it(tmp_path: Path) -> None:
    index = dictionary(tmp_path, ENTRIES)
    for path in (index, index.with_suffix(".dict.dz"), tmp_path):
        assert freedict.matches(path)
        assert len(read_dictionary(path, "en", "fr")) == 8


def test_the_plain_dictionary_is_read_too(tmp_path: Path) -> None:
    index = dictionary(tmp_path, ENTRIES)
    packed = index.with_suffix(".dict.dz")
    index.with_suffix(".dict").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    assert len(freedict.read(index.with_suffix(".dict"), "en", "fr")) == 8


def test_a_dictionary_named_for_the_other_direction_is_turned_round(tmp_path: Path) -> None:
    read = freedict.read(dictionary(tmp_path, {"a": "chat\ncat, puss\n"}, "freedict-fra-eng"), "en", "fr")
    assert (read.source, read.target) == ("en", "fr")
    assert pairs_of(read) == [("cat", "chat"), ("puss", "chat")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("agile", ":2: 'agile' with 1 fields"),
        ("agile\tB\t?", ":2: '?' as a position, expected a number in base 64"),
        ("agile\tB\t", ":2: '' as a position"),
        ("agile\tB\tBAAAA", ":2: an entry up to byte 16,777,217, expected no more than the"),
    ],
)
def test_a_broken_index_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    index = dictionary(tmp_path, {"a": "a\nun\n"})
    index.write_text(index.read_text() + line + "\n", encoding="utf-8")
    assert refusal(index).startswith(f"{index}{words}")


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_dictionary_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    index = dictionary(tmp_path, ENTRIES)
    packed = index.with_suffix(".dict.dz")
    packed.write_bytes(packed.read_bytes()[: round(share * packed.stat().st_size)])
    assert "fetch it again" in refusal(index)


def test_an_index_alone_is_refused(tmp_path: Path) -> None:
    index = dictionary(tmp_path, ENTRIES)
    index.with_suffix(".dict.dz").unlink()
    assert "expected freedict-eng-fra.dict.dz or freedict-eng-fra.dict" in refusal(index)


def test_a_dictionary_without_translations_is_refused(tmp_path: Path) -> None:
    assert "no translation" in refusal(dictionary(tmp_path, {"a": "a\n\n"}))


def test_an_entry_of_megabytes_is_left_out(tmp_path: Path) -> None:
    letters = "".join(random.Random(0).choices("abcdefgh", k=3_000_000))  # more would unpack to more than the limit
    dictionary = read(tmp_path, {"long": f"long\n{letters}\n", "a": "a\nun\n"})
    assert len(dictionary) == 1
    assert dictionary.dropped == {"entry longer than a megabyte": 1}


@pytest.mark.parametrize("noise", ["(", "<", "( ", "<(", " /", "1. ", ", ", "\n"])
def test_long_noise_takes_no_time(tmp_path: Path, noise: str) -> None:
    dictionary = read(tmp_path, {"x": "x\n" + noise * 300_000, "a": "a\nun\n"})
    assert ("a", "un") in {pair[:2] for pair in dictionary}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "x.index"
        index.with_suffix(".dict").write_bytes(content)
        index.write_text(f"x\tA\t{base64(len(content))}\n")
        try:
            dictionary = freedict.read(index, "en", "fr")
        except FormatError:
            return
        assert all(pair.source and pair.target for pair in dictionary)


TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>English-French</title></titleStmt>
<publicationStmt><availability><p>Available under the terms of the
<ref>GNU General Public License ver. 3.0 and any later version</ref>.</p></availability></publicationStmt></fileDesc>
</teiHeader><text><body>
<entry><form><orth>dog</orth><pron>dɔg</pron></form><sense><cit type="trans"><quote>chien</quote></cit>
<cit type="example"><quote>a dog</quote></cit></sense></entry>
<entry><form><orth>hi</orth><orth>hello</orth></form><cit type="translation"><quote>salut</quote></cit></entry>
</body></text></TEI>
"""


def test_a_tei_source_is_read(tmp_path: Path) -> None:
    path = tmp_path / "eng-fra.tei"
    path.write_text(TEI, encoding="utf-8")
    dictionary = read_dictionary(path, "en", "fr")
    assert pairs_of(dictionary) == [("dog", "chien"), ("hi", "salut"), ("hello", "salut")]
    assert (dictionary.origin.name, dictionary.origin.licence) == ("English-French", "GPL-3.0-or-later")


def tei(folder: Path, entries: str, terms: str = "") -> Dictionary:
    head = f"<teiHeader><fileDesc><publicationStmt><availability>{terms}</availability></publicationStmt></fileDesc>"
    path = folder / "x.tei"
    path.write_text(f"<TEI>{head}</teiHeader><text><body>{entries}</body></text></TEI>", encoding="utf-8")
    return read_dictionary(path, "de", "en")


def test_translations_of_examples_are_no_translations_of_the_word(tmp_path: Path) -> None:
    example = '<cit type="example"><quote>ein Fang</quote><cit type="trans"><quote>a catch</quote></cit></cit>'
    quote = '<cit type="trans"><quote>catch</quote><cit type="abbrev"><orth>c.</orth></cit></cit>'
    dictionary = tei(tmp_path, f"<entry><form><orth>Fang</orth></form><sense>{quote}{example}</sense></entry>")
    assert pairs_of(dictionary) == [("Fang", "catch")]


def test_definitions_translate_where_nothing_else_does(tmp_path: Path) -> None:
    entry = "<entry><form><orth>{}</orth></form><gramGrp><pos>v</pos></gramGrp><sense>{}</sense></entry>"
    first = entry.format("acha", "<def>leave, quit <note type='num'>sg.</note></def><def>let</def>")
    dictionary = tei(tmp_path, first)
    assert [pair.target for pair in dictionary] == ["leave", "quit", "let"]
    assert dictionary.parts_of_speech[0] == {"acha": "VERB"}
    second = entry.format("ada", "<cit type='trans'><quote>fee</quote></cit><def>what is paid</def>")
    dictionary = tei(tmp_path, second + entry.format("abu", "<def>a name</def>") + second.replace("ada", "ade"))
    assert pairs_of(dictionary) == [("ada", "fee"), ("ade", "fee")]
    assert dictionary.pairs[0].evidence == {"sense": "what is paid"}
    assert dictionary.dropped == {"entry without a translation": 1}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            "<form><orth>-a<hi>b</hi></orth></form><sense><cit><quote type='trans'>x</quote></cit></sense>",
            [("-ab", "x")],
        ),
        (
            "<form><orth extent='suff'>heit</orth></form><cit type='trans'><quote>-ness</quote></cit>",
            [("-heit", "-ness")],
        ),
        (
            "<form><orth>x</orth></form><hom><sense><cit type='trans'><quote>a (b)</quote></cit></sense></hom>",
            [("x", "a")],
        ),
        (
            "<form><orth>x</orth><form><orth>xs</orth></form></form><cit type='trans'><quote>y</quote></cit>",
            [("x", "y"), ("xs", "y")],
        ),
    ],
)
def test_tei_is_read_as_dictionaries_write_it(tmp_path: Path, entry: str, expected: list[tuple[str, str]]) -> None:
    assert pairs_of(tei(tmp_path, f"<entry>{entry}</entry>")) == expected


@pytest.mark.parametrize(
    ("terms", "licence"),
    [
        ('<licence target="http://creativecommons.org/licenses/by-sa/3.0/">see there</licence>', "CC-BY-SA-3.0"),
        ('<p>Free: <ref target="https://www.gnu.org/licenses/gpl-3.0.html">GPL</ref> or later</p>', "GPL-3.0-or-later"),
        ('<p><ptr target="https://creativecommons.org/publicdomain/zero/1.0/"/></p>', "CC0-1.0"),
    ],
)
def test_a_licence_given_as_a_link_is_named(tmp_path: Path, terms: str, licence: str) -> None:
    entry = "<entry><form><orth>a</orth></form><cit type='trans'><quote>b</quote></cit></entry>"
    assert tei(tmp_path, entry, terms).origin.licence == licence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEI[:-30], ":8: broken XML"),
        ('<!DOCTYPE TEI [<!ENTITY a "b">]><TEI/>', ":1: a definition of entity 'a'"),
        ("<TEI/>", ": no translation"),
    ],
)
def test_a_broken_tei_source_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "eng-fra.tei"
    path.write_text(content, encoding="utf-8")
    assert refusal(path).startswith(f"{path}{words}")


def test_grammar_without_brackets_is_no_part_of_a_translation(tmp_path: Path) -> None:
    entries = {
        "nuages": "nuages /nyˈaʒ/\nkoumoul str (koumoulenn), koabr str, kogus\n",
        "verrouiller": "verrouiller <v>\nmorailhañ v, an v-mañ, krouilhañ\n",
    }
    read = read_dictionary(dictionary(tmp_path, entries, "freedict-fra-bre"), "fr", "br")
    assert [pair.target for pair in read] == ["koumoul", "koabr", "kogus", "morailhañ", "an v-mañ", "krouilhañ"]
    entries = {
        "gwellaour": "gwellaour <g>\noptimiste n m, point n, en or massif\n",
        "xorom": "xorom\n1.  n.sel\n2.  v. saler\n3.  adj.de sel, n.d., n\n",
    }
    index = dictionary(tmp_path, entries, "freedict-bre-fra")
    there, back = read_dictionary(index, "br", "fr"), read_dictionary(index, "fr", "br")
    words = ["optimiste", "point", "en or massif", "sel", "saler", "de sel", "n.d.", "n"]
    assert [pair.target for pair in there] == [pair.source for pair in back] == words


def test_labels_of_a_sense_say_which_it_is(tmp_path: Path) -> None:
    trans = "<cit type='trans'><quote>{}</quote>{}</cit>".format
    senses = (
        "<usg type='dom'>fin.</usg><usg type='reg'>coll.</usg>"
        + trans("bank", "<usg type='geo'>Br.</usg><gramGrp><pos>n</pos></gramGrp>"),
        trans("bench", "") + "<note>to sit on</note><note type='pos'>n</note>",
        "<usg type='hint'>of <hi>sand</hi></usg><def>raised ground</def>" + trans("bar", "<note>rare</note>"),
        trans("row", ""),
    )
    entry = "".join(f"<sense>{sense}</sense>" for sense in senses)
    phrase = "<entry><form><orth>Bank</orth><lbl>auf die lange B.</lbl><lbl type='re_inf'>old</lbl></form>{}</entry>"
    delayed = phrase.format(f"<sense>{trans('delay', '')}</sense><sense>{trans('defer', '')}</sense>")
    read = tei(tmp_path, f"<entry><form><orth>Bank<note>f.</note></orth></form>{entry}</entry>{delayed}")
    assert [(pair.target, pair.evidence) for pair in read] == [
        ("bank", {"sense": "fin."}),
        ("bench", {"sense": "to sit on"}),
        ("bar", {"sense": "of sand; raised ground"}),
        ("row", None),
        ("delay", {"sense": "auf die lange B."}),
        ("defer", {"sense": "auf die lange B."}),
    ]
    assert read.parts_of_speech == ({"Bank": "NOUN"}, {"bank": "NOUN"})
