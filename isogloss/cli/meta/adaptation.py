"""`isogloss meta adapt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.build_report import report_build
from isogloss.cli.console import progress
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.meta.inputs import SourceVectors, TargetVectors, language_vectors
from isogloss.cli.meta.suggestions import print_suggestions
from isogloss.cli.options import Cache, Force, Goal, Json, MinPrecision, MinProbability, Seed
from isogloss.data.limits import MAX_VOCAB


def adapt(
    model: Annotated[Path, typer.Argument(help="A folder that `meta train` wrote.", show_default=False)],
    source: Annotated[str, typer.Argument(help="Source language, such as en.", show_default=False, **LANGUAGE)],
    target: Annotated[str, typer.Argument(help="Target language, such as eu.", show_default=False, **LANGUAGE)],
    seeds: Annotated[
        Path | None, typer.Option(help="Seed dictionary, a handful of words or more.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the lexicon.", show_default=False)] = None,
    suggest: Annotated[
        int | None,
        typer.Option(
            min=1, help="Print this many words to translate next (active learning), given --seeds.", show_default=False
        ),
    ] = None,
    source_vectors: SourceVectors = None,
    target_vectors: TargetVectors = None,
    max_vocab: Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")] = MAX_VOCAB,
    goal: Goal = "precision",
    min_precision: MinPrecision = None,
    min_probability: MinProbability = None,
    graph: Annotated[str | None, typer.Option(help="Add the pairs to this graph.", show_default=False)] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Adapt to a new language from a handful of words, and write its lexicon: `lexicon build` with a model.

    With --suggest, it prints the words whose translations would help most (active learning).

    Example: isogloss meta adapt model en eu --source-vectors en.vec --target-vectors eu.vec --seeds few.tsv --out en-eu
    """
    from isogloss.data.errors import CheckpointError
    from isogloss.data.language import language_code
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.kg.storage.transaction import check_writable
    from isogloss.lexicons import build_lexicon
    from isogloss.meta.matching.prior import FILE, load
    from isogloss.meta.training import checkpoint

    source, target = language_code(source), language_code(target)
    if suggest is not None:
        print_suggestions(
            None, language_vectors(source, source_vectors, max_vocab, cache), None, seeds, suggest, json=json
        )
        return
    if seeds is None or out is None:
        raise typer.BadParameter("both are required unless --suggest is given", param_hint="--seeds and --out")
    refuse_to_overwrite(out, force, folder=True)
    if graph is not None:
        check_writable(graph)
    if not (model / FILE).exists() and (model / checkpoint.FILE).exists():
        raise CheckpointError(
            f"{model}: found a run of `meta ranker train`, expected a model of `meta train`; adapt a ranker with "
            "`isogloss meta ranker adapt`"
        )
    built = build_lexicon(
        language_vectors(source, source_vectors, max_vocab, cache),
        language_vectors(target, target_vectors, max_vocab, cache),
        seeds,
        prior=load(model),
        goal=goal,
        min_precision=min_precision,
        min_probability=min_probability,
        out=out,
        graph=graph,
        seed=seed,
        force=force,
        progress=progress,
    )
    report_build(built, out, json)
