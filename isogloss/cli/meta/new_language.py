"""Verbs of `isogloss meta` about a language with few known words: adapt, evaluate, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.meta import options
from isogloss.cli.meta.inputs import (
    SAMPLE,
    GraphFile,
    SourceVectors,
    TargetVectors,
    VectorFiles,
    language_vectors,
    task_space,
)
from isogloss.cli.meta.suggestions import name_words
from isogloss.cli.options import Cache, Force, Json, Seed

if TYPE_CHECKING:
    from isogloss.meta.training.checkpoint import Checkpoint
    from isogloss.meta.training.settings import Settings


def adapt(
    model: Annotated[Path, typer.Argument(help="A folder that `meta train` wrote.", show_default=False)],
    source_lang: Annotated[str, typer.Option(help="Code of the language to translate from.", show_default=False)],
    target_lang: Annotated[str, typer.Option(help="Code of the language to translate to.", show_default=False)],
    seeds: Annotated[Path | None, typer.Option(help="Known word pairs, ten or more.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help="The lexicon to write, as TSV.", show_default=False)] = None,
    suggest: Annotated[
        int | None,
        typer.Option(min=1, help="Only name so many words worth translating next.", show_default=False),
    ] = None,
    source_vectors: SourceVectors = None,
    target_vectors: TargetVectors = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Translations for each word.")] = 1,
    min_probability: Annotated[float, typer.Option(min=0, max=1, help="Leave less probable pairs out.")] = 0.0,
    max_vocab: Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")] = 20_000,
    graph: Annotated[Path | None, typer.Option(help="Add the pairs to this graph file.", show_default=False)] = None,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Translate every word of a language from a handful of known ones, or name those worth knowing next."""
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_dictionary
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.lexicons import add_to_graph
    from isogloss.meta.new_language.adaptation import adapt_to_language
    from isogloss.meta.new_language.lexicon_file import write_lexicon
    from isogloss.meta.training.checkpoint import load

    if suggest is not None:
        words = language_vectors(language_code(source_lang), source_vectors, max_vocab, cache)
        others = language_vectors(language_code(target_lang), target_vectors, max_vocab, cache)
        name_words(model, words, others, seeds, suggest, json=json)
        return
    if seeds is None or out is None:
        raise typer.BadParameter("both are needed but with --suggest", param_hint="--seeds and --out")
    refuse_to_overwrite(out, force)
    checkpoint = load(model)
    source = language_vectors(language_code(source_lang), source_vectors, max_vocab, cache)
    target = language_vectors(language_code(target_lang), target_vectors, max_vocab, cache)
    known = read_dictionary(seeds, source.language, target.language)
    adapted = adapt_to_language(checkpoint, source, target, known, progress=progress)
    found = adapted.translate(source.words, k, min_probability=min_probability, progress=progress)
    write_lexicon(found, out, force=force)
    for task, share in adapted.read:
        note(f"memory: {share:.0%} from {task}")
    report = {"lexicon": str(out), "pairs": len(found), "seeds": len(adapted.seeds.words), "model": str(model)}
    if graph is not None:
        add_to_graph(found, graph, "meta adapt", report, checkpoint.settings.seed, progress)
    if source.language in checkpoint.languages and target.language in checkpoint.languages:
        warn([f"the model was trained on {source.language} and {target.language}: neither is a new language to it"])
    if json:
        print_json(report)
        return
    print_rows(report.items())


