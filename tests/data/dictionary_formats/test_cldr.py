"""CLDR's names, from small folders in its two layouts."""

import json
from pathlib import Path

import pytest

from isogloss.data.dictionary_formats import cldr
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.reading import read_dictionary

ENGLISH = """<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE ldml SYSTEM "../../common/dtd/ldml.dtd">
<ldml><annotations>
<annotation cp="🐈">cat | pet</annotation>
<annotation cp="🐈" type="tts">cat</annotation>
<annotation cp="🐶" type="tts">dog face</annotation>
<annotation cp="🐟" type="tts">fish</annotation>
<annotation cp="🧊" type="tts" draft="unconfirmed">ice</annotation>
<annotation cp="🌊" type="tts">wave</annotation>
</annotations></ldml>
"""
FINNISH = (
    ENGLISH.replace(">cat<", ">kissa<")
    .replace(">dog face<", ">koira<")
    .replace(">fish<", ">kala<")
    .replace(">wave<", ">↑↑↑<")
)
MAIN = """<ldml><localeDisplayNames><languages><language type="fi">{fi}</language>
<language type="en" alt="short">{fi}</language></languages>
<territories><territory type="FI">{FI}</territory></territories></localeDisplayNames>
<dates><calendars><calendar type="gregorian"><months>
<monthContext type="format"><monthWidth type="wide"><month type="1">{format}</month></monthWidth></monthContext>
<monthContext type="stand-alone"><monthWidth type="wide"><month type="1">{alone}</month></monthWidth></monthContext>
</months></calendar></calendars></dates>
<numbers><currencies><currency type="EUR"><displayName>{euro}</displayName>
<displayName count="other">{euro}s</displayName></currency></currencies></numbers></ldml>
"""


def xml_folder(folder: Path, english: str = ENGLISH, finnish: str = FINNISH) -> Path:
    for name in ("annotations", "main", "dtd"):
        (folder / "common" / name).mkdir(parents=True, exist_ok=True)
    common = folder / "common"
    (common / "annotations" / "en.xml").write_text(english, encoding="utf-8")
    (common / "annotations" / "fi.xml").write_text(finnish, encoding="utf-8")
    names = {"fi": "Finnish", "FI": "Finland", "format": "January", "alone": "January", "euro": "Euro"}
    (common / "main" / "en.xml").write_text(MAIN.format(**names), encoding="utf-8")
    names = {"fi": "suomi", "FI": "Suomi", "format": "tammikuuta", "alone": "tammikuu", "euro": "euro"}
    (common / "main" / "fi.xml").write_text(MAIN.format(**names), encoding="utf-8")
    (common / "dtd" / "ldml.dtd").write_text('<!ATTLIST version cldrVersion CDATA #FIXED "41" >', encoding="utf-8")
    return folder


def pairs(path: Path) -> set[tuple[str, str]]:
    return {(pair.source, pair.target) for pair in cldr.read(path, "en", "fi")}


def test_names_of_one_thing_are_a_pair_in_lower_case(tmp_path: Path) -> None:
    dictionary = read_dictionary(xml_folder(tmp_path), "en", "fi")
    assert {(pair.source, pair.target) for pair in dictionary} == {
        ("cat", "kissa"),
        ("dog face", "koira"),
        ("fish", "kala"),
        ("finnish", "suomi"),
        ("finland", "suomi"),
        ("january", "tammikuu"),
        ("euro", "euro"),
    }
    assert (dictionary.origin.name, dictionary.origin.licence) == ("CLDR 41", "Unicode-DFS-2016")


def test_what_makes_no_pair_is_counted(tmp_path: Path) -> None:
    dropped = cldr.read(xml_folder(tmp_path), "en", "fi").dropped
    assert dropped == {"named in one language only": 1}


