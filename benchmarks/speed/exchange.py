"""How fast files come in and go out, beside rdflib, wn and a bare JSON parser, on the same content in the same run.

Run ``python -m benchmarks.speed.exchange --json``. The files are made up, shaped as DBnary, kaikki.org and the Open
Multilingual Wordnet shape theirs. Times are CPU seconds of one process, the smallest of ``--rounds``; what goes into a
graph is counted up to the closed file. A comparison whose other side is not installed (``pip install
'isogloss[bench]'``) is skipped with the reason.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
import orjson

from benchmarks import command_line
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.ontolex_terms import PREDICATES
from isogloss.kg.exchange.triples import Facts, read_ntriples
from isogloss.kg.exchange.turtle import read_turtle
from isogloss.kg.graph import open_graph

Figures = dict[str, float | int | str]
LANGUAGES = ("fr", "de", "es", "fi", "ja", "ru", "sw", "hi")
ISO = ("fra", "deu", "spa", "fin", "jpn", "rus", "swa", "hin")


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the words")
    parser.add_argument("--words", type=int, default=5_000, help="English words in each made-up file.")
    parser.add_argument("--entries", type=int, default=30_000, help="Entries of the made-up wordnet.")
    parser.add_argument("--rounds", type=int, default=3, help="The smallest time of so many counts.")
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            **ontolex(Path(folder), arguments.words, arguments.rounds),
            **kaikki(Path(folder), arguments.words, arguments.rounds, random),
            **wordnet(Path(folder), arguments.entries, arguments.rounds),
        }
    command_line.print_figures(figures, as_json=arguments.json)


def seconds(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """The fewest CPU seconds that each action took; they take turns, so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, spent in zip(actions, times, strict=True):
            gc.collect()
            start = time.process_time()
            action()
            spent.append(time.process_time() - start)
    return [min(spent) for spent in times]


def missing(package: str) -> bool:
    """Whether something to compare with is not installed."""
    return importlib.util.find_spec(package) is None


def ignore(subject: str, facts: Facts) -> None:
    """What a reader hands its facts to when only the reading counts."""
    del subject, facts


def imported(path: Path, form: str) -> Callable[[], object]:
    """The import of a file into a new graph."""

    def run() -> None:
        graph = path.with_suffix(".db")
        graph.unlink(missing_ok=True)
        with open_graph(graph, write=True) as words:
            import_file(words, path, format=form)

    return run


def ontolex(folder: Path, words: int, rounds: int) -> Figures:
    """DBnary as N-Triples and Turtle against ``rdflib.Graph.parse``; an export against ``serialize``."""
    turtle, triples, both = folder / "dbnary.ttl", folder / "dbnary.nt", folder / "graph.db"
    size = write_dbnary(turtle, triples, words)
    figures: Figures = {"ontolex_triples": size}
    with open_graph(both, write=True) as graph:
        for source, target in pairwise(LANGUAGES):
            pairs = [(f"{source}wort{n}", f"{target}mot{n * 7 % words}") for n in range(words * 2)]
            graph.add(Dictionary.of(source, target, pairs, Origin("made up", "CC0-1.0")))
    out = folder / "out.nt"

    def export() -> None:
        with open_graph(both) as graph:
            export_graph(graph, out, "ntriples", force=True)

    export()
    written = out.read_bytes().count(b"\n")
    figures["ntriples_export_triples"] = written
    theirs: dict[str, Callable[[], object]] = {}
    if missing("rdflib"):
        figures["rdflib"] = "skipped: not installed"
    else:
        import rdflib

        theirs["turtle"] = lambda: rdflib.Graph().parse(turtle, format="turtle")
        theirs["ntriples"] = lambda: rdflib.Graph().parse(triples, format="nt")
    for name, path, read in (("turtle", turtle, read_turtle), ("ntriples", triples, read_ntriples)):
        parse = partial(read, path, PREDICATES, ignore)
        figures |= compared(name, size, rounds, {"parse": parse, "import": imported(path, "ontolex")}, theirs.get(name))
    (alone,) = seconds(rounds, export)  # before rdflib holds a million triples in the same memory
    if theirs:
        held = rdflib.Graph().parse(out, format="nt")
        theirs["export"] = lambda: held.serialize(folder / "rdflib.nt", format="nt", encoding="utf-8")
    return figures | compared("ntriples", written, rounds, {"export": export}, theirs.get("export"), [alone])


