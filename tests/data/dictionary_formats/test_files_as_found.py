"""Files as programs and dictionaries in the world write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary, read_vectors

ROWS = "the 1 2 3\ncat 4 5 6\ndog 7 8 9\n"
TMX = (
    '<?xml version="1.0" encoding="{}"?><tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en">'
    '<seg>größe</seg></tuv><tuv xml:lang="fr"><seg>taille</seg></tuv></tu></body></tmx>'
)
EDICT = "　？？？？ /EDICT, Japanese-English/Created: 2019-01-01/\n犬 [いぬ] /(n) dog/\n"
JMDICT = (
    "<JMdict><entry><k_ele><keb>食べる</keb></k_ele><k_ele><keb>喰べる</keb></k_ele><r_ele><reb>たべる</reb></r_ele>"
    '<sense><gloss>to eat</gloss><gloss g_type="expl">to take in food</gloss></sense>'
    "<sense><stagk>喰べる</stagk><gloss>to devour</gloss></sense></entry></JMdict>"
)
DIX = (
    "<dictionary><section><e><p><l>gos</l><r>perro</r></p></e>"
    "<e><p><l>de<b/>l<j/>aigua</l><r>del<b/>agua</r></p></e></section></dictionary>"
)
DICT_CC = (
    "# EN-DE vocabulary database\n# 2024\n\ndog\tHund {m} [Canis lupus]\tnoun\t[zool.]\n"
    "kennel\tHundehütte {f}\tnoun\t[agr.]\n&amp;c.\tusw.\tadv\t\n"
)


def stardict(folder: Path, word: str, article: str, kind: str) -> Dictionary:
    text = article.encode()
    about = f"StarDict's dict ifo file\nversion=2.4.2\nwordcount=1\nsametypesequence={kind}\n"
    (folder / "x.ifo").write_text(about, "utf-8")
    (folder / "x.idx").write_bytes(word.encode() + b"\0" * 5 + len(text).to_bytes(4, "big"))
    (folder / "x.dict").write_bytes(text)
    return read_dictionary(folder / "x.ifo", "de", "en")


@pytest.mark.parametrize(
    ("word", "article", "kind", "targets", "tags"),
    [
        (
            "Haus",
            "<k>Haus</k>\n<tr>haʊs</tr>\n<gr>n</gr>\n<dtrn>house</dtrn>, <dtrn>home</dtrn>\n"
            "<ex>Er ist im Haus. - He is in.</ex>",
            "x",
            ["house", "home"],
            "NOUN",
        ),
        (
            "Bank",
            '<b>1.</b> <c c="gray">f</c> bench\n<b>2.</b> <c>f, sg</c> bank <i>finance</i>',
            "x",
            ["bench", "bank"],
            "",
        ),
        (
            "laufen",
            "<b>laufen</b> <i>v/i</i> <b>1)</b> run; <b>2)</b> walk <i>on foot</i>; <b>3)</b> <i>Tech</i> work",
            "h",
            ["run", "walk", "work"],
            "",
        ),
        (
            "rot",
            '<div><b>rot</b> <font color="green">/ʁoːt/</font> <i>adj</i><ul><li>red</li></ul><p>Synonyme: blutrot</p>'
            "<p>Beispiel:</p></div>",
            "h",
            ["red"],
            "ADJ",
        ),
        ("Wasser", '<span foreground="blue">noun, neuter</span> <i>water</i>', "g", ["water"], "NOUN"),
        (
            "Hund",
            '*Hund*\nn. • dog\nSyn: Rüde, Wauwau\n"der Hund" - the dog\n~ und Katze cats and dogs',
            "m",
            ["dog"],
            "NOUN",
        ),
        ("gehen", "1) to go\n2) ▪ to walk\nII. to leave ~ away", "m", ["to go", "to walk", "to leave"], ""),
        ("Glas", "glass\nein Glas Wasser – a glass of water\nglass-fibre", "m", ["glass", "glass-fibre"], ""),
        ("weiblich", "adj.\nfeminine", "m", ["feminine"], "ADJ"),
        ("chien", "n. m.\nHund\nKöter", "m", ["Hund", "Köter"], "NOUN"),
        (
            "dog",
            "<i>сущ.</i><ol><li>собака, пёс</li><li>кобель <i>(самец)</i></li></ol>",
            "h",
            ["собака", "пёс", "кобель"],
            "",
        ),
    ],
)
def test_stardict_articles_as_dictionaries_print_them(
    tmp_path: Path, word: str, article: str, kind: str, targets: list[str], tags: str
) -> None:
    dictionary = stardict(tmp_path, word, article, kind)
    assert [pair.target for pair in dictionary] == targets
    assert dictionary.parts_of_speech[0].get(word, "") == tags


@pytest.mark.parametrize(
    ("content", "name", "languages", "pairs"),
    [
        (TMX.format("UTF-16").encode("utf-16"), "x.tmx", "en fr", [("größe", "taille")]),
        (TMX.format("utf-8").encode("utf-8-sig"), "x.tmx", "en fr", [("größe", "taille")]),
        (EDICT.encode("euc_jp"), "edict", "ja en", [("犬", "dog"), ("いぬ", "dog")]),
        (
            JMDICT.encode(),
            "x.xml",
            "ja en",
            [("食べる", "to eat"), ("喰べる", "to eat"), ("たべる", "to eat"), ("喰べる", "to devour")],
        ),
        (DIX.encode(), "x.dix", "ca es", [("gos", "perro")]),
        (DICT_CC.encode(), "x.txt", "en de", [("dog", "Hund"), ("kennel", "Hundehütte"), ("&c.", "usw.")]),
        (b"1\tdog\tchien\n2\tcat\tchat\n", "x.tsv", "en fr", [("dog", "chien"), ("cat", "chat")]),
        (b"# made by hand\n\ndog chien\ncat chat\n", "x.txt", "en fr", [("dog", "chien"), ("cat", "chat")]),
        (b"# #\ndog chien\n", "x.txt", "en fr", [("#", "#"), ("dog", "chien")]),
        (
            b"big\tgrand\tgros\nsmall\tpetit\tgros\n",
            "x.tsv",
            "en fr",
            [("big", "grand"), ("big", "gros"), ("small", "petit"), ("small", "gros")],
        ),
    ],
)
def test_dictionaries_as_people_have_them(
    tmp_path: Path, content: bytes, name: str, languages: str, pairs: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert [pair[:2] for pair in read_dictionary(tmp_path / name, *languages.split())] == pairs


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("word,0,1,2\nthe,1,2,3\ncat,4,5,6\ndog,7,8,9\n", "x.csv"),
        (",word,1,2,3\n0,the,1,2,3\n1,cat,4,5,6\n2,dog,7,8,9\n", "x.csv"),
        (ROWS.replace(" ", "\t"), "x.tsv"),
    ],
)
def test_tables_of_vectors_have_names_of_columns(tmp_path: Path, content: str, name: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    vectors = read_vectors(tmp_path / name, "en")
    assert vectors.words == ("the", "cat", "dog")
    assert vectors.matrix.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def test_a_tab_ends_the_word_whatever_it_holds(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("the\t1\t2\t3\nwindows 10\t4\t5\t6\n", "utf-8")
    assert read_vectors(tmp_path / "x.tsv", "en").words == ("the", "windows 10")


def test_counts_beside_the_words_of_an_array_are_no_part_of_them(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.eye(2, dtype=np.float32))
    (tmp_path / "x.vocab").write_text("the\t1061396\nnew york\t-3.25\n", "utf-8")
    assert read_vectors(tmp_path / "x.npy", "en").words == ("the", "new york")
    (tmp_path / "x.vocab").write_text("the\nwindows 10\n", "utf-8")
    assert read_vectors(tmp_path / "x.npy", "en").words == ("the", "windows 10")


def test_what_tells_of_a_model_stands_beside_it_in_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "40.zip", "w") as archive:
        for name, content in (("README", "x"), ("meta.json", "{}"), ("model.bin", "x"), ("model.txt", f"3 3\n{ROWS}")):
            archive.writestr(name, content)
    assert read_vectors(tmp_path / "40.zip", "en").words == ("the", "cat", "dog")


def test_a_file_of_which_more_is_left_out_than_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.vec").write_text(f"3 4\n{ROWS}windows 10 1 2 3\n", "utf-8")  # of 3 dimensions, in truth
    with pytest.raises(FormatError, match="3 of 4 rows, which is more than may be left out"):
        read_vectors(tmp_path / "x.vec", "en")
