from __future__ import annotations

import gzip
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.errors import FormatError
from isogloss.data.reading import dictionary_format, read_dictionary
from isogloss.data.text.parts_of_speech import part_of_speech
from tests.data.files import pairs_of, written

DIX = """<?xml version="1.0" encoding="UTF-8"?>
<dictionary>
<alphabet/>
<sdefs><sdef n="n"/></sdefs>
<section id="main" type="standard">
<e><p><l>dog<s n="n"/></l><r>perro<s n="n"/><s n="m"/></r></p></e>
<e r="LR"><p><l>dog<s n="vblex"/></l><r>seguir<s n="vblex"/></r></p></e>
<e><p><l>guide<b/>dog<s n="n"/></l><r>perro<b/>guía<s n="n"/></r></p></e>
<e><i>Madrid<s n="np"/></i></e>
<e><re>[0-9]+</re><p><l><s n="num"/></l><r><s n="num"/></r></p></e>
<e><p><l></l><r>nada</r></p></e>
</section>
</dictionary>
"""


def dix(folder: Path, content: str | bytes, name: str = "apertium-eng-spa.eng-spa.dix") -> Path:
    return written(folder, content, name)


def stardict(folder: Path, articles: list[tuple[str, bytes]], kinds: str = "m", **about: str) -> Path:
    """The files of a dictionary; the path of its ``.ifo``."""
    index, text = b"", b""
    for word, article in articles:
        index += word.encode() + b"\0" + len(text).to_bytes(4, "big") + len(article).to_bytes(4, "big")
        text += article
    fields = {"version": "2.4.2", "bookname": "Small", "wordcount": str(len(articles)), **about}
    if kinds:
        fields["sametypesequence"] = kinds
    lines = ["StarDict's dict ifo file", *(f"{name}={value}" for name, value in fields.items())]
    (folder / "small.ifo").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "small.idx").write_bytes(index)
    (folder / "small.dict").write_bytes(text)
    return folder / "small.ifo"


def test_apertium_gives_lemmas_with_parts_of_speech(tmp_path: Path) -> None:
    path = dix(tmp_path, DIX)
    assert dictionary_format(path) == "apertium"
    dictionary = read_dictionary(path, "en", "es")
    assert pairs_of(dictionary) == [
        ("dog", "perro"),
        ("dog", "seguir"),
        ("guide dog", "perro guía"),
        ("Madrid", "Madrid"),
    ]
    assert dictionary.parts_of_speech[0] == {"dog": "NOUN VERB", "guide dog": "NOUN", "Madrid": "PROPN"}
    assert dictionary.dropped == {"regular expression": 1, "empty word": 1}


def test_apertium_entries_that_are_switched_off_and_paradigms_are_left_out(tmp_path: Path) -> None:
    off = '<e i="yes"><p><l>cat</l><r>gato</r></p></e>'
    paradigms = "<pardefs><pardef n='x'><e><p><l>s</l><r>es</r></p></e></pardef></pardefs><section"
    dictionary = read_dictionary(
        dix(tmp_path, DIX.replace("<e>", off + "<e>", 1).replace("<section", paradigms)), "en", "es"
    )
    assert {pair.source for pair in dictionary} == {"dog", "guide dog", "Madrid"}
    assert dictionary.dropped["entry that its authors switched off"] == 1


def test_a_monolingual_dictionary_of_apertium_is_refused(tmp_path: Path) -> None:
    entries = '<e lm="dog"><i>dog</i><par n="house__n"/></e><e lm="cat"><i>cat</i><par n="house__n"/></e>'
    path = dix(tmp_path, f"<dictionary><section>{entries}</section></dictionary>", "apertium-eng.eng.dix")
    with pytest.raises(FormatError, match=r"eng\.dix: a monolingual Apertium dictionary"):
        read_dictionary(path, "en", "es")


