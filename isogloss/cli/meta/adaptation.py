"""`isogloss meta adapt`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.build_report import report_build
from isogloss.cli.console import progress, warn
from isogloss.cli.languages import LANGUAGE
from isogloss.cli.meta.inputs import SourceVectors, TargetVectors, language_vectors
from isogloss.cli.meta.suggestions import NO_GUESSES, print_suggestions, refuse_to_write
from isogloss.cli.options import Cache, Force, Goal, Json, MinPrecision, MinProbability, Seed
from isogloss.data.limits import MAX_VOCAB

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary
    from isogloss.data.translation import Translation
    from isogloss.data.vectors import Vectors
    from isogloss.lexicon.ranking.prior import Prior
    from isogloss.meta.new_language.active import Guess


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
            min=1,
            help="Print this many words to translate next (active learning), with or without --seeds.",
            show_default=False,
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

    With --suggest, it prints the words whose translations would help most (active learning): words far from every
    seed and, given seeds and the vectors of both languages, words that the model is unsure of.

    Example: isogloss meta adapt model en eu --source-vectors en.vec --target-vectors eu.vec --seeds few.tsv --out en-eu
    """
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_dictionary
    from isogloss.data.sample import sample_languages
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.kg.storage.transaction import check_writable
    from isogloss.lexicon.alignment.seeds import facing
    from isogloss.lexicons import build_lexicon

    source, target = language_code(source), language_code(target)
    refuse_to_write(suggest, seeds, out, graph)
    if out is not None:
        refuse_to_overwrite(out, force, folder=True)
    if graph is not None:
        check_writable(graph)
    prior = _prior(model)
    x = language_vectors(source, source_vectors, max_vocab, cache)
    if suggest is not None:
        given = None if seeds is None else read_dictionary(seeds, source, target)
        guesses: list[Guess] = []
        if given is not None and (target_vectors or (source_vectors is None and target in sample_languages())):
            y = language_vectors(target, target_vectors, max_vocab, cache)
            given, turned = facing(given, x, y)
            warn([turned] if turned else [])
            guesses = _guesses(x, y, given, prior, seed)
        print_suggestions(x, given, guesses, suggest, json=json)
        return
    assert seeds is not None
    assert out is not None
    built = build_lexicon(
        x,
        language_vectors(target, target_vectors, max_vocab, cache),
        seeds,
        prior=prior,
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


def _prior(model: Path) -> Prior:
    from isogloss.data.errors import CheckpointError
    from isogloss.meta.matching.prior import FILE, load
    from isogloss.meta.training import checkpoint

    if not (model / FILE).exists() and (model / checkpoint.FILE).exists():
        raise CheckpointError(
            f"{model}: found a run of `meta ranker train`, expected a model of `meta train`; adapt a ranker with "
            "`isogloss meta ranker adapt`"
        )
    return load(model)


def _guesses(x: Vectors, y: Vectors, seeds: Dictionary, prior: Prior, seed: int) -> list[Guess]:
    """Of a lexicon built with the model; none if the seeds are too few for one."""
    from isogloss.data.errors import AlignmentError, VocabularyError
    from isogloss.lexicons import build_lexicon
    from isogloss.meta.new_language.active import WORDS, Guess

    try:
        built = build_lexicon(x, y, seeds, prior=prior, seed=seed, progress=progress)
    except (AlignmentError, VocabularyError) as error:
        warn([f"{error}; {NO_GUESSES}"])
        return []
    words = x.words[:WORDS]
    best = built.translate(words, 1)
    return [_guess(best[word][0], certain=word in seeds.by_source) if best[word] else Guess("", 0.0) for word in words]


def _guess(best: Translation, *, certain: bool) -> Guess:
    from isogloss.meta.new_language.active import Guess

    return Guess(best.word, 1.0 if certain else best.probability)
