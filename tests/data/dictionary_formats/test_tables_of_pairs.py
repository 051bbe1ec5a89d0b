"""Tables of word pairs as programs, teachers and translators keep them: read rightly, or refused as what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.conventions import TRANSLITERATION
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary

PLAIN = [("dog", "chien"), ("ice cream", "glace")]


def read(folder: Path, text: str, name: str = "x.txt", languages: str = "en fr") -> Dictionary:
    (folder / name).write_bytes(text.encode())
    return read_dictionary(folder / name, *languages.split())


def words(dictionary: Dictionary) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in dictionary]


@pytest.mark.parametrize(
    "text",
    [
        "dog = chien\nice cream = glace\n",
        "dog=chien\nice cream=glace\n",
        "dog: chien\nice cream: glace\n",
        "dog - chien\nice cream - glace\n",
        "dog – chien\nice cream – glace\n",
        "dog        chien\nice cream  glace\n",
        "dog|chien\nice cream|glace\n",
        "| English | French |\n|:---|---|\n| dog | chien |\n| ice cream | glace |\n",
        "dog,chien\rice cream,glace\r",
        "\ufeffEnglish word;French translation\ndog;chien\nice cream;glace\n",
        "eng-000\tfra-000\ndog\tchien\nice cream\tglace\n",
        "expr,trans_expr\ndog,chien\nice cream,glace\n",
        "palabra\tsignificado\tveces\ndog\tchien\t17\nice cream\tglace\t3\n",
        '{"dog": "chien", "ice cream": ["glace"]}',
        '[{"en": "dog", "fr": "chien"}, {"en": "ice cream", "fr": "glace"}]',
        '[["dog", "chien"], ["ice cream", "glace"]]',
    ],
)
def test_any_usual_separator_is_seen(tmp_path: Path, text: str) -> None:
    assert words(read(tmp_path, text)) == PLAIN


def test_a_phrase_table_has_the_probability_of_the_target(tmp_path: Path) -> None:
    dictionary = read(
        tmp_path, "dog ||| chien ||| 0.5 0.4 0.25 0.2 ||| 0-0 ||| 10 8\nice cream ||| glace ||| 1 1 1 1\n"
    )
    assert [pair[:3] for pair in dictionary] == [("dog", "chien", 0.25), ("ice cream", "glace", 1.0)]


def test_tables_of_word_alignments_have_probabilities_or_their_logarithms(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "dog chien 0.5\nNULL le 0.1\ncat chat -0.6931472\n")
    assert [(pair.source, round(pair.weight, 3)) for pair in dictionary] == [("dog", 0.5), ("cat", 0.5)]
    assert dictionary.dropped == {"word aligned to nothing": 1}


def test_articles_and_genders_behind_words_are_no_words(tmp_path: Path) -> None:
    text = "house\tmaison, la\nwater\teau (f), l'\nthe\tle, la\ndog\tchien, toutou\n"
    assert words(read(tmp_path, text)) == [
        *(("house", "maison"), ("water", "eau"), ("the", "le"), ("the", "la"), ("dog", "chien"), ("dog", "toutou"))
    ]
    german = read(tmp_path, "Haus, das\thouse\nHund, der\tdog\n", languages="de en")
    assert words(german) == [("Haus", "house"), ("Hund", "dog")]
    latin = read(tmp_path, "dog\tcanis m or f\nwater\taqua f\nvitamin\tvitaminum c\n", languages="en la")
    assert [pair.target for pair in latin] == ["canis", "aqua", "vitaminum c"]


def test_articles_and_signs_of_infinitives_before_words_are_no_words(tmp_path: Path) -> None:
    text = (
        "the dog\tle chien\nthe house\tla maison\nwater\tl’eau\nto go\taller\nto see\tvoir\nonce\tune fois\n"
        "the potato\tla pomme de terre\nthe dog barks at night\tle chien aboie la nuit\nLe Havre\tLe Havre\n"
    )
    assert words(read(tmp_path, text)) == [
        *(("dog", "chien"), ("house", "maison"), ("water", "eau"), ("go", "aller"), ("see", "voir")),
        *(("once", "une fois"), ("potato", "pomme de terre")),
        *(("the dog barks at night", "le chien aboie la nuit"), ("Le Havre", "Le Havre")),
    ]
    german = read(tmp_path, "der Hund\tthe dog\nDie Katze\tthe cat\nein Haus\ta house\n", languages="de en")
    assert words(german) == [("Hund", "dog"), ("Katze", "cat"), ("ein Haus", "a house")]
    weighed = read(tmp_path, "the dog\tle chien\t0.5\nthe cat\tle chat\t0.5\n")
    assert words(weighed) == [("the dog", "le chien"), ("the cat", "le chat")]


@pytest.mark.parametrize(
    ("text", "languages", "pairs"),
    [
        ("deutsch;französisch\nHund;chien\n", "de fr", [("Hund", "chien")]),  # in the language of whoever made it
        ("ewe,mouton\nchien,dog\n", "en fr", [("ewe", "mouton"), ("chien", "dog")]),  # Ewe is a language, too
        ("dog chien 120\ncat chat 5\n", "en fr", [("dog", "chien"), ("cat", "chat")]),  # how often they were seen
        (
            "langvar,txt,trans_langvar,trans_txt,trans_quality\neng-000,dog,fra-000,chien,9\neng-000,dog,deu-000,Hund,9\n",
            "en fr",
            [("dog", "chien")],
        ),
        ("source_lang,target_lang,source,target\nen,fr,dog,chien\nen,de,dog,Hund\n", "en fr", [("dog", "chien")]),
    ],
    ids=["German headings", "a word like a language", "counts", "languages of PanLex", "languages in columns"],
)
def test_tables_say_their_languages_and_counts_in_many_ways(
    text: str, languages: str, pairs: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert words(read(tmp_path, text, "x.csv" if "," in text else "x.txt", languages=languages)) == pairs


def test_one_odd_word_is_no_habit_of_a_table(tmp_path: Path) -> None:
    assert words(read(tmp_path, "plan\tplan f\ndog\tchien\n")) == [("plan", "plan f"), ("dog", "chien")]


def test_transliterations_beside_words_are_left_out_and_counted(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "belt\tпояс, poyas\ndog\tсобака (sobaka)\nhouse\tдом [dom]\n", languages="en ru")
    assert [pair.target for pair in dictionary] == ["пояс", "собака", "дом"]
    assert dictionary.dropped == {TRANSLITERATION: 1}
    serbian = read(tmp_path, "belt\tпојас, pojas\n", languages="en sr")
    assert [pair.target for pair in serbian] == ["појас", "pojas"]


def test_notes_of_anki_have_directives_and_markup(tmp_path: Path) -> None:
    text = (
        "#separator:tab\n#html:true\n#guid column:1\n#deck column:2\n#tags column:5\n"
        "q;1\tFrench\t<b>dog</b>\tchien<br>toutou\tanimals\nq;2\tFrench\t[sound:x.mp3] ice cream\t<div>glace</div>\t\n"
    )
    assert words(read(tmp_path, text)) == [("dog", "chien"), ("dog", "toutou"), ("ice cream", "glace")]
    assert words(read(tmp_path, "#separator:semicolon\n#html:false\ndog;chien\nice cream;glace\n")) == PLAIN


def test_a_glossary_saved_as_csv_has_comments_and_notes(tmp_path: Path) -> None:
    text = "# my glossary\ndog,chien,animal domestique\n# verbs, and others\ngo,aller,\ncat,chat,un autre\n"
    pairs = read(tmp_path, text, "g.csv")
    assert words(pairs) == [("dog", "chien"), ("go", "aller"), ("cat", "chat")]
    assert pairs.pairs[0].evidence == {"note": "animal domestique"}
    assert not pairs.dropped
    assert words(read(tmp_path, "# of us\ndog\tchien\n#\t#\n#tag\t#mot\n")) == [
        *(("dog", "chien"), ("#", "#"), ("#tag", "#mot"))
    ]


def test_a_glossary_of_omegat_has_comments(tmp_path: Path) -> None:
    dictionary = read(tmp_path, "dog\tchien\tanimal domestique\nice cream\tglace\tdessert\n", "glossary.utf8")
    assert words(dictionary) == PLAIN
    assert [pair.evidence for pair in dictionary] == [{"note": "animal domestique"}, {"note": "dessert"}]


def test_a_list_of_ding_pairs_forms_and_synonyms(tmp_path: Path) -> None:
    text = (
        "# Version :: 1.9\nHaus {n} | Häuser {pl} :: house | houses\n"
        "laufen; rennen {vi} :: to run {ran; run}\na | b :: c\n"
    )
    dictionary = read(tmp_path, text, languages="de en")
    assert words(dictionary) == [
        *(("Haus", "house"), ("Häuser", "houses"), ("laufen", "to run"), ("rennen", "to run"), ("a", "c"))
    ]
    assert dictionary.dropped == {"forms that have no counterpart on the other side": 1}
    assert dictionary.parts_of_speech[0] == {"Haus": "NOUN", "Häuser": "NOUN", "rennen": "VERB", "laufen": "VERB"}


def test_values_of_json_that_are_no_words_are_counted(tmp_path: Path) -> None:
    dictionary = read(tmp_path, '{"dog": "chien", "cat": {"sound": "miaow"}, "bird": [1, "oiseau"]}')
    assert words(dictionary) == [("dog", "chien"), ("bird", "oiseau")]
    assert dictionary.dropped == {"value that is not a word with its translations": 2}


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ('<?xml version="1.0"?><xdxf lang_from="ENG"><ar><k>dog</k>chien</ar></xdxf>', "XDXF", "pyglossary x.txt"),
        ('#NAME "x"\n#INDEX_LANGUAGE "English"\n\ndog\n\t[trn]chien[/trn]\n', "Lingvo DSL", "pyglossary x.txt"),
        ('# a comment\nmsgid ""\nmsgstr ""\n\nmsgid "dog"\nmsgstr "chien"\n', "gettext", "po2tmx"),
        ('<xliff version="1.2"><file><body/></file></xliff>', "XLIFF", "po2tmx"),
        ("<!DOCTYPE html><html><body>dog chien</body></html>", "HTML", "download has failed"),
        ("\\lx dog\n\\ge chien\n", "Toolbox", "CSV"),
        ('<?xml version="1.0"?><lift version="0.13"><entry/></lift>', "LIFT", "CSV"),
        ('{"type":"lexeme","id":"L1","lemmas":{"en":{"value":"dog"}}}\n', "lexemes", "query.wikidata.org"),
        ('{"dog": "chien", ', "incomplete JSON", '{"word": "translation"'),
        ("SQLite format 3\0", "SQLite", "SQL"),
    ],
)
def test_other_dictionaries_are_refused_as_what_they_are(tmp_path: Path, text: str, found: str, remedy: str) -> None:
    with pytest.raises(FormatError, match="expected") as caught:
        read(tmp_path, text)
    assert found in str(caught.value)
    assert remedy in str(caught.value)
