from __future__ import annotations

import gzip
import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.triples import Facts
from isogloss.kg.exchange.turtle import read_turtle
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import Added
from tests.kg.conftest import OPEN

DOG = {
    "word": "dog",
    "lang": "English",
    "lang_code": "en",
    "pos": "noun",
    "senses": [
        {"glosses": ["An animal"], "translations": [{"lang": "French", "lang_code": "fr", "word": "chien"}]},
        {"glosses": ["A mechanical device"]},
    ],
    "translations": [
        {"lang": "Finnish", "code": "fi", "word": "koira", "sense": "animal"},
        {"lang": "Finnish", "code": "fi", "note": "see the translations of hound"},
        {"lang": "Klingonish", "code": "??", "word": "targ"},
    ],
}
VERB = {"word": "dog", "lang_code": "en", "pos": "verb", "translations": [{"code": "fr", "word": "suivre"}]}

TURTLE = """\
@prefix dbnary: <http://kaiko.getalp.org/dbnary#> . # a comment with a dot .
@prefix eng: <http://kaiko.getalp.org/dbnary/eng/> .
@prefix lexinfo: <http://www.lexinfo.net/ontology/2.0/lexinfo#> .
@prefix lexvo: <http://lexvo.org/id/iso639-3/> .
@prefix lime: <http://www.w3.org/ns/lemon/lime#> .
@prefix ontolex: <http://www.w3.org/ns/lemon/ontolex#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

eng:__tr_fra_1_dog__Noun__1
        rdf:type                dbnary:Translation ;
        dbnary:gloss            eng:__en_gloss_1 ;
        dbnary:isTranslationOf  eng:dog__Noun__1 ;
        dbnary:targetLanguage   lexvo:fra ;
        dbnary:usage            "m" ;
        dbnary:writtenForm      "chien"@fr .

eng:__en_gloss_1  a  dbnary:Gloss ; dbnary:rank 1 ; rdf:value \"\"\"animal, "the" one.
with two lines .
\"\"\"@en .
eng:dog__Noun__1  a ontolex:LexicalEntry , ontolex:Word ;
        rdfs:label "dog"@en ; lime:language "en" ; lexinfo:partOfSpeech lexinfo:noun ;
        ontolex:canonicalForm [ a ontolex:Form ; ontolex:writtenRep "dog"@en , 'dogg'@en-gb ] ;
        rdfs:comment ( 1 2 ( eng:a ) ) .
eng:hound__Noun__1 ontolex:canonicalForm eng:__cf_hound ; lime:language "en" .
eng:__cf_hound ontolex:writtenRep "hound"@en .
eng:__tr_fin_1 dbnary:isTranslationOf eng:hound__Noun__1 ; dbnary:targetLanguage lexvo:fin ;
        dbnary:writtenForm "ajokoira"@fi .
[] dbnary:isTranslationOf eng:missing ; dbnary:targetLanguage lexvo:fin ; dbnary:writtenForm "x" .
"""

LEXICON = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.0.dtd">
<LexicalResource xmlns:dc="http://purl.org/dc/elements/1.1/">
<Lexicon id="{id}" label="{label}" language="{language}" email="a@b" license="{licence}" version="1.4" url="https://w.example">
{entries}<Synset id="{id}-1" ili="i46360" partOfSpeech="n"><Definition>a &lt;dog&gt;</Definition></Synset>
<Synset id="{id}-2" ili="" partOfSpeech="n"/>
</Lexicon>
</LexicalResource>
"""
ENTRY = """<LexicalEntry id="e{0}"><Lemma writtenForm="{1}" partOfSpeech="n"/>
<Sense id="s{0}" synset="{2}"/></LexicalEntry>
"""
BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<LexicalResource><Lexicon id="x" label="&b;" language="en"></Lexicon></LexicalResource>
"""