def test_apertium_is_turned_round_where_its_name_says_so(tmp_path: Path) -> None:
    dictionary = read_dictionary(dix(tmp_path, gzip.compress(DIX.encode()), "eng-spa.dix.gz"), "es", "en")
    assert pairs_of(dictionary)[0] == ("perro", "dog")
    assert dictionary.parts_of_speech[1]["dog"] == "NOUN VERB"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<!DOCTYPE d [<!ENTITY a "b">]><dictionary>&a;</dictionary>', "a definition of entity 'a'"),
        ("<dictionary><section>", "broken XML"),
        ("<dictionary/>", "no translation"),
        ("", "broken XML"),
        (b"<dictionary>\xff\xfe</dictionary>", "broken XML"),
        ("<dictionary>\0</dictionary>", "broken XML"),
        (gzip.compress(DIX.encode())[:-20], "cut-off compressed data"),
        ("<dictionary><e><p><l>" + "x" * 10_000_000 + "</l><r>y</r></p></e></dictionary>", "a text that is longer"),
    ],
)
def test_a_damaged_apertium_file_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_dictionary(dix(tmp_path, content), "en", "es", format="apertium")


def test_stardict_articles_become_translations(tmp_path: Path) -> None:
    articles = [
        ("dog", "/dɒg/ (noun)\n1. chien; toutou [familiar]\n2) clébard".encode()),
        ("cat", b"chat, minou"),
        ("empty", b""),
        ("latin", b"\xff"),
    ]
    path = stardict(tmp_path, articles)
    assert dictionary_format(path) == dictionary_format(tmp_path) == "stardict"
    dictionary = read_dictionary(path, "en", "fr")
    assert pairs_of(dictionary) == [
        ("dog", "chien"),
        ("dog", "toutou"),
        ("dog", "clébard"),
        ("cat", "chat"),
        ("cat", "minou"),
    ]
    assert dictionary.origin.name == "Small"
    assert dictionary.dropped == {"not UTF-8": 1}


def test_stardict_markup_and_several_fields_are_read(tmp_path: Path) -> None:
    html = "<div><k>dog</k><ol><li><b>chien</b></li><li>le&nbsp;clebs</li></ol></div>"
    path = stardict(tmp_path, [("dog", b"dog\0" + html.encode())], "th")
    assert pairs_of(read_dictionary(path, "en", "fr")) == [("dog", "chien"), ("dog", "le clebs")]
    path = stardict(tmp_path, [("dog", b"mchien\0Wab" + (0).to_bytes(4, "big"))], "")
    assert pairs_of(read_dictionary(path, "en", "fr")) == [("dog", "chien")]


def test_grammar_and_glosses_of_markup_are_no_translations(tmp_path: Path) -> None:
    grammar = '<font class="grammar" color="green">{}</font><br>'
    articles = [
        ("free", f"<div>{grammar.format('suffix')}free from; without<div>frei</div></div>"),
        (
            "take",
            f"<div>/<font>teɪk</font>/<br>{grammar.format('verb')}<ol><li>to grab<div>nehmen</div></li></ol></div>",
        ),
        ("Berlin", '<div><div>Berlin</div><div class="example"><div>x</div></div><div>See also: <a>y</a></div></div>'),
        ("go", "<div>to move away</div>"),
    ]
    path = stardict(tmp_path, [(word, article.encode()) for word, article in articles], "h")
    dictionary = read_dictionary(path, "en", "de")
    assert [(pair.source, pair.target, pair.evidence) for pair in dictionary] == [
        ("free", "frei", {"sense": "free from; without"}),
        ("take", "nehmen", {"sense": "to grab"}),
        ("Berlin", "Berlin", None),
    ]
    assert dictionary.parts_of_speech[0] == {"take": "VERB"}
    assert dictionary.dropped["entry without a translation"] == 1


def test_labels_of_plain_articles_are_parts_of_speech(tmp_path: Path) -> None:
    path = stardict(tmp_path, [("run", b"noun\nLauf\nSee also: jog\nv. laufen (schnell), etc."), ("Nomen", b"noun")])
    dictionary = read_dictionary(path, "en", "de")
    assert pairs_of(dictionary) == [("run", "Lauf"), ("run", "laufen"), ("run", "etc."), ("Nomen", "noun")]
    assert dictionary.parts_of_speech[0] == {"run": "NOUN VERB"}


def test_forms_lead_to_their_headword(tmp_path: Path) -> None:
    path = stardict(tmp_path, [("Hund", b"dog"), ("Katze", b"cat")])
    (tmp_path / "small.syn").write_bytes(b"Hunde\0" + (0).to_bytes(4, "big") + b"Katzen\0" + (1).to_bytes(4, "big"))
    assert read_dictionary(path, "de", "en").forms == {"Hunde": "Hund", "Katzen": "Katze"}
    (tmp_path / "small.syn").write_bytes(b"Hunde\0" + (2).to_bytes(4, "big"))
    with pytest.raises(FormatError, match=r"small\.syn: a form without its end or headword at byte 0"):
        read_dictionary(path, "de", "en")


