"""The terms of OntoLex-Lemon, and of DBnary which extends it, that lexicons are read from and written in."""

from __future__ import annotations

ONTOLEX = "http://www.w3.org/ns/lemon/ontolex#"
LIME = "http://www.w3.org/ns/lemon/lime#"
VARTRANS = "http://www.w3.org/ns/lemon/vartrans#"
LEXINFO = "http://www.lexinfo.net/ontology/3.0/lexinfo#"
DBNARY = "http://kaiko.getalp.org/dbnary#"
DCTERMS = "http://purl.org/dc/terms/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ILI = "http://globalwordnet.org/ili/"
PROV = "http://www.w3.org/ns/prov#"
LEMON = "http://lemon-model.net/lemon#", "http://www.lemon-model.net/lemon#"
TRANSLATION = "http://purl.org/net/translation#"
KINDS_OF_TRANSLATION = "http://purl.org/net/translation-categories#"  # such as directEquivalent
OURS = "urn:isogloss:"


class Fact:
    """What a predicate says of its subject, by number; plain numbers, since millions of them are looked up."""

    LABEL = 0
    WRITTEN = 1
    FORM = 2
    LANGUAGE = 3
    PART_OF_SPEECH = 4
    SENSE = 5
    SENSE_OF = 6
    TRANSLATION_OF = 7
    TARGET_LANGUAGE = 8
    TARGET = 9
    GLOSS = 10
    VALUE = 11
    RELATES_FROM = 12
    RELATES_TO = 13
    CATEGORY = 14
    TRANSLATABLE_AS = 15
    SAID_BY = 16
    EVOKED_BY = 17
    EVOKES = 18
    NOTATION = 19
    TITLE = 20
    LICENCE = 21
    VERSION = 22
    ADDRESS = 23
    KIND = 24
    QUALITY = 25
    DEFINITION = 26
    COMMENT = 27
    EVIDENCE = 28
    MADE_BY = 29
    SETTINGS = 30
    SEED = 31
    STARTED = 32
    PLACE = 33


PREDICATES: dict[str, int] = {
    f"{RDFS}label": Fact.LABEL,
    f"{ONTOLEX}writtenRep": Fact.WRITTEN,
    f"{ONTOLEX}canonicalForm": Fact.FORM,
    f"{ONTOLEX}lexicalForm": Fact.FORM,  # of which canonicalForm is one
    f"{LIME}language": Fact.LANGUAGE,
    f"{DCTERMS}language": Fact.LANGUAGE,
    f"{LEXINFO}partOfSpeech": Fact.PART_OF_SPEECH,
    "http://www.lexinfo.net/ontology/2.0/lexinfo#partOfSpeech": Fact.PART_OF_SPEECH,
    f"{ONTOLEX}sense": Fact.SENSE,
    f"{ONTOLEX}isSenseOf": Fact.SENSE_OF,
    f"{DBNARY}isTranslationOf": Fact.TRANSLATION_OF,
    f"{DBNARY}targetLanguage": Fact.TARGET_LANGUAGE,
    f"{DBNARY}targetLanguageCode": Fact.TARGET_LANGUAGE,
    f"{DBNARY}writtenForm": Fact.TARGET,
    f"{DBNARY}gloss": Fact.GLOSS,
    f"{RDF}value": Fact.VALUE,
    f"{VARTRANS}source": Fact.RELATES_FROM,
    f"{VARTRANS}target": Fact.RELATES_TO,
    f"{VARTRANS}category": Fact.CATEGORY,
    f"{VARTRANS}translatableAs": Fact.TRANSLATABLE_AS,
    f"{DCTERMS}source": Fact.SAID_BY,
    f"{ONTOLEX}isEvokedBy": Fact.EVOKED_BY,
    f"{ONTOLEX}lexicalizedSense": Fact.EVOKED_BY,
    f"{ONTOLEX}evokes": Fact.EVOKES,
    f"{ONTOLEX}isLexicalizedSenseOf": Fact.EVOKES,
    f"{SKOS}notation": Fact.NOTATION,
    f"{DCTERMS}title": Fact.TITLE,
    f"{DCTERMS}license": Fact.LICENCE,
    f"{DCTERMS}hasVersion": Fact.VERSION,
    f"{RDFS}seeAlso": Fact.ADDRESS,
    f"{OURS}kind": Fact.KIND,
    f"{OURS}quality": Fact.QUALITY,
    f"{SKOS}definition": Fact.DEFINITION,
    f"{RDFS}comment": Fact.COMMENT,
    f"{OURS}evidence": Fact.EVIDENCE,
    f"{PROV}wasGeneratedBy": Fact.MADE_BY,
    f"{OURS}settings": Fact.SETTINGS,
    f"{OURS}seed": Fact.SEED,
    f"{PROV}startedAtTime": Fact.STARTED,
    f"{OURS}place": Fact.PLACE,
    f"{TRANSLATION}translationSource": Fact.RELATES_FROM,
    f"{TRANSLATION}translationTarget": Fact.RELATES_TO,
    f"{TRANSLATION}translationCategory": Fact.CATEGORY,
}
_LEMON = {  # what lemon, from which OntoLex comes, calls the same
    "writtenRep": Fact.WRITTEN,
    "canonicalForm": Fact.FORM,
    "lexicalForm": Fact.FORM,
    "language": Fact.LANGUAGE,
    "sense": Fact.SENSE,
    "isSenseOf": Fact.SENSE_OF,
}
PREDICATES |= {f"{lemon}{name}": fact for lemon in LEMON for name, fact in _LEMON.items()}

# Relations of a graph by their name in LexInfo; translations have a class of their own.
RELATIONS = {
    "synonym": "synonym",
    "antonym": "antonym",
    "hypernym": "hypernym",
    "hyponym": "hyponym",
    "cognate": "cognate",
    "derived_from": "derivedFrom",
    "has_derived": "derivedForm",
    "form_of": "formOf",
    "has_form": "hasForm",
}
CATEGORIES = {f"{LEXINFO}{name}": relation for relation, name in RELATIONS.items()}

TAGS = {  # of Universal Dependencies, by their name in LexInfo
    "ADJ": "adjective",
    "ADP": "adposition",
    "ADV": "adverb",
    "AUX": "auxiliary",
    "CCONJ": "coordinatingConjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "numeral",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "properNoun",
    "PUNCT": "punctuation",
    "SCONJ": "subordinatingConjunction",
    "SYM": "symbol",
    "VERB": "verb",
}