def wordnet(language: str, words: list[str], licence: str, label: str) -> str:
    name = f"wn-{language}"
    entries = "".join(ENTRY.format(n, word, f"{name}-1") for n, word in enumerate(words))
    return LEXICON.format(id=name, label=label, language=language, licence=licence, entries=entries)


def taken(folder: Path, file: str, content: bytes | str, **options: str | bool) -> tuple[Added, Graph]:
    """What became of a file, and the graph that it went into."""
    path = folder / file
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_graph(folder / "graph.db", write=True) as graph:
        added = import_file(graph, path, **options)  # type: ignore[arg-type]  # options are plain text
    return added, open_graph(folder / "graph.db")


def lines(*entries: object) -> bytes:
    return b"\n".join(json.dumps(entry, ensure_ascii=False).encode() for entry in entries)


def test_wiktionary_comes_in_with_senses_parts_of_speech_and_its_licence(tmp_path: Path) -> None:
    added, graph = taken(tmp_path, "kaikki.jsonl", lines(DOG, VERB, {"word": "lone", "lang_code": "en"}))
    with graph:
        (translation,) = graph.translate("dog", "en", "fi")
        (claim,) = translation.evidence[0].steps[0].claims
        assert (translation.word, claim.evidence, claim.source.licence) == (
            "koira",
            {"sense": "animal", "pos": "NOUN"},
            "CC-BY-SA-4.0",
        )
        assert {*graph.translate("dog", "en", "fr").words} == {"chien", "suivre"}
        assert graph.lookup("dog", "en")[0].pos == "NOUN VERB"
        assert graph.lookup("koira", "fi")[0].pos == ""
    assert added.pairs == 3
    assert added.dropped == {
        "example, note or reference, not a translation": 1,
        "translation into an unknown language": 1,
    }


def test_wiktionary_can_be_limited_to_two_languages_and_renamed(tmp_path: Path) -> None:
    packed = gzip.compress(lines(DOG, VERB))
    added, graph = taken(tmp_path, "k.jsonl.gz", packed, source="en", target="fr", name="mine")
    with graph:
        assert graph.languages() == ("en", "fr")
        assert [(origin.name, origin.licence) for origin in graph.sources()] == [("mine", "CC-BY-SA-4.0")]
    assert added.pairs == 2


def test_lines_of_wiktionary_that_are_not_as_expected_are_counted(tmp_path: Path) -> None:
    odd = [
        b'{"word": 3, "lang_code": "en", "translations": [{}]}',
        b'{"word": "a", "lang_code": "en", "translations": {"a": 1}}',
        b'{"word": "a", "lang_code": "en", "translations": [{"code": "fr", "word": ["b"]}]}',
        b'{"word": "a", "translations": [{"code": "fr", "word": "b"}]}',
        b'["translations"]',
        b'{"translations": broken',
        b'\xff"translations"',
        b'{"word": "a", "lang_code": "en", "translations": [{"code": "fr", "word": "' + b"x" * 600 + b'"}]}',
    ]
    added, graph = taken(tmp_path, "kaikki.jsonl", b"\n".join([lines(DOG), *odd]), anyway=True)
    graph.close()
    assert added.pairs == 2
    assert added.dropped["entry that is not as wiktextract writes it"] == 5
    assert added.dropped["line that is not JSON"] == 2
    assert added.dropped["longer than 500 characters"] == 1


def test_dbnary_comes_in_from_turtle(tmp_path: Path) -> None:
    added, graph = taken(tmp_path, "en_dbnary_ontolex.ttl", TURTLE)
    with graph:
        (translation,) = graph.translate("dog", "en", "fr")
        (claim,) = translation.evidence[0].steps[0].claims
        assert claim.source.name == "DBnary"
        assert claim.evidence == {"sense": 'animal, "the" one.\nwith two lines .\n'}
        assert graph.lookup("dog", "en")[0].pos == "NOUN"
        assert graph.translate("hound", "en", "fi")[0].word == "ajokoira"
    assert (added.pairs, added.dropped) == (2, {})