def test_a_dictionary_that_explains_is_refused(tmp_path: Path) -> None:
    articles = [("dog", b"a domestic animal that barks, kept as a pet"), ("cat", b"a small animal that hunts mice")]
    with pytest.raises(FormatError, match="articles that explain their words, such as 'a domestic animal that barks'"):
        read_dictionary(stardict(tmp_path, articles), "en", "fr")


def test_packed_stardict_files_are_read(tmp_path: Path) -> None:
    path = stardict(tmp_path, [("dog", b"chien")])
    for name, packed in (("small.idx", "small.idx.gz"), ("small.dict", "small.dict.dz")):
        (tmp_path / packed).write_bytes(gzip.compress((tmp_path / name).read_bytes()))
        (tmp_path / name).unlink()
    assert pairs_of(read_dictionary(path, "en", "fr")) == [("dog", "chien")]
    (tmp_path / "small.dict.dz").write_bytes((tmp_path / "small.dict.dz").read_bytes()[:-9])
    with pytest.raises(FormatError, match=r"small\.dict\.dz: damaged or cut-off compressed data"):
        read_dictionary(path, "en", "fr")


def test_a_damaged_stardict_file_is_refused(tmp_path: Path) -> None:
    path = stardict(tmp_path, [("dog", b"chien")], wordcount="7")
    with pytest.raises(FormatError, match="1 words in the index, expected the 7"):
        read_dictionary(path, "en", "fr")
    stardict(tmp_path, [("dog", b"chien")])
    (tmp_path / "small.dict").write_bytes(b"chi")
    with pytest.raises(FormatError, match="an article of 'dog' up to byte 5"):
        read_dictionary(path, "en", "fr")
    (tmp_path / "small.idx").write_bytes(b"x" * 10_000_000)
    with pytest.raises(FormatError, match="a word without its end"):
        read_dictionary(path, "en", "fr")
    (tmp_path / "small.idx").unlink()
    with pytest.raises(FormatError, match=r"no \.idx file beside it"):
        read_dictionary(path, "en", "fr")
    path.write_bytes(b"")
    with pytest.raises(FormatError, match=":1: ''"):
        read_dictionary(path, "en", "fr")


@settings(max_examples=60, deadline=None)
@given(index=st.binary(max_size=40), text=st.binary(max_size=40), kinds=st.text("mhtgxWP", max_size=3))
def test_any_bytes_are_a_stardict_dictionary_or_refused(index: bytes, text: bytes, kinds: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = stardict(Path(folder), [("a", text)], kinds)
        if index:
            (Path(folder) / "small.idx").write_bytes(index)
        with suppress(FormatError):
            assert len(read_dictionary(path, "en", "fr")) > 0


@settings(max_examples=40, deadline=None)
@given(start=st.integers(0, len(DIX)), size=st.integers(0, 30), noise=st.binary(max_size=10))
def test_a_torn_apertium_file_is_read_or_refused(start: int, size: int, noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(FormatError):
        content = DIX.encode()[:start] + noise + DIX.encode()[start + size :]
        path = dix(Path(folder), content, "a.dix")
        assert len(read_dictionary(path, "en", "es", format="apertium")) > 0


@pytest.mark.parametrize("content", ["a\tb\tnan\nc\td\t0.5\n", "a\tb\t1.5\nc\td\t0.5\n", "a\tb\t-inf\nc\td\t0.5\n"])
def test_a_bad_weight_in_the_first_row_of_a_nameless_table_drops_the_row(tmp_path: Path, content: str) -> None:
    (tmp_path / "in.tsv").write_text(content)
    dictionary = read_dictionary(tmp_path / "in.tsv", "en", "fr")
    assert [(pair.source, pair.weight) for pair in dictionary] == [("c", 0.5)]
    assert dictionary.dropped == {"weight that is not a probability": 1}


def test_parts_of_speech_have_one_name() -> None:
    assert {part_of_speech(name) for name in ("noun", "n", "Noun", "common noun")} == {"NOUN"}
    assert part_of_speech("no such thing") == ""
