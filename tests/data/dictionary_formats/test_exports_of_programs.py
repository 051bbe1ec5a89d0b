"""Dictionaries as spreadsheets, web pages and other programs export them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary

PAIRS = [("dog", "chien"), ("cat", "chat")]
TEI = '<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>{}</body></text></TEI>'
LEX_0 = (
    '<entry xml:lang="en"><form type="lemma"><orth>{}</orth></form><sense>'
    '<cit type="translationEquivalent" xml:lang="fr"><form><orth>{}</orth></form></cit></sense></entry>'
)


def read(folder: Path, content: str | bytes, name: str, languages: str = "en fr") -> Dictionary:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_dictionary(folder / name, *languages.split())


def words(dictionary: Dictionary) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in dictionary]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cell with a line end.csv", 'English;French;Notes\r\ndog;chien;"a\r\nb"\r\ncat;chat;\r\n'),
        ("regions.csv", "en-US,de-DE,fr-FR\ndog,Hund,chien\ncat,Katze,chat\n"),
        ("arrows.txt", "dog -> chien\ncat -> chat\n"),
        ("fat arrows.txt", "dog => chien\ncat => chat\n"),
        ("typeset arrows.txt", "dog → chien\ncat → chat\n"),
        ("list.md", "# Animals\n\n- dog – chien\n- cat – chat\n"),
        ("bold.md", "* **dog**: chien\n* **cat**: chat\n"),
        ("numbers.txt", "1. dog - chien\n2. cat - chat\n"),
        ("phrasebook.csv", "English,French,dog,chien\nEnglish,German,cow,Kuh\nEnglish,French,cat,chat\n"),
        ("turned.csv", "English,French,dog,chien\nFrench,English,chat,cat\n"),
        ("wikidata.csv", "item,enLabel,frLabel\nwd:Q144,dog,chien\nwd:Q146,cat,chat\n"),
        ("pronunciations.tsv", "dog\t/dɒɡ/\tchien\ncat\t/kæt/\tchat\n"),
        ("quotes.csv", "'dog','chien'\n'cat','chat'\n"),
        ("percent.tsv", "dog\tchien\t95%\ncat\tchat\t80 %\n"),
        ("nested.json", '{"dog": {"fr": "chien", "de": "Hund"}, "cat": {"fr": ["chat"]}}'),
        ("lines.jsonl", '{"source": "dog", "target": "chien"}\n{"source": "cat", "target": "chat"}\n'),
        ("lex-0.tei", TEI.format(LEX_0.format("dog", "chien") + LEX_0.format("cat", "chat"))),
        (
            "called.xml",
            TEI.format(
                "<superEntry>"
                + "".join(
                    f'<entry><form><orth>{word}</orth></form><cit type="trans"><quote>{mot}</quote></cit></entry>'
                    for word, mot in PAIRS
                )
                + "</superEntry>"
            ),
        ),
        (
            "p4.xml",
            "<TEI.2><text><body><entry><form><orth>dog</orth></form><trans><tr>chien</tr></trans></entry><entry><form>"
            "<orth>cat</orth></form><sense><trans><tr>chat</tr></trans></sense></entry></body></text></TEI.2>",
        ),
    ],
    ids=lambda value: value.partition(".")[0] if "\n" not in value and "<" not in value and "{" not in value else "",
)
def test_what_programs_export_is_read(tmp_path: Path, name: str, text: str) -> None:
    dictionary = read(tmp_path, text, name)
    assert words(dictionary) == PAIRS
    assert not dictionary.dropped


def test_percentages_and_decimal_commas_are_weights(tmp_path: Path) -> None:
    assert [pair.weight for pair in read(tmp_path, "dog\tchien\t95%\ncat\tchat\t7,5 %\n", "a.tsv")] == [0.95, 0.075]
    assert [pair.weight for pair in read(tmp_path, "dog;chien;0,95\ncat;chat;1,0\n", "b.csv")] == [0.95, 1.0]


def test_translations_into_other_languages_are_left_out_of_tei(tmp_path: Path) -> None:
    cit = '<cit type="trans" xml:lang="{}"><quote>{}</quote></cit>'
    quotes = cit.format("fra", "chien") + cit.format("de", "Hund")
    text = TEI.format(f"<entry><form><orth>dog</orth></form><sense>{quotes}</sense></entry>")
    french = read(tmp_path, text, "a.tei")
    assert words(french) == [("dog", "chien")]
    assert french.dropped == {"translation into another language": 1}
    assert words(read(tmp_path, text, "a.tei", "en pl")) == [("dog", "chien"), ("dog", "Hund")], "marked wrongly"


def test_a_dash_or_a_quotation_mark_at_one_word_is_no_mark_of_a_list(tmp_path: Path) -> None:
    text = "- dog\tchien\n'cat'\t'chat'\nhouse\tmaison\n15\" tyre\tpneu de 15\"\n"
    assert words(read(tmp_path, text, "a.tsv"))[:2] == [("- dog", "chien"), ("'cat'", "'chat'")]
    inches = 'tyre;"pneu\nwheel;roue\nboat;bateau\n'
    assert ("boat", "bateau") in words(read(tmp_path, inches, "b.csv")), "a quotation mark that nothing closes"


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("INSERT INTO `d` VALUES (1,'dog','chien'),(2,'cat','chat');\n", "SQL", "CSV"),
        ("{| class=wikitable\n| dog || chien\n|}\n", "wiki", "CSV"),
        ("\\begin{tabular}{ll}\ndog & chien \\\\\n\\end{tabular}\n", "LaTeX", "CSV"),
        ("{\\rtf1\\ansi dog\\tab chien\\par}", "RTF", "plain text"),
        (b"PAR1\x15\x04" + b"\0" * 50 + b"PAR1", "Parquet", "to_csv"),
        (b"\0\0\0\x28" + '<Dictionary Version="2.0"'.encode("utf-16le"), "MDict", "pyglossary"),
        ('{"@context": "http://lemon-model.net/lemon#", "@type": "Lexicon"}', "JSON-LD", "Turtle"),
        ("ID,Language_ID,Parameter_ID,Form\n1,eng,DOG,dog\n2,fra,DOG,chien\n", "CLDF", "table of pairs"),
        ("dog:\n  - chien\n  - toutou\ncat:\n  - chat\n", "YAML", "JSON"),
        ('<mtf><conceptGrp><languageGrp><language lang="EN"/></languageGrp></conceptGrp></mtf>', "MultiTerm", "TBX"),
        ('<TBX dialect="TBX-Min"><body><entry id="1"/></body></TBX>', "TBX-Min", "TBX 2"),
        ("<dict><entry><en>dog</en><fr>chien</fr></entry></dict>", "XML of a kind that is not read", "TEI"),
    ],
)
def test_other_exports_are_refused_as_what_they_are(tmp_path: Path, text: str | bytes, found: str, remedy: str) -> None:
    with pytest.raises(FormatError, match=found) as refusal:
        read(tmp_path, text, "x.txt")
    assert remedy in str(refusal.value)


@pytest.mark.parametrize("member", ["xl/workbook.xml", "word/document.xml", "content.xml"])
def test_documents_of_office_programs_are_refused_as_such(tmp_path: Path, member: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "")
        archive.writestr(member, "<x/>")
    with pytest.raises(FormatError, match=r"spreadsheet.*save it as CSV"):
        read(tmp_path, packed.getvalue(), "x.bin")


def test_words_in_angle_brackets_are_no_markup(tmp_path: Path) -> None:
    assert words(read(tmp_path, "<s>\t<s>\n<unk>\t<unk>\n", "x.tsv")) == [("<s>", "<s>"), ("<unk>", "<unk>")]