def compared(
    name: str,
    count: int,
    rounds: int,
    ours: dict[str, Callable[[], object]],
    theirs: Callable[[], object] | None,
    known: Sequence[float] = (),
) -> Figures:
    """Triples a second, and how much faster the last of our actions, or what is known of it, is than rdflib."""
    *spent, last, other = seconds(rounds, *ours.values(), *([theirs] if theirs else [lambda: None]))
    last = min([last, *known])
    speeds: Figures = {
        f"{name}_{graph}_triples_per_second": count / cost for graph, cost in zip(ours, (*spent, last), strict=True)
    }
    if theirs is None:
        return speeds
    last_graph = list(ours)[-1]
    return {
        **speeds,
        f"rdflib_{name}_{last_graph}_triples_per_second": count / other,
        f"{name}_{last_graph}_ratio_to_rdflib": other / last,
    }


def write_dbnary(turtle: Path, triples: Path, words: int) -> int:
    """Entries with a form, a sense and translations with glosses; the number of triples."""
    eng = "http://kaiko.getalp.org/dbnary/eng/"
    prefixes = {
        "dbnary": "http://kaiko.getalp.org/dbnary#",
        "eng": eng,
        "lexinfo": "http://www.lexinfo.net/ontology/2.0/lexinfo#",
        "lexvo": "http://lexvo.org/id/iso639-3/",
        "lime": "http://www.w3.org/ns/lemon/lime#",
        "ontolex": "http://www.w3.org/ns/lemon/ontolex#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    }
    count = 0

    def full(term: str) -> str:
        if term.startswith('"'):
            return term
        prefix, _, local = term.partition(":")
        return f"<{prefixes[prefix]}{local}>"

    with turtle.open("w", encoding="utf-8") as ttl, triples.open("w", encoding="utf-8") as nt:
        ttl.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
        for number in range(words):
            for subject, facts in dbnary_word(number):
                ttl.write(f"\n{subject}\n" + " ;\n".join(f"        {name:24}{value}" for name, value in facts) + " .\n")
                nt.writelines(f"{full(subject)} {full(name)} {full(value)} .\n" for name, value in facts)
                count += len(facts)
    return count


def dbnary_word(number: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What DBnary says of one word."""
    name = f"eng:word{number}__Noun__1"
    yield (
        name,
        [
            ("rdf:type", "ontolex:LexicalEntry"),
            ("rdf:type", "ontolex:Word"),
            ("rdfs:label", f'"word{number}"@en'),
            ("dbnary:partOfSpeech", '"Noun"'),
            ("lexinfo:partOfSpeech", "lexinfo:noun"),
            ("lime:language", '"en"'),
            ("ontolex:canonicalForm", f"eng:__cf_{number}"),
            ("ontolex:sense", f"eng:__ws_{number}_0"),
            ("ontolex:sense", f"eng:__ws_{number}_1"),
        ],
    )
    yield f"eng:__cf_{number}", [("rdf:type", "ontolex:Form"), ("ontolex:writtenRep", f'"word{number}"@en')]
    definition = f'"A thing of kind {number}, as \\"such\\" and so."@en'
    yield (
        f"eng:__ws_{number}",
        [("rdf:type", "ontolex:LexicalSense"), ("dbnary:senseNumber", '"1"'), ("skos:definition", definition)],
    )
    if number % 3:
        return  # most words have no translation
    yield f"eng:__gl_{number}", [("rdf:type", "dbnary:Gloss"), ("rdf:value", f'"thing {number}"@en')]
    for place, (code, iso) in enumerate(zip(LANGUAGES, ISO, strict=True)):
        yield (
            f"eng:__tr_{iso}_{place}_{number}",
            [
                ("rdf:type", "dbnary:Translation"),
                ("dbnary:gloss", f"eng:__gl_{number}"),
                ("dbnary:isTranslationOf", name),
                ("dbnary:targetLanguage", f"lexvo:{iso}"),
                ("dbnary:writtenForm", f'"{code}wört{number}"@{code}'),
            ],
        )


def kaikki(folder: Path, words: int, rounds: int, random: np.random.Generator) -> Figures:
    """Lines like those of kaikki.org, a third of them with translations, against ``orjson.loads`` of each line."""
    path = folder / "kaikki.jsonl"
    with path.open("wb") as out:
        for number in range(words):
            out.write(orjson.dumps(kaikki_word(number, int(random.integers(0, 3)) == 0)) + b"\n")

    def parse() -> None:
        with path.open("rb") as lines:
            for line in lines:
                orjson.loads(line)

    def parse_some() -> None:
        with path.open("rb") as lines:
            for line in lines:
                if b'"translations"' in line:
                    orjson.loads(line)

    bare, some, ours = seconds(rounds, parse, parse_some, imported(path, "kaikki"))
    size = path.stat().st_size / 1e6
    return {
        "kaikki_megabytes": size,
        "kaikki_import_megabytes_per_second": size / ours,
        "orjson_megabytes_per_second": size / bare,
        "kaikki_import_time_ratio_to_orjson": ours / bare,
        "kaikki_share_of_parsing": some / ours,
    }


def kaikki_word(number: int, translated: bool) -> dict[str, Any]:
    """A word with senses, forms, sounds, categories, and perhaps translations."""
    word = f"word{number}"
    entry: dict[str, Any] = {
        "word": word,
        "lang": "English",
        "lang_code": "en",
        "pos": "noun",
        "etymology_text": "From Middle English, from Old English, from Proto-Germanic, of unknown origin. " * 3,
        "forms": [{"form": f"{word}{ending}", "tags": ["plural", "archaic"]} for ending in ("s", "en", "es", "'s")],
        "sounds": [{"ipa": f"/wɜːd{place}/", "tags": ["UK", "US"], "audio": f"{word}.ogg"} for place in range(4)],
        "senses": [
            {
                "glosses": [f"Sense {sense} of the thing, at some length, as a dictionary tells it."],
                "categories": [
                    {"name": "English terms with quotations", "kind": "other", "parents": [], "source": "w"}
                ],
                "examples": [{"text": f"A sentence with {word} in it, quoted from a book.", "ref": "1890, a novel"}]
                * 2,
                "links": [["thing", "thing"], ["length", "length"]],
            }
            for sense in range(4)
        ],
    }
    if translated:
        entry["translations"] = [
            {
                "lang": code.upper(),
                "code": code,
                "lang_code": code,
                "sense": f"thing {number}",
                "word": f"{code}wört{number}",
            }
            for code in LANGUAGES
        ]
    return entry


def wordnet(folder: Path, words: int, rounds: int) -> Figures:
    """A lexicon in WN-LMF against ``wn.add``."""
    path = folder / "wn.xml"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE LexicalResource SYSTEM '
            '"http://globalwordnet.github.io/schemas/WN-LMF-1.1.dtd">\n'
            '<LexicalResource xmlns:dc="https://globalwordnet.github.io/schemas/dc/">\n'
            '<Lexicon id="made" label="made up" '
            'language="en" email="a@example.org" version="1" '
            'license="https://creativecommons.org/publicdomain/zero/1.0/">\n'
        )
        for n in range(words):
            out.write(
                f'<LexicalEntry id="made-e{n}"><Lemma writtenForm="word {n}" partOfSpeech="n"/>'
                f'<Sense id="made-s{n}" synset="made-{n // 2}-n"/></LexicalEntry>\n'
            )
        for n in range((words + 1) // 2):
            out.write(
                f'<Synset id="made-{n}-n" ili="i{n + 1}" partOfSpeech="n" members="made-s{2 * n}">'
                f"<Definition>thing {n}</Definition></Synset>\n"
            )
        out.write("</Lexicon>\n</LexicalResource>\n")
    add = imported(path, "wn-lmf")
    if missing("wn"):
        (ours,) = seconds(rounds, add)
        return {
            "wn_lmf_entries": words,
            "wn_lmf_import_entries_per_second": words / ours,
            "wn": "skipped: not installed",
        }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wn
        from wn._config import config

        folders = (folder / f"wn {number}" for number in count())

        def add_with_wn() -> None:
            config.data_directory = next(folders)
            wn.add(path, progress_handler=None)

        ours, with_wn = seconds(rounds, add, add_with_wn)
    return {
        "wn_lmf_entries": words,
        "wn_lmf_import_entries_per_second": words / ours,
        "wn_add_entries_per_second": words / with_wn,
        "wn_lmf_import_ratio_to_wn": with_wn / ours,
    }


if __name__ == "__main__":
    main()
