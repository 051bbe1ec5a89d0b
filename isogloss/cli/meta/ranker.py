"""Verbs of `isogloss meta ranker` about a new language with few seeds: adapt, evaluate, explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, say, warn
from isogloss.cli.languages import LANGUAGE
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
from isogloss.cli.meta.suggestions import NO_GUESSES, print_suggestions, refuse_to_write
from isogloss.cli.options import Cache, Force, Goal, Json, MinPrecision, MinProbability, Seed
from isogloss.data.limits import TRAINING_VOCAB

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary
    from isogloss.data.vectors import Vectors
    from isogloss.meta.new_language.active import Guess
    from isogloss.meta.training.checkpoint import Checkpoint
    from isogloss.meta.training.settings import Settings


Model = Annotated[Path, typer.Argument(help="A folder that `meta ranker train` wrote.", show_default=False)]
SourceLang = Annotated[str, typer.Option(help="Source language, such as en.", show_default=False, **LANGUAGE)]
TargetLang = Annotated[str, typer.Option(help="Target language, such as eu.", show_default=False, **LANGUAGE)]
MaxVocab = Annotated[int, typer.Option(min=1, help="Most frequent words of each language to use.")]
SEEDS_HELP = "Seed dictionary, ten pairs or more."


def adapt(
    model: Model,
    source_lang: SourceLang,
    target_lang: TargetLang,
    seeds: Annotated[Path | None, typer.Option(help=SEEDS_HELP, show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help="TSV file for the lexicon.", show_default=False)] = None,
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
    k: Annotated[int, typer.Option("-k", min=1, help="Number of translations per word.")] = 1,
    goal: Goal = "precision",
    min_precision: MinPrecision = None,
    min_probability: MinProbability = None,
    max_vocab: MaxVocab = TRAINING_VOCAB,
    graph: Annotated[str | None, typer.Option(help="Add the pairs to this graph.", show_default=False)] = None,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Adapt a meta-trained ranker to a seed dictionary and translate all words, or suggest seeds to add.

    Example: isogloss meta ranker adapt ranker --source-lang en --target-lang ja --seeds seeds.tsv --out en-ja.tsv
    """
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.graph_pairs import add_to_graph
    from isogloss.kg.storage.transaction import check_writable
    from isogloss.lexicon.induction.selection import Selection
    from isogloss.meta.new_language.adaptation import adapt_to_language
    from isogloss.meta.new_language.lexicon_file import surest, write_lexicon
    from isogloss.meta.training.checkpoint import load

    refuse_to_write(suggest, seeds, out, graph)
    if suggest is not None:
        source, target = _vectors(source_lang, target_lang, source_vectors, target_vectors, max_vocab, cache)
        given = None if seeds is None else _seeds(seeds, source, target)
        print_suggestions(source, given, _guesses(load(model), source, target, given), suggest, json=json)
        return
    assert seeds is not None
    assert out is not None
    refuse_to_overwrite(out, force, folder=False)
    if graph is not None:
        check_writable(graph)
    checkpoint = load(model)
    source, target = _vectors(source_lang, target_lang, source_vectors, target_vectors, max_vocab, cache)
    dictionary = _seeds(seeds, source, target)
    adapted = adapt_to_language(checkpoint, source, target, dictionary, progress=progress)
    every = adapted.translate(source.words, k, progress=progress)
    lexicon, sureness = surest(every, Selection(goal, min_precision, min_probability))
    write_lexicon(lexicon, out, force=force)
    for task, share in adapted.past_tasks:
        note(f"memory: {share:.0%} from {task}")
    report = {"lexicon": str(out), "pairs": len(lexicon), "seeds": len(adapted.seeds.words), "model": str(model)}
    report |= sureness._asdict()
    if graph is not None:
        add_to_graph(lexicon, graph, "meta ranker adapt", report, checkpoint.settings.seed, progress)
    if source.language in checkpoint.languages and target.language in checkpoint.languages:
        warn([f"the model was trained on {source.language} and {target.language}: neither is a new language to it"])
    warn(sureness.warnings())
    if json:
        print_json(report)
        return
    print_rows(report.items())


