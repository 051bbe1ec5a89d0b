"""Steps that make graphs: of the dictionaries, with the lexicons, with what is inferred from both."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError, damage_told
from isogloss.data.licence import strictest
from isogloss.data.limits import whole
from isogloss.data.sample import ORIGIN, sample_concepts, sample_dictionary
from isogloss.graphs import Graph, open_graph
from isogloss.kg.storage.fusion import STATED
from isogloss.kg.storage.run import Run
from isogloss.project.order import GRAPH, LEXICON, TERMS, Figures, Order

MIN_SEEDS = 50  # inferred pairs below which a lexicon starts from identical strings and names instead; round number
SEEDS, INFERRED = "seeds.tsv", "inferred.json"


def dictionaries(order: Order, folder: Path) -> Figures:
    """A graph of all dictionaries, each with its terms."""
    dropped: dict[str, int] = {}
    with open_graph(folder / GRAPH, write=True) as graph:
        for entry in order.settings["dictionaries"]:
            if entry["sample"]:
                _add_sample(graph, entry["pair"])
                continue
            source, target = entry["pair"] or (None, None)
            path = order.input(entry["input"])
            before = set(graph.sources())
            added = graph.import_file(
                path.resolve(), source, target, format=entry["format"], name=entry["name"], licence=entry["licence"]
            )
            dropped[entry["input"]] = sum(added.dropped.values())
            if entry["quality"] is not None:
                for name in {origin.name for origin in set(graph.sources()) - before}:
                    graph.set_quality(name, entry["quality"])
    with open_graph(folder / GRAPH) as graph:
        return _size(graph) | {"dropped": dropped}


def seeds(order: Order, folder: Path) -> Figures:
    """Seeds for two languages without a dictionary of their own: what the graph states or infers between them."""
    source, target = order.settings["pair"]
    with open_graph(order.inputs["dictionaries"] / GRAPH) as graph:
        try:
            pairs = graph.dictionary(source, target, kinds=STATED)
            how = "stated"
            if len(pairs) < MIN_SEEDS:
                inferred = graph.infer(source, target, seed=order.settings["seed"])
                pairs = Dictionary(source, target, tuple(Pair(p.source, p.target, p.score) for p in inferred.pairs))
                how = "inferred"
        except VocabularyError as error:
            pairs, how = Dictionary(source, target, ()), str(error)
        licences = sorted({origin.licence for origin in graph.sources()})
    (folder / SEEDS).write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), "utf-8", newline="\n")
    return {"pairs": len(pairs), "how": how, "licences": licences}


def loaded(order: Order, folder: Path) -> Figures:
    """The graph of the dictionaries with all lexicons that there are, and the vectors of their words."""
    if "dictionaries" in order.inputs:
        shutil.copyfile(order.inputs["dictionaries"] / GRAPH, folder / GRAPH)
    with open_graph(folder / GRAPH, write=True) as graph:
        for name, place in order.inputs.items():
            if name.startswith("lexicon:"):
                _add_lexicon(graph, place)
        languages = set(graph.languages())
        for side in order.settings["vectors"]:
            if side["language"] in languages:
                graph.link_vectors(order.vectors(side))
    with open_graph(folder / GRAPH) as graph:
        return _size(graph)


def inferred(order: Order, folder: Path) -> Figures:
    """What the graph makes probable between two languages, though nobody states it."""
    source, target = order.settings["pair"]
    with open_graph(order.inputs["loaded"] / GRAPH) as graph:
        try:
            inference = graph.infer(
                source,
                target,
                method=order.settings["method"],
                min_score=order.settings["min_score"],
                seed=order.settings["seed"],
            )
        except VocabularyError as error:  # no language joins the two
            (folder / INFERRED).write_bytes(orjson.dumps(None))
            return {"pairs": 0, "candidates": 0, "how": str(error)}
    stored = [
        {
            "licence": dictionary.origin.licence,
            "name": dictionary.origin.name,
            "pairs": [list(pair) for pair in dictionary.pairs],
        }
        for dictionary in inference.dictionaries()
    ]
    run = {"method": inference.run.method, "settings": inference.run.settings, "seed": inference.run.seed}
    (folder / INFERRED).write_bytes(orjson.dumps({"dictionaries": stored, "run": run}))
    scores = [pair.score for pair in inference.pairs]
    return {
        "pairs": len(scores),
        "candidates": inference.candidates,
        "expected_precision": round(sum(scores) / len(scores), 4) if scores else None,
        "how": "",
    }


def graph(order: Order, folder: Path) -> Figures:
    """The graph that is asked: what was loaded, what was inferred, and concepts."""
    shutil.copyfile(order.inputs["loaded"] / GRAPH, folder / GRAPH)
    concepts, count = order.settings["concepts"], 0
    with open_graph(folder / GRAPH, write=True) as words:
        for name, place in order.inputs.items():
            if name.startswith("inferred:"):
                _add_inferred(words, place)
    if concepts is not None:
        from isogloss.kg.inference.communities import communities, store

        with open_graph(folder / GRAPH, write=True) as words:
            count = store(words, communities(words, **concepts, seed=order.settings["seed"]))
    with open_graph(folder / GRAPH) as words:
        return _size(words) | {"communities": count}


def read_pairs(order: Order, entry: Mapping[str, Any], source: str, target: str) -> Dictionary:
    """The pairs that a dictionary of the project has between two languages, whichever way round it is."""
    if entry["sample"]:
        return sample_dictionary(source, target)
    from isogloss.data.reading import read_dictionary

    turned = tuple(entry["pair"]) != (source, target)
    ends = (target, source) if turned else (source, target)
    path = order.input(entry["input"]).resolve()
    pairs = read_dictionary(path, *ends, format=entry["format"])
    return pairs.reversed() if turned else pairs


def _add_sample(graph: Graph, pair: list[str] | None) -> None:
    if pair is None:
        graph.add_concepts(sample_concepts(), ORIGIN)
    else:
        graph.add(sample_dictionary(*pair))


def _add_lexicon(graph: Graph, place: Path) -> None:
    """The pairs of a lexicon, with the run that made them, under the strictest licence of what that read."""
    from isogloss import __version__
    from isogloss.lexicon.induction import folder

    report = folder.read_json(place / LEXICON / folder.REPORT)
    with damage_told(place):
        terms = orjson.loads(whole(place / TERMS))
        pairs = folder.read_entries(place / LEXICON).dictionary(*terms["pair"])
        licence = strictest(terms["licences"]) if all(terms["licences"]) else ""
        run = Run("lexicon build", report, report["settings"]["seed"], __version__)
    graph.add(replace(pairs, origin=replace(pairs.origin, licence=licence)), run=run)


def _add_inferred(graph: Graph, place: Path) -> None:
    with damage_told(place / INFERRED):
        stored = orjson.loads(whole(place / INFERRED))
        if stored is None:
            return
        run = Run(**stored["run"])
        source, target = run.settings["from"], run.settings["to"]
        for entry in stored["dictionaries"]:
            pairs = tuple(Pair(*values) for values in entry["pairs"])
            graph.add(Dictionary(source, target, pairs, Origin(entry["name"], entry["licence"], "inferred")), run=run)


def _size(graph: Graph) -> Figures:
    stats = graph.stats()
    return {
        "languages": {language.code: language.entries for language in stats.languages},
        "words": stats.entries,
        "edges": stats.edges,
        "concepts": stats.concepts,
        "pairs": [list(pair) for pair in graph.pairs()],
    }