def test_the_order_of_triples_does_not_matter(tmp_path: Path) -> None:
    triples: list[str] = []
    number = {name: at for at, name in enumerate(PREDICATE_NAMES)}

    def note(subject: str, facts: Facts) -> None:
        for kind, values in facts.items():
            for text, language in values:
                written = f"<{text}>" if language is None else json.dumps(text) + (f"@{language}" if language else "")
                node = subject if subject.startswith("_:") else f"<{subject}>"
                triples.append(
                    f"{node.replace(' ', '')} <{PREDICATE_NAMES[kind]}> {written.replace('_:anonymous ', '')} .\n"
                )

    path = tmp_path / "in.ttl"
    path.write_text(TURTLE)
    read_turtle(path, number, note)
    assert len(triples) == 19
    _, graph = taken(tmp_path, "sorted.nt", "".join(sorted(triples, key=lambda line: line.split(" ", 1)[1])))
    with graph:
        assert graph.translate("dog", "en", "fr")[0].word == "chien"
        assert graph.translate("hound", "en", "fi")[0].word == "ajokoira"


PREDICATE_NAMES = [
    "http://kaiko.getalp.org/dbnary#gloss",
    "http://kaiko.getalp.org/dbnary#isTranslationOf",
    "http://kaiko.getalp.org/dbnary#targetLanguage",
    "http://kaiko.getalp.org/dbnary#writtenForm",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/ns/lemon/lime#language",
    "http://www.w3.org/ns/lemon/ontolex#canonicalForm",
    "http://www.w3.org/ns/lemon/ontolex#writtenRep",
]


def test_plain_ontolex_lexicons_are_read_too(tmp_path: Path) -> None:
    text = """@prefix o: <http://www.w3.org/ns/lemon/ontolex#> .
    @prefix v: <http://www.w3.org/ns/lemon/vartrans#> . @prefix l: <http://www.w3.org/ns/lemon/lime#> .
    @base <http://example.org/> .
    <dog> a o:LexicalEntry ; o:canonicalForm [ o:writtenRep "dog"@en ] ; v:translatableAs <hund> ; o:sense <dog1> .
    <hund> o:canonicalForm [ o:writtenRep "Hund"@de ] ; o:sense <hund1> .
    <cat> o:canonicalForm [ o:writtenRep "cat"@en ] . <cat1> o:isSenseOf <cat> .
    <katze> o:canonicalForm [ o:writtenRep "Katze"@de ] ; o:sense <katze1> .
    [ a v:Translation ; v:source <cat1> ; v:target <katze1> ] .
    """
    added, graph = taken(tmp_path, "lexicon.ttl", text)
    with graph:
        assert {(p.source, p.target) for p in graph.dictionary("en", "de")} == {("dog", "Hund"), ("cat", "Katze")}
    assert added.pairs == 2


