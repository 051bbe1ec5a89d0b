"""Steps that compute from vectors: lexicons, their evaluation, and the model that helps languages with few seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import damage_told
from isogloss.data.limits import TRAINING_VOCAB, whole
from isogloss.project.graph_steps import MIN_SEEDS, SEEDS, read_pairs
from isogloss.project.order import GRAPH, LEXICON, TERMS, Figures, Order
from isogloss.project.results import About

if TYPE_CHECKING:
    from isogloss.lexicon.evaluation.word_translation import Score

SCORE = "evaluation.json"  # in the result of an evaluation


def lexicon(order: Order, folder: Path) -> Figures:
    """The lexicon of two languages."""
    from isogloss.lexicons import build_lexicon

    settings = order.settings
    seeds, how, licences = _seeds(order)
    built = build_lexicon(
        order.vectors(settings["source"]),
        order.vectors(settings["target"]),
        seeds,
        method=settings["method"],
        effort=settings["effort"],
        goal=settings["goal"],
        min_precision=settings["min_precision"],
        min_probability=settings["min_probability"],
        reduce=settings["reduce"],
        blocks=settings["blocks"],
        seed=settings["seed"],
        extra=None if settings["names"] else {},  # the bundled names may be the words of a test
        prior=order.inputs.get("model"),
        evidence=order.inputs["dictionaries"] / GRAPH if "dictionaries" in order.inputs else None,
        out=folder / LEXICON,
    )
    licences = [settings["source"]["licence"], settings["target"]["licence"], *licences]
    (folder / TERMS).write_bytes(orjson.dumps({"pair": settings["pair"], "licences": sorted(set(licences))}))
    report = built.report
    return {
        "pairs": report["pairs"],
        "method": built.method,
        "seeds": how,
        "seed_words": report["seeds"]["words_used"],
        "expected_precision": report["expected"][0]["precision"],
        "expected_right": report["expected_right"],
        "precision_at_1": report["precision_at_1"],
        "source_words": len(built.translator.source),
        "covered": len({entry.source for entry in built.entries}),
        "warnings": list(report["warnings"]),
    }


def evaluation(order: Order, folder: Path) -> Figures:
    """The precision of a lexicon on test dictionaries."""
    from isogloss.lexicons import open_lexicon

    source, target = order.settings["pair"]
    place = order.inputs[f"lexicon:{source}-{target}"] / LEXICON
    evaluated = open_lexicon(place, cache=order.cache).evaluate(_merged(order, source, target)[0])
    score = asdict(evaluated.scores["muse"])
    (folder / SCORE).write_bytes(orjson.dumps(score, default=str, option=orjson.OPT_SERIALIZE_NUMPY))
    return {"words": score["words"], "precision_at_1": round(float(score["precision_at_1"]), 4)}


def read_score(folder: Path) -> Score:
    """The score in the result of an evaluation."""
    from isogloss.lexicon.evaluation.word_translation import Score

    stored = orjson.loads(whole(folder / SCORE))
    return Score(**{**stored, "interval": tuple(stored["interval"])})


def model(order: Order, folder: Path) -> Figures:
    """A model trained on the dictionaries between all languages but those held out."""
    from isogloss.meta.matching.prior_training import PriorSettings
    from isogloss.metatraining import meta_train

    settings = order.settings
    given: Mapping[str, Any] = {
        name: settings[name] for name in ("words", "vocabulary", "steps") if settings[name] is not None
    }
    trained = meta_train(
        [order.vectors(side, TRAINING_VOCAB) for side in settings["vectors"]],
        order.inputs["dictionaries"] / GRAPH,
        hold_out=settings["hold_out"],
        settings=PriorSettings(auxiliary=settings["auxiliary"], seed=settings["seed"], **given),
        out=folder,
    )
    return {"languages": list(trained.languages), "held_out": list(settings["hold_out"])}


def _seeds(order: Order) -> tuple[Dictionary | str, str, list[str]]:
    """The seeds of a lexicon, where they come from, and their licences."""
    source, target = order.settings["pair"]
    if order.settings["seeds"] != "auto":
        return order.settings["seeds"], order.settings["seeds"], []
    if order.settings["dictionaries"]:
        merged, licences = _merged(order, source, target)
        return merged, "dictionary", licences
    if (place := order.inputs.get(f"seeds:{source}-{target}")) is not None:
        with damage_told(place / SEEDS):
            lines = whole(place / SEEDS).decode().splitlines()
            pairs = [(word, translation) for word, translation in (line.split("\t") for line in lines)]
        if len(pairs) >= MIN_SEEDS:
            return Dictionary.of(source, target, pairs), "other dictionaries", _licences(place)
    return "none", "none", []


def _licences(place: Path) -> list[str]:
    """Those of all sources that a step has inferred seeds from."""
    about = About.read(place)
    return [] if about is None else list(about.figures["licences"])


def _merged(order: Order, source: str, target: str) -> tuple[Dictionary, list[str]]:
    """The pairs of all dictionaries of a step, each once, and the licences of these."""
    read = [read_pairs(order, entry, source, target) for entry in order.settings["dictionaries"]]
    listed = zip(order.settings["dictionaries"], read, strict=True)
    licences = [
        dictionary.origin.licence if entry["licence"] is None else entry["licence"] for entry, dictionary in listed
    ]
    if len(read) == 1:
        return read[0], licences
    return Dictionary.of(
        source, target, [(pair.source, pair.target) for dictionary in read for pair in dictionary]
    ), licences