@pytest.mark.parametrize(
    ("language", "files", "expected"),
    [
        ("pt-BR", {"pt": "kissa", "pt_PT": "koira"}, "kissa"),
        ("pt-PT", {"pt": "kissa", "pt_PT": "koira"}, "koira"),
        ("zh-TW", {"zh": "kissa", "zh_Hant": "koira"}, "koira"),
        ("zh-CN", {"zh": "kissa", "zh_Hant": "koira"}, "kissa"),
        ("sr-Latn", {"sr": "kissa", "sr_Latn": "koira"}, "koira"),
    ],
)
def test_a_language_of_a_region_falls_back_to_its_parent(
    tmp_path: Path, language: str, files: dict[str, str], expected: str
) -> None:
    folder = xml_folder(tmp_path) / "common" / "annotations"
    for name, cat in files.items():
        (folder / f"{name}.xml").write_text(ENGLISH.replace(">cat<", f">{cat}<"), encoding="utf-8")
    assert cldr.read(tmp_path, "en", language)["cat"] == (expected,)


def test_another_script_has_no_parent(tmp_path: Path) -> None:
    folder = xml_folder(tmp_path) / "common" / "annotations"
    (folder / "sr.xml").write_text(ENGLISH, encoding="utf-8")
    with pytest.raises(FormatError, match="nothing for language 'sr-Latn'"):
        cldr.read(tmp_path, "en", "sr-Latn")


def test_concepts_have_a_key_and_a_word_for_each_language(tmp_path: Path) -> None:
    concepts = cldr.concepts(xml_folder(tmp_path), ["en", "fi"])
    assert concepts["emoji/🐈"] == {"en": "cat", "fi": "kissa"}
    assert concepts["emoji/🐶"] == {"fi": "koira"}
    assert concepts["territory/FI"] == {"en": "finland", "fi": "suomi"}
    assert "emoji/🧊" not in concepts


def test_letters_with_combining_marks_are_words(tmp_path: Path) -> None:
    hindi = FINNISH.replace("kissa", "बिल्ली").replace("kala", "मछली 🐟")
    assert cldr.concepts(xml_folder(tmp_path, finnish=hindi), ["fi"])["emoji/🐈"] == {"fi": "बिल्ली"}
    assert "emoji/🐟" not in cldr.concepts(tmp_path, ["fi"])


def test_the_json_layout_reads_like_the_xml(tmp_path: Path) -> None:
    for language, cat, name in (("en", "cat", "Finnish"), ("fi", "kissa", "suomi")):
        annotations = tmp_path / "cldr-annotations-full" / "annotations" / language
        names = tmp_path / "cldr-localenames-full" / "main" / language
        annotations.mkdir(parents=True)
        names.mkdir(parents=True)
        signs = {"🐈": {"default": [cat, "x"], "tts": [cat]}, "🐶": {"default": ["y"]}}
        (annotations / "annotations.json").write_text(json.dumps({"annotations": {"annotations": signs}}), "utf-8")
        listed = {"main": {language: {"localeDisplayNames": {"languages": {"fi": name, "fi-alt-long": "no"}}}}}
        (names / "languages.json").write_text(json.dumps(listed), "utf-8")
    assert cldr.matches(tmp_path)
    assert pairs(tmp_path) == {("cat", "kissa"), ("finnish", "suomi")}


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = ENGLISH.replace('<!DOCTYPE ldml SYSTEM "../../common/dtd/ldml.dtd">', '<!DOCTYPE ldml [<!ENTITY a "aa">]>')
    with pytest.raises(FormatError, match=r"en\.xml:2: a definition of entity 'a'"):
        pairs(xml_folder(tmp_path, english=bomb))


def test_an_external_file_is_never_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('<!ENTITY x "leaked">', "utf-8")
    spy = ENGLISH.replace(
        '<!DOCTYPE ldml SYSTEM "../../common/dtd/ldml.dtd">', f'<!DOCTYPE ldml SYSTEM "file://{tmp_path}/secret">'
    ).replace(">cat<", ">&x;<")
    assert "secret" in spy
    assert ">&x;<" in spy
    assert pairs(xml_folder(tmp_path)) - pairs(xml_folder(tmp_path, english=spy)) == {("cat", "kissa")}
    assert not any(word == "leaked" for word, _ in pairs(xml_folder(tmp_path, english=spy)))


def test_broken_xml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"fi\.xml:4: broken XML"):
        pairs(xml_folder(tmp_path, finnish=FINNISH[:150]))


def test_a_language_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="nothing for language 'sw'"):
        cldr.read(xml_folder(tmp_path), "en", "sw")
    with pytest.raises(VocabularyError):
        cldr.names(tmp_path, "../../secret")