def test_wordnets_share_their_interlingual_index_under_both_licences(tmp_path: Path) -> None:
    english = wordnet(
        "en", ["dog", "domestic dog"], "https://wordnet.princeton.edu/license-and-commercial-use", "OMW en"
    )
    _, graph = taken(tmp_path, "en.xml", english)
    graph.close()
    french = wordnet("fr", ["chien"], "https://creativecommons.org/licenses/by-sa/4.0/", "OMW fr")
    added, graph = taken(tmp_path, "fr.xml.gz", gzip.compress(french.encode()))
    with graph:
        assert graph.concepts("dog", "en") == {"i46360": {"en": ("dog", "domestic dog"), "fr": ("chien",)}}
        (first, *_) = graph.translate("dog", "en", "fr")
        assert (first.word, first.direct, first.licence) == ("chien", True, "CC-BY-SA-4.0")
        assert graph.synonyms("dog", "en")[0].word == "domestic dog"
        assert graph.lookup("chien", "fr")[0].pos == "NOUN"
        versions = {origin.name: (origin.licence, origin.version) for origin in graph.sources()}
        assert versions["OMW en"] == ("WordNet-3.0", "1.4")
        assert versions["OMW en + OMW fr"] == ("CC-BY-SA-4.0", "")
        assert graph.store.value("SELECT count(*) FROM edge") == 0
    assert added.pairs == 1
    # a third one is joined to each of the two, not to what they have in common; the same again changes nothing
    german = wordnet("de", ["Hund"], "MIT", "OMW de")
    for _ in range(2):
        _, graph = taken(tmp_path, "de.xml", german)
        with graph:
            names = ["OMW de", "OMW de + OMW en", "OMW de + OMW fr", "OMW en", "OMW en + OMW fr", "OMW fr"]
            assert sorted(origin.name for origin in graph.sources()) == names
            assert graph.translate("Hund", "de", "fr").words == ("chien",)
            assert graph.store.value("SELECT count(*) FROM concept_member") == 4 + 3 + 3 + 2