def evaluate(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="A folder that `meta ranker train` wrote, to evaluate it.", show_default="train without each language"
        ),
    ] = None,
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    leave_out: Annotated[
        list[str] | None,
        typer.Option(help="Language to hold out. May be repeated.", show_default="each in turn", **LANGUAGE),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Numbers of seed pairs, comma-separated.")] = "10,25,50,100",
    draws: Annotated[int, typer.Option(min=1, help="Random draws of seeds per number.")] = 3,
    queries: Annotated[int, typer.Option(min=1, help="Maximum number of query words per draw.")] = 300,
    learner: options.Learner = "maml",
    steps: options.Steps = 300,
    episodes: options.Episodes = 96,
    vocabulary: options.Vocabulary = 5000,
    figure: Annotated[
        Path | None, typer.Option(help="Image file for learning curves and P@1 by number of seeds.", show_default=False)
    ] = None,
    task_map: Annotated[
        Path | None,
        typer.Option(
            help="Also draw this task map, written by `meta tasks --affinity gradient --out`.", show_default=False
        ),
    ] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Evaluate few-shot adaptation: hold out each language, meta-train on the others, compare P@1 with baselines.

    With RUN, nothing is trained: its losses, memory and held-out precision, and P@1 in the languages it held out.

    Example: isogloss meta ranker evaluate --leave-out ja --seeds 10,25
    """
    from isogloss.meta.new_language.evaluation import MEANING, Sampling, leave_one_out, of_run
    from isogloss.meta.new_language.report import draw_evaluation, run_table, tables
    from isogloss.meta.taskmap.affinity import load_map
    from isogloss.meta.taskmap.drawing import check_figure
    from isogloss.meta.training.checkpoint import load

    sampling = Sampling(_counts(seeds), draws, queries)
    if task_map is not None and figure is None:
        raise typer.BadParameter("it requires --figure", param_hint="--task-map")
    if figure is not None:
        check_figure(figure, force=force)  # before minutes of work
    kinds = load_map(task_map) if task_map is not None else None
    trained = load(run) if run is not None else None
    space = task_space(graph, vectors, None, trained.settings.vocabulary if trained else vocabulary, cache)
    if trained is not None:
        evaluation = of_run(trained, space, sampling, progress=progress)
    else:
        settings = _settings(learner, steps, episodes, vocabulary, seed)
        evaluation = leave_one_out(space, settings, sampling, languages=leave_out or (), progress=progress)
    if figure is not None:
        draw_evaluation(trained, evaluation, figure, task_map=kinds, force=force)
    if json:
        print_json(evaluation.as_json() | ({"run": tables(trained)} if trained else {}))
        return
    if trained is not None:
        print_rows(run_table(trained))
        _print_more(trained)
    for method, meaning in MEANING.items() if evaluation.rows else ():
        note(f"{method}: {meaning}")
    if evaluation.rows:
        print_rows(evaluation.table())


def explain(
    model: Model,
    word: Annotated[str, typer.Argument(help="A word of the source language.", show_default=False)],
    source_lang: SourceLang,
    target_lang: TargetLang,
    seeds: Annotated[Path, typer.Option(help=SEEDS_HELP, show_default=False)],
    candidate: Annotated[
        str | None,
        typer.Option("--as", help="The translation to explain, a candidate or not.", show_default="the most probable"),
    ] = None,
    source_vectors: SourceVectors = None,
    target_vectors: TargetVectors = None,
    features: Annotated[int, typer.Option(min=0, help="Maximum number of features to print.")] = 8,
    near: Annotated[int, typer.Option(min=0, help="Maximum number of nearest seeds to print.")] = 5,
    max_vocab: MaxVocab = TRAINING_VOCAB,
    graph: Annotated[str | None, typer.Option(help="Graph whose paths to print.", show_default=False)] = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Explain a translation: effects of features, nearest seeds, past tasks in memory, paths of the graph.

    Example: isogloss meta ranker explain ranker water --source-lang en --target-lang ja --seeds seeds.tsv
    """
    from isogloss.kg.graph import open_graph
    from isogloss.meta.new_language.adaptation import adapt_to_language
    from isogloss.meta.new_language.explanation import explain as explained
    from isogloss.meta.training.checkpoint import load

    checkpoint = load(model)
    source, target = _vectors(source_lang, target_lang, source_vectors, target_vectors, max_vocab, cache)
    dictionary = _seeds(seeds, source, target)
    adapted = adapt_to_language(checkpoint, source, target, dictionary, progress=progress)
    if graph is None:
        explanation = explained(adapted, word, candidate, seeds=near)
    else:
        with open_graph(graph) as words:
            explanation = explained(adapted, word, candidate, graph=words, seeds=near)
    if json:
        print_json(explanation.as_json())
        return
    say("\n".join(explanation.lines(features)), sys.stdout)


def _vectors(
    source: str, target: str, source_file: Path | None, target_file: Path | None, max_vocab: int, cache: Path | None
) -> tuple[Vectors, Vectors]:
    """The vectors of both languages, given their codes."""
    from isogloss.data.language import language_code

    return (
        language_vectors(language_code(source), source_file, max_vocab, cache),
        language_vectors(language_code(target), target_file, max_vocab, cache),
    )


def _seeds(path: Path, source: Vectors, target: Vectors) -> Dictionary:
    """The seed dictionary, turned round with a warning where its words are clearly those of the other side."""
    from isogloss.data.reading import read_dictionary
    from isogloss.lexicon.alignment.seeds import facing

    seeds, warning = facing(read_dictionary(path, source.language, target.language), source, target)
    warn([warning] if warning else [])
    return seeds


def _guesses(trained: Checkpoint, source: Vectors, target: Vectors, seeds: Dictionary | None) -> list[Guess]:
    from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS
    from isogloss.meta.new_language.active import WORDS, guesses_of
    from isogloss.meta.new_language.adaptation import adapt_to_language

    usable = None if seeds is None else seeds.within(source, target)
    if usable is None or len(usable.by_source) < MIN_SEED_WORDS:
        note(f"fewer than {MIN_SEED_WORDS} usable seeds: {NO_GUESSES}")
        return []
    adapted = adapt_to_language(trained, source, target, usable, progress=progress)
    return guesses_of(adapted, min(WORDS, len(source)))


def _print_more(trained: Checkpoint) -> None:
    """Agreement of auxiliary families with the main one, and entries of the memory, where a run has them."""
    from isogloss.meta.new_language.report import memory_table, weights_table

    agreement, entries = weights_table(trained), list(memory_table(trained))
    if agreement:
        print_rows(agreement, ("auxiliary family", "agreement"))
    if entries:
        print_rows(entries, ("remembered task", "reads", "norm"))


def _settings(learner: str, steps: int, episodes: int, vocabulary: int, seed: int) -> Settings:
    from isogloss.meta.training.settings import Settings

    return Settings(learner=learner, steps=steps, episodes=episodes, vocabulary=vocabulary, seed=seed)  # type: ignore[arg-type]


def _counts(text: str) -> tuple[int, ...]:
    from isogloss.meta.tasks.candidate_episodes import MIN_SEEDS

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and int(part) >= MIN_SEEDS for part in parts):
        raise typer.BadParameter(
            f"found {text!r}, expected comma-separated numbers of at least {MIN_SEEDS}", param_hint="--seeds"
        )
    return tuple(int(part) for part in parts)