def evaluate(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="A folder that `meta train` wrote, to show its run.", show_default="leave each language out"
        ),
    ] = None,
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A language to leave out; may be repeated.", show_default="each in turn")
    ] = None,
    seeds: Annotated[str, typer.Option(help="How many pairs are known, with commas.")] = "10,25,50,100",
    draws: Annotated[int, typer.Option(min=1, help="How often the seeds are drawn.")] = 3,
    queries: Annotated[int, typer.Option(min=1, help="The most words asked in a draw.")] = 300,
    learner: options.Learner = "maml",
    steps: options.Steps = 300,
    episodes: options.Episodes = 96,
    vocabulary: options.Vocabulary = 5000,
    figure: Annotated[
        Path | None, typer.Option(help="Draw learning curves, and P@1 against seeds.", show_default=False)
    ] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Leave each language out, train on the others, adapt from few seeds: P@1 beside Procrustes and self-learning.

    With RUN: a table of its losses, memory and held-out precision, and P@1 of the languages it never saw.
    """
    from isogloss.meta.new_language.evaluation import MEANING, leave_one_out, of_run
    from isogloss.meta.new_language.report import draw_evaluation, run_table, tables
    from isogloss.meta.training.checkpoint import load

    counts = _counts(seeds)
    trained = load(run) if run is not None else None
    space = task_space(graph, vectors, None, trained.settings.vocabulary if trained else vocabulary, cache)
    if trained is not None:
        found = of_run(trained, space, seeds=counts, draws=draws, queries=queries, progress=progress)
    else:
        settings = _settings(learner, steps, episodes, vocabulary, seed)
        found = leave_one_out(
            space, settings, languages=leave_out or (), seeds=counts, draws=draws, queries=queries, progress=progress
        )
    if figure is not None:
        draw_evaluation(trained, found, figure, force=force)
    if json:
        print_json(found.as_json() | ({"run": tables(trained)} if trained else {}))
        return
    if trained is not None:
        print_rows(run_table(trained))
        _print_more(trained)
    for method, meaning in MEANING.items() if found.rows else ():
        note(f"{method}: {meaning}")
    if found.rows:
        print_rows(found.table())


def explain(
    model: Annotated[Path, typer.Argument(help="A folder that `meta train` wrote.", show_default=False)],
    word: Annotated[str, typer.Argument(help="A word of the source language.", show_default=False)],
    source_lang: Annotated[str, typer.Option(help="Code of the language to translate from.", show_default=False)],
    target_lang: Annotated[str, typer.Option(help="Code of the language to translate to.", show_default=False)],
    seeds: Annotated[Path, typer.Option(help="Known word pairs, ten or more.", show_default=False)],
    candidate: Annotated[
        str | None,
        typer.Option("--as", help="A translation to explain, proposed or not.", show_default="the surest"),
    ] = None,
    source_vectors: SourceVectors = None,
    target_vectors: TargetVectors = None,
    features: Annotated[int, typer.Option(min=0, help="Features to show.")] = 8,
    near: Annotated[int, typer.Option(min=0, help="Seeds to show.")] = 5,
    max_vocab: Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")] = 20_000,
    graph: Annotated[
        Path | None, typer.Option(help="Also show the paths of this graph file.", show_default=False)
    ] = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Say why a word is translated so: features, nearest seeds, past tasks from memory, paths of the graph."""
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_dictionary
    from isogloss.kg.graph import open_graph
    from isogloss.meta.new_language.adaptation import adapt_to_language
    from isogloss.meta.new_language.explanation import explain as explained
    from isogloss.meta.training.checkpoint import load

    checkpoint = load(model)
    source = language_vectors(language_code(source_lang), source_vectors, max_vocab, cache)
    target = language_vectors(language_code(target_lang), target_vectors, max_vocab, cache)
    known = read_dictionary(seeds, source.language, target.language)
    adapted = adapt_to_language(checkpoint, source, target, known, progress=progress)
    if graph is None:
        found = explained(adapted, word, candidate, seeds=near)
    else:
        with open_graph(graph) as words:
            found = explained(adapted, word, candidate, graph=words, seeds=near)
    if json:
        print_json(found.as_json())
        return
    print("\n".join(found.lines(features)))


def _print_more(trained: Checkpoint) -> None:
    """How far auxiliary tasks agreed with the main one, and what is in memory, where a run has them."""
    from isogloss.meta.new_language.report import memory_table, weights_table

    agreement, remembered = weights_table(trained), list(memory_table(trained))
    if agreement:
        print_rows(agreement, ("auxiliary family", "agreement"))
    if remembered:
        print_rows(remembered, ("remembered task", "reads", "norm"))


def _settings(learner: str, steps: int, episodes: int, vocabulary: int, seed: int) -> Settings:
    from isogloss.meta.training.settings import Settings

    return Settings(learner=learner, steps=steps, episodes=episodes, vocabulary=vocabulary, seed=seed)  # type: ignore[arg-type]


def _counts(text: str) -> tuple[int, ...]:
    from isogloss.meta.tasks.candidate_episodes import FEWEST

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and int(part) >= FEWEST for part in parts):
        raise typer.BadParameter(
            f"found {text!r}, expected numbers of at least {FEWEST} with commas", param_hint="--seeds"
        )
    return tuple(int(part) for part in parts)
