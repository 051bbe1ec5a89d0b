"""Formats of terminology, translation memories and lexical databases, on small files as their programs write them."""

import gzip
from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.data.reading import dictionary_format, read_dictionary
from tests.data.files import pairs_of, written

TMX = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en"/><body>
<tu><prop type="x-weight">0.5</prop><tuv xml:lang="en-US"><seg>the <bpt i="1">&lt;b&gt;</bpt>house</seg></tuv>
<tuv xml:lang="fr"><seg>la maison</seg></tuv><tuv xml:lang="de"><seg>das Haus</seg></tuv></tu>
<tu><tuv lang="FR"><seg>chien</seg></tuv><tuv lang="EN"><seg>dog</seg></tuv></tu>
<tu><tuv lang="EN"><seg>cat</seg></tuv></tu>
</body></tmx>"""
TBX_2 = """<?xml version='1.0'?><!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body>
<termEntry id="c1"><descrip type="definition">an animal</descrip>
<langSet xml:lang="en"><tig><term>dog</term><termNote type="partOfSpeech">noun</termNote></tig>
<ntig><termGrp><term>hound</term></termGrp></ntig></langSet>
<langSet xml:lang="fr"><tig><term>chien</term></tig></langSet></termEntry></body></text></martif>"""
TBX_3 = """<?xml version="1.0"?><tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
<text><body><conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>dog</term></termSec></langSec>
<langSec xml:lang="fr"><termSec><term>chien</term></termSec></langSec></conceptEntry></body></text></tbx>"""
JMDICT = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE JMdict [<!ELEMENT JMdict (entry*)>
<!ENTITY n "noun (common) (futsuumeishi)">]><JMdict><entry><ent_seq>1</ent_seq>
<k_ele><keb>看板</keb></k_ele><r_ele><reb>かんばん</reb></r_ele>
<sense><pos>&n;</pos><gloss>signboard (shop)</gloss><gloss xml:lang="ger">Schild</gloss></sense>
<sense><gloss xml:lang="eng">draw</gloss></sense></entry></JMdict>"""
EDICT = """　？？？ /EDICT, EDICT_SUB(P), EDICT2 Japanese-English Electronic Dictionary Files/
看板(P);看版 [かんばん(P)] /(n) signboard/sign/(P)/EntL1214180X/
する /(vs-i) to do/
broken
"""
CEDICT = """# CC-CEDICT
#! license=https://creativecommons.org/licenses/by-sa/4.0/
參加 参加 [can1 jia1] /to participate/to take part; to join/
貓 猫 [mao1] /cat/CL:隻|只[zhi1]/
"""
CONCEPTNET = """/a/[/r/Synonym/,/c/en/dog/n/,/c/fr/chien/]\t/r/Synonym\t/c/en/dog/n\t/c/fr/chien\t{"weight": 1.0}
/a/[/r/Synonym/,/c/fr/pomme_de_terre/,/c/en/potato/]\t/r/Synonym\t/c/fr/pomme_de_terre\t/c/en/potato\t{}
/a/[/r/Synonym/,/c/en/dog/,/c/en/hound/]\t/r/Synonym\t/c/en/dog\t/c/en/hound\t{}
/a/[/r/IsA/,/c/en/dog/,/c/fr/animal/]\t/r/IsA\t/c/en/dog\t/c/fr/animal\t{}
"""


@pytest.mark.parametrize(
    ("kind", "content", "languages", "expected"),
    [
        ("tmx", TMX, ("en", "fr"), [("the house", "la maison"), ("dog", "chien")]),
        ("tmx", TMX, ("de", "fr"), [("das Haus", "la maison")]),
        ("tbx", TBX_2, ("en", "fr"), [("dog", "chien"), ("hound", "chien")]),
        ("tbx", TBX_3, ("fr", "en"), [("chien", "dog")]),
        (
            "jmdict",
            JMDICT,
            ("ja", "en"),
            [("看板", "signboard"), ("かんばん", "signboard"), ("看板", "draw"), ("かんばん", "draw")],
        ),
        ("jmdict", JMDICT, ("de", "ja"), [("Schild", "看板"), ("Schild", "かんばん")]),
        (
            "edict",
            EDICT.partition("\n")[2],
            ("ja", "en"),
            [
                *(("看板", "signboard"), ("看板", "sign"), ("看版", "signboard"), ("看版", "sign")),
                *(("かんばん", "signboard"), ("かんばん", "sign"), ("する", "to do")),
            ],
        ),
        (
            "edict",
            CEDICT,
            ("zh", "en"),
            [
                *(
                    (word, gloss)
                    for word in ("參加", "参加")
                    for gloss in ("to participate", "to take part", "to join")
                ),
                *(("貓", "cat"), ("猫", "cat")),
            ],
        ),
        ("conceptnet", CONCEPTNET, ("en", "fr"), [("dog", "chien"), ("potato", "pomme de terre")]),
    ],
)
def test_pairs_are_read(
    tmp_path: Path, kind: str, content: str, languages: tuple[str, str], expected: list[tuple[str, str]]
) -> None:
    for path in (written(tmp_path, content), written(tmp_path, gzip.compress(content.encode()), "packed.gz")):
        assert dictionary_format(path) == kind
        assert pairs_of(read_dictionary(path, *languages)) == expected


def test_weights_parts_of_speech_senses_and_licences_are_kept(tmp_path: Path) -> None:
    assert read_dictionary(written(tmp_path, TMX), "en", "fr").pairs[0].weight == 0.5
    terms = read_dictionary(written(tmp_path, TBX_2), "en", "fr")
    assert (terms.parts_of_speech[0], terms.pairs[0].evidence) == ({"dog": "NOUN"}, {"sense": "an animal"})
    assert read_dictionary(written(tmp_path, JMDICT), "ja", "en").parts_of_speech[0]["看板"] == "NOUN"
    assert read_dictionary(written(tmp_path, EDICT), "ja", "en").parts_of_speech[0]["看版"] == "NOUN"
    assert read_dictionary(written(tmp_path, CEDICT), "zh", "en").origin.licence == "CC-BY-SA-4.0"
    assert read_dictionary(written(tmp_path, CONCEPTNET), "en", "fr").parts_of_speech[0] == {"dog": "NOUN"}


def test_edict_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    dictionary = read_dictionary(written(tmp_path, EDICT.encode("euc_jp"), "edict"), "ja", "en")
    assert ("看板", "sign") in pairs_of(dictionary)
    assert dictionary.dropped["line that is not an entry"] == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TMX, r"no pair of fi and en \(its languages: fr, en, en-US, de\), expected a translation memory"),
        (TBX_3, r"no pair of fi and en \(its languages: en, fr\), expected a term base"),
        (JMDICT, "no pair of fi and en"),
        (CONCEPTNET, "no words of fi and en with one meaning"),
        ("id,langvar,txt,txt_degr\n1,187,dog,dog\n", ":1: a table of PanLex's database, which has no pairs"),
        (TMX[:-20], "broken XML"),
        (
            TMX.replace('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', '<!DOCTYPE tmx [<!ENTITY a "b">]>'),
            "a definition of entity",
        ),
    ],
)
def test_files_without_such_pairs_are_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_dictionary(written(tmp_path, content), "fi", "en")


@pytest.mark.parametrize("value", ["&x;&x;", "x" * 300])
def test_entities_that_can_grow_are_refused_in_jmdict_too(tmp_path: Path, value: str) -> None:
    content = JMDICT.replace("noun (common) (futsuumeishi)", value)
    with pytest.raises(FormatError, match="a definition of entity 'n'"):
        read_dictionary(written(tmp_path, content), "ja", "en")