def test_wordnets_bring_hypernyms_and_antonyms(tmp_path: Path) -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?>
    <LexicalResource xmlns:dc="https://globalwordnet.github.io/schemas/dc/">
    <Lexicon id="x" label="tiny" language="en" email="" license="MIT" version="1">
    <LexicalEntry id="e1"><Lemma writtenForm="dog" partOfSpeech="n"/><Sense id="s1" synset="y1"/></LexicalEntry>
    <LexicalEntry id="e2"><Lemma writtenForm="animal" partOfSpeech="n"/><Sense id="s2" synset="y2"/></LexicalEntry>
    <LexicalEntry id="e3"><Lemma writtenForm="beast" partOfSpeech="n"/><Sense id="s3" synset="y2"/></LexicalEntry>
    <LexicalEntry id="e4"><Lemma writtenForm="hot" partOfSpeech="a"/><Sense id="s4" synset="y4">
      <SenseRelation relType="antonym" target="s5"/><SenseRelation relType="pertainym" target="s1"/></Sense>
    </LexicalEntry>
    <LexicalEntry id="e5"><Lemma writtenForm="cold" partOfSpeech="a"/><Sense id="s5" synset="y5"/></LexicalEntry>
    <Synset id="y1" ili="i1"><SynsetRelation relType="hypernym" target="y2"/></Synset>
    <Synset id="y2" ili="i2"><SynsetRelation relType="hyponym" target="y1"/>
      <SynsetRelation relType="hypernym" target="nowhere"/></Synset>
    <Synset id="y4" ili="i4"/><Synset id="y5" ili="i5"/>
    </Lexicon></LexicalResource>"""
    _, graph = taken(tmp_path, "en.xml", text)
    with graph:
        near = {
            (neighbor.relation, neighbor.word.word)
            for word in ("dog", "hot")
            for neighbor in graph.neighbors(word, "en")
        }
        assert near == {("hypernym", "animal"), ("hypernym", "beast"), ("antonym", "cold")}
        assert ("hyponym", "dog") in {
            (neighbor.relation, neighbor.word.word) for neighbor in graph.neighbors("beast", "en")
        }
        assert graph.stats().relations == {"hypernym": 2, "antonym": 1, "same_concept": 1}


def test_joined_wordnets_leave_as_two_and_come_back_joined(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        taken(tmp_path, f"{language}.xml", wordnet(language, [f"{language}wort"], "MIT", language))[1].close()
    with open_graph(tmp_path / "graph.db") as graph, open_graph(tmp_path / "copy.db", write=True) as copy:
        assert export_graph(graph, tmp_path / "out.xml", "wn-lmf").edges == 2
        export_graph(graph, tmp_path / "out.tbx", "tbx")
        import_file(copy, tmp_path / "out.xml")
        sources = {origin.name for origin in graph.sources()}
        assert {origin.name for origin in copy.sources()} == sources == {"en", "fr", "en + fr"}
        assert copy.translate("enwort", "en", "fr").words == ("frwort",)
    assert (tmp_path / "out.tbx").read_text("utf-8").count("<termEntry") == 1


def test_wordnets_of_one_language_are_not_joined(tmp_path: Path) -> None:
    for label in ("one", "two"):
        _, graph = taken(tmp_path, "en.xml", wordnet("en", ["dog"], "MIT", label))
        with graph:
            assert "one + two" not in {origin.name for origin in graph.sources()}


def test_synsets_that_share_one_identifier_grow_with_their_words(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        words = [f"{language}{number}" for number in range(2000)]
        _, graph = taken(tmp_path, f"{language}.xml", wordnet(language, words, "MIT", language))
        graph.close()
    with open_graph(tmp_path / "graph.db") as graph:
        assert graph.store.value("SELECT count(*) FROM concept_member") == 8000
        assert graph.pairs() == [("en", "fr", 2 * 2000 * 2000 // 2)]
    assert (tmp_path / "graph.db").stat().st_size < 4_000_000


def test_senses_of_a_word_in_another_lexicon_go_to_no_word_here(tmp_path: Path) -> None:
    entries = ENTRY.format(1, "dog", "wn-en-1") + (
        '<ExternalLexicalEntry id="other-e7"><Sense id="s7" synset="wn-en-2"/></ExternalLexicalEntry>\n'
    )
    content = LEXICON.format(id="wn-en", label="Test", language="en", licence="", entries=entries)
    added, graph = taken(tmp_path, "wn.xml", content)
    with graph:
        assert added.pairs == 1
        assert graph.concepts("dog", "en") == {"i46360": {"en": ("dog",)}}


def test_lines_of_wiktionary_with_translations_are_found_wherever_they_stand(tmp_path: Path) -> None:
    bare = {"word": "lone", "lang_code": "en", "pos": "noun"}
    for content in (lines(DOG, bare, VERB), lines(bare, DOG, VERB, bare), lines(bare, bare, DOG, VERB) + b"\n"):
        added, graph = taken(tmp_path, "kaikki.jsonl", content)
        graph.close()
        assert added == taken(tmp_path, "alone.jsonl", lines(DOG, VERB))[0]


def test_glosses_translate_in_a_dump_of_all_languages_of_the_english_wiktionary(tmp_path: Path) -> None:
    chien = {"word": "chien", "lang_code": "fr", "pos": "noun", "senses": [{"glosses": ["dog"]}]}
    sign = {"word": "H2O", "lang_code": "mul", "pos": "symbol", "senses": [{"glosses": ["water"]}]}
    added, graph = taken(tmp_path, "kaikki.jsonl", lines(DOG, chien, sign, VERB))
    with graph:
        assert added.pairs == 4
        assert graph.translate("chien", "fr", "en").words[0] == "dog"


def test_genders_and_transliterations_beside_a_translation_of_wiktionary_are_no_words(tmp_path: Path) -> None:
    given = {"mk": "пас, pas", "la": "canis m or f", "sr": "пас, pas", "fr": "non, merci"}
    listed = [{"code": code, "word": word} for code, word in given.items()]
    added, graph = taken(tmp_path, "k.jsonl", lines({"word": "dog", "lang_code": "en", "translations": listed}))
    with graph:
        words = {code: {*graph.translate("dog", "en", code).words} for code in given}
    assert words == {"mk": {"пас"}, "la": {"canis"}, "sr": {"пас", "pas"}, "fr": {"non, merci"}}
    assert added.dropped == {"transliteration of the word beside it": 1}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bomb.xml", BOMB, ":2: a definition of entity 'a', expected XML without entities"),
        ("cut.xml", wordnet("en", ["dog"], "", "x")[:400], "broken XML"),
        ("deep.xml", "<LexicalResource>" + "<a>" * 5000, "more than 1,000 nested elements"),
        ("none.xml", "<LexicalResource></LexicalResource>", "no synset with words"),
        ("lang.xml", wordnet("??", ["dog"], "", "x"), r"of language '\?\?'"),
        ("cut.xml.gz", gzip.compress(wordnet("en", ["dog"], "", "x").encode())[:-20], "cut-off compressed data"),
        ("zero.ttl", b"@prefix a: <b> .\n\0", ":2: a zero byte"),
        ("latin.ttl", b"@prefix a: <b> .\n<a> <b> '\xff' .\n", ":2: text that is not UTF-8"),
        ("open.ttl", '<a> <http://www.w3.org/2000/01/rdf-schema#label> "a .\n', "expected"),
        (
            "open2.ttl",
            '@prefix a: <b> .\n<a> <b> """' + "x" * 10_000_000,
            "literal without an end|after an object|expected",
        ),
        ("half.ttl", "<a> <b>", "end of the file within a statement"),
        ("prefix.ttl", "<a> <b> <c> .\nx:a <b> <c> .\n", ":2: 'x:a', expected an IRI"),
        ("nest.ttl", "<a> <b> " + "[ <b> " * 5000, "blank nodes within each other"),
        ("empty.ttl", "", "no relation of words"),
        ("cut.ttl.gz", gzip.compress(TURTLE.encode())[:-30], "cut-off compressed data"),
        ("zero.nt", b"<a> <b> <c> .\n\0\n", ":2: a zero byte"),
        ("long.nt", b"<a> <b> <" + b"x" * 10_000_000 + b"> .\n", ":1: a line longer than 4 megabytes"),
        ("torn.nt", "<a> <b> <c> .\nnonsense here\n", ":2: 'nonsense here', expected a triple"),
        (
            "object.nt",
            '<a> <http://www.w3.org/2000/01/rdf-schema#label> "a" "b" .\n',
            ":1: .*an IRI, a blank node or a literal",
        ),
        ("empty.nt", "", "no relation of words"),
        (
            "long.jsonl",
            b'{"word": "a", "lang_code": "en"}\n' + b'"translations"' * 3_000_000,
            "longer than 32 megabytes",
        ),
        ("zero.jsonl", b'{"word": "a", "lang_code": "en"}\n\0', ":2: a zero byte"),
        ("none.jsonl", b'{"word": "a", "lang_code": "en"}\n', r"no translation \(none in any line\)"),
        ("cut.jsonl.gz", gzip.compress(lines(DOG) * 2)[:-20], "cut-off compressed data|nothing|no known kind|named"),
    ],
)
def test_hostile_files_are_refused_and_change_nothing(
    path: Path, tmp_path: Path, name: str, content: bytes | str, message: str
) -> None:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    before = path.read_bytes()
    form = {"xml": "wn-lmf", "ttl": "ontolex", "nt": "ontolex", "jsonl": "kaikki"}[name.split(".")[1]]
    with pytest.raises(FormatError, match=message), open_graph(path, write=True) as graph:
        import_file(graph, tmp_path / name, format=form)
    assert path.read_bytes() == before


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(["a.ttl", "a.nt", "a.xml", "a.jsonl"]))
def test_damaged_files_are_read_or_refused_and_never_crash(data: st.DataObject, name: str) -> None:
    whole = {
        "a.ttl": TURTLE.encode(),
        "a.nt": b'<a> <http://www.w3.org/2000/01/rdf-schema#label> "\\u00e9"@en .\n_:b <c> "d"^^<e> . # f\n' * 3,
        "a.xml": wordnet("en", ["dog"], "MIT", "x").encode(),
        "a.jsonl": lines(DOG, VERB),
    }[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    content = whole[:start] + data.draw(st.binary(max_size=12)) + whole[end:]
    form = {"a.xml": "wn-lmf", "a.jsonl": "kaikki"}.get(name, "ontolex")
    with tempfile.TemporaryDirectory() as folder, open_graph(Path(folder) / "g.db", write=True) as graph:
        (Path(folder) / name).write_bytes(content)
        with suppress(FormatError):
            assert import_file(graph, Path(folder) / name, format=form).pairs > 0


def test_parts_of_speech_do_not_make_a_second_entry_of_a_word(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        tags = ({"dog": "NOUN", "nothing": "VERB"}, {"chien": "NOUN"})
        graph.add(Dictionary("en", "fr", Dictionary.of("en", "fr", [("dog", "chien")]).pairs, OPEN, {}, tags))
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "toutou")], OPEN))
        graph.add(
            Dictionary(
                "fr", "en", Dictionary.of("fr", "en", [("toutou", "dog")]).pairs, OPEN, {}, ({}, {"dog": "VERB"})
            )
        )
    with open_graph(path) as graph:
        assert [(word.word, word.pos) for word in graph.lookup("dog", "en")] == [("dog", "NOUN VERB")]
        assert graph.translate("chien", "fr", "en")[0].word == "dog"


def test_spellings_with_a_slash_between_are_two_words(tmp_path: Path) -> None:
    listed = [{"code": "cmn", "word": "參加 /参加"}, {"code": "ja", "word": "犬/狗"}, {"code": "fr", "word": "et/ou"}]
    _, graph = taken(tmp_path, "k.jsonl", lines({"word": "join", "lang_code": "en", "translations": listed}))
    with graph:
        words = {code: {*graph.translate("join", "en", code).words} for code in ("cmn", "ja", "fr")}
    assert words == {"cmn": {"參加", "参加"}, "ja": {"犬", "狗"}, "fr": {"et/ou"}}


def test_short_glosses_of_the_english_edition_are_translations_into_english(tmp_path: Path) -> None:
    senses = [
        {"glosses": ["animals", "dog, hound (pet)"]},
        {"glosses": ["A person who is despised by all others."]},
        {"glosses": ["plural of jibwa"], "form_of": [{"word": "jibwa"}]},
    ]
    entries = (
        {"word": "mbwa", "lang": "Swahili", "lang_code": "sw", "pos": "noun", "senses": senses},
        {"word": "imba", "lang_code": "sw", "pos": "verb", "senses": [{"glosses": ["to sing"]}, {}]},
    )
    added, graph = taken(tmp_path, "sw.jsonl", lines(*entries))
    with graph:
        assert {*graph.translate("mbwa", "sw", "en").words} == {"dog", "hound"}
        assert graph.translate("imba", "sw", "en").words == ("sing",)
        assert graph.lookup("mbwa", "sw")[0].pos == "NOUN"
    assert added.dropped == {"explanation, not a translation": 1}
    french = {"word": "mbwa", "lang_code": "sw", "pos_title": "Nom", "senses": [{"glosses": ["chien"]}]}
    with pytest.raises(FormatError, match="no translation"):
        taken(tmp_path, "fr.jsonl", lines(french))


def test_forms_that_are_not_said_to_be_canonical_are_words(tmp_path: Path) -> None:
    turtle = """@prefix vartrans: <http://www.w3.org/ns/lemon/vartrans#> .
@prefix ontolex: <http://www.w3.org/ns/lemon/ontolex#> .
@prefix : <http://example.org/#> .
:bench a ontolex:LexicalEntry ; ontolex:lexicalForm [ ontolex:writtenRep "bench"@en ] ; ontolex:sense :s1 .
:banco a ontolex:LexicalEntry ; ontolex:lexicalForm [ ontolex:writtenRep "banco"@es ] ; ontolex:sense :s2 .
:t a vartrans:Translation ; vartrans:source :s1 ; vartrans:target :s2 .
"""
    _, graph = taken(tmp_path, "a.ttl", turtle)
    with graph:
        assert graph.translate("bench", "en", "es").words == ("banco",)
