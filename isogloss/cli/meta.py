"""Verbs of `isogloss meta`: tasks, train, prior, adapt, evaluate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli import meta_options as options
from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.options import Cache, Force, Json, Seed
from isogloss.cli.suggestions import name_words

if TYPE_CHECKING:
    from isogloss.data.vectors import Vectors
    from isogloss.meta.checkpoint import Checkpoint
    from isogloss.meta.networks import ModelName
    from isogloss.meta.tasks import TaskSpace
    from isogloss.meta.training import Settings, Step

app = typer.Typer(
    name="meta", help="Draw tasks from the graph, learn to learn, adapt to a new language.", no_args_is_help=True
)

SAMPLE = "sample"

GraphFile = Annotated[
    Path | None,
    typer.Option(help="A graph file; without one, the bundled sample's word pairs.", show_default="the sample"),
]
VectorFiles = Annotated[
    list[str],
    typer.Option(
        "--vectors", metavar="LANG=FILE", help="Vectors of a language, once for each; `sample` for the bundled ones."
    ),
]
HoldOut = Annotated[list[str] | None, typer.Option(help="A language to keep out of everything; may be repeated.")]
SourceVectors = Annotated[Path | None, typer.Option(help="Vectors of the source language.", show_default="the sample")]
TargetVectors = Annotated[Path | None, typer.Option(help="Vectors of the target language.", show_default="the sample")]


@app.command()
def tasks(
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    affinity: Annotated[
        Literal["descriptor", "gradient"] | None,
        typer.Option(help="Print how kinds of tasks resemble one another instead, by this measure."),
    ] = None,
    model: options.Model = "ranker",
    run: Annotated[
        Path | None,
        typer.Option(help="A folder that `meta train` wrote, for gradients.", show_default="an untrained model"),
    ] = None,
    episodes: Annotated[int, typer.Option(min=2, help="Tasks to compare.")] = 24,
    vocabulary: options.Vocabulary = 5000,
    out: Annotated[Path | None, typer.Option(help="Save the affinities as JSON.", show_default=False)] = None,
    figure: Annotated[
        Path | None, typer.Option(help="Draw the affinities as a heat map and a tree.", show_default=False)
    ] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """List the tasks that can be drawn: family, languages, and how many source words they choose from."""
    from isogloss.meta.tasks import OF_CANDIDATES

    space = _space(graph, vectors, hold_out, vocabulary if affinity else None, cache)
    space = replace(space, families=OF_CANDIDATES)
    if affinity:
        _task_map(space, affinity, model, run, episodes, vocabulary, out, figure, seed, json, force)
        return
    if out or figure or run:
        raise typer.BadParameter("--out, --figure and --run go with --affinity", param_hint="--affinity")
    listed = [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.kinds]
    listed += [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.word_kinds]
    names = ("family", "source", "target", "words")
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in listed])
        return
    print_rows(listed, names)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for model.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    watch: options.Watched = None,
    model: options.Model = "ranker",
    family: options.Families = None,
    learner: options.Learner = "maml",
    steps: options.Steps = 300,
    tasks_per_step: options.TasksPerStep = 4,
    episodes: options.Episodes = 48,
    vocabulary: options.Vocabulary = 5000,
    auxiliary: options.Auxiliary = 0.3,
    weighting: options.Weighting = "uniform",
    sampler: options.Sampler = "uniform",
    memory: options.Memory = 0,
    language_dropout: options.LanguageDropout = 0.0,
    seed_noise: options.SeedNoise = 0.0,
    rotations: options.Rotations = False,
    proximity: options.Proximity = 0.0,
    folds: options.Folds = 0,
    check_every: options.CheckEvery = 25,
    every: Annotated[int, typer.Option(min=1, help="Steps from one checkpoint to the next.")] = 50,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Meta-train on tasks of the graph; stop with Ctrl-C and go on with --resume, to the same result."""
    from isogloss.data.language import language_code
    from isogloss.meta.checkpoint import FILE, load
    from isogloss.meta.training import Settings

    settings = Settings(
        learner=learner,
        steps=steps,
        tasks_per_step=tasks_per_step,
        episodes=episodes,
        vocabulary=vocabulary,
        auxiliary=auxiliary,
        seed=seed,
        model=model,
        families=tuple(family or ()),
        weighting=weighting,
        sampler=sampler,
        memory=memory,
        language_dropout=language_dropout,
        seed_noise=seed_noise,
        rotations=rotations,
        proximity=proximity,
        folds=folds,
        check_every=check_every,
        watched=tuple(sorted(map(language_code, watch or ()))),
    )
    space = _space(graph, vectors, hold_out, vocabulary, cache)
    try:
        trained, first = _trained(space, settings, out, every, resume, force)
    except KeyboardInterrupt:
        if (out / FILE).exists():
            note(f"{out / FILE}: stopped after {load(out).state.number} steps; go on with --resume")
        raise
    if not first:
        return
    report = {
        "model": str(out / FILE),
        "learner": learner,
        "steps": trained.state.number,
        "languages": trained.languages,
        "held_out": trained.held_out,
        "loss": dict(trained.history[-1]) if trained.history else {},
    }
    if json:
        print_json(report)
        return
    print_rows((name, value if not isinstance(value, tuple) else " ".join(value)) for name, value in report.items())


@app.command()
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
    from isogloss.meta.adaptation import adapt_to_language
    from isogloss.meta.checkpoint import load
    from isogloss.meta.writing import write_lexicon

    if suggest is not None:
        words = _vectors(language_code(source_lang), source_vectors, max_vocab, cache)
        others = _vectors(language_code(target_lang), target_vectors, max_vocab, cache)
        name_words(model, words, others, seeds, suggest, json=json)
        return
    if seeds is None or out is None:
        raise typer.BadParameter("both are needed but with --suggest", param_hint="--seeds and --out")
    refuse_to_overwrite(out, force)
    checkpoint = load(model)
    source = _vectors(language_code(source_lang), source_vectors, max_vocab, cache)
    target = _vectors(language_code(target_lang), target_vectors, max_vocab, cache)
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


@app.command()
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
    from isogloss.meta.checkpoint import load
    from isogloss.meta.evaluation import MEANING, leave_one_out, of_run
    from isogloss.meta.report import draw_evaluation, run_table, tables

    counts = _counts(seeds)
    trained = load(run) if run is not None else None
    space = _space(graph, vectors, None, trained.settings.vocabulary if trained else vocabulary, cache)
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


def _print_more(trained: Checkpoint) -> None:
    """How far auxiliary tasks agreed with the main one, and what is in memory, where a run has them."""
    from isogloss.meta.report import memory_table, weights_table

    agreement, remembered = weights_table(trained), list(memory_table(trained))
    if agreement:
        print_rows(agreement, ("auxiliary family", "agreement"))
    if remembered:
        print_rows(remembered, ("remembered task", "reads", "norm"))


def _trained(
    space: TaskSpace, settings: Settings, out: Path, every: int, resume: bool, force: bool
) -> tuple[Checkpoint, bool]:
    """The trained model, and whether this process is the one that tells about it; torchrun starts several."""
    import os

    from isogloss.meta.run import PRECISION, Keeping, meta_train

    def told(step: Step) -> None:
        if PRECISION in step.losses or step.number % every == 0:
            note(f"step {step.number}: " + ", ".join(f"{name} {value:.3f}" for name, value in step.losses.items()))

    if "TORCHELASTIC_RUN_ID" not in os.environ:
        keeping = Keeping(out, every, resume, force)
        return meta_train(space, settings, keeping=keeping, progress=progress, watch=told), True
    from isogloss.meta.parallel import Shared, processes

    with processes() as first:
        keeping = Keeping(out, every, resume, force, writing=first)
        return meta_train(space, settings, keeping=keeping, watch=told if first else None, share=Shared), first


def _task_map(
    space: TaskSpace,
    affinity: str,
    model: ModelName,
    run: Path | None,
    episodes: int,
    vocabulary: int,
    out: Path | None,
    figure: Path | None,
    seed: int,
    json: bool,
    force: bool,
) -> None:
    """Print, save and draw how kinds of tasks resemble one another."""
    from isogloss.meta.checkpoint import load
    from isogloss.meta.run import begin, episodes_of
    from isogloss.meta.taskmap.affinity import by_descriptor, by_gradient, save_map
    from isogloss.meta.taskmap.drawing import draw_map
    from isogloss.meta.training import Settings

    trained = load(run) if run is not None else None
    settings = trained.settings if trained else Settings(model=model, vocabulary=vocabulary, seed=seed)
    drawn = episodes_of(space, replace(settings, episodes=episodes, families=()), progress=progress)
    if affinity == "descriptor":
        found = by_descriptor(drawn)
    else:
        trained = trained or begin(drawn, settings)
        found = by_gradient(trained.learner(), trained.state.weights, drawn)
    if out is not None:
        save_map(found, out, force=force)
    if figure is not None:
        draw_map(found, figure, force=force)
    if json:
        print_json(found.as_json())
        return
    print_rows(found.rows(), ("kind", *found.names))


def _settings(learner: str, steps: int, episodes: int, vocabulary: int, seed: int) -> Settings:
    from isogloss.meta.training import Settings

    return Settings(learner=learner, steps=steps, episodes=episodes, vocabulary=vocabulary, seed=seed)  # type: ignore[arg-type]


def _counts(text: str) -> tuple[int, ...]:
    from isogloss.meta.episodes import FEWEST

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and int(part) >= FEWEST for part in parts):
        raise typer.BadParameter(
            f"found {text!r}, expected numbers of at least {FEWEST} with commas", param_hint="--seeds"
        )
    return tuple(int(part) for part in parts)


def _space(
    graph: Path | None, vectors: list[str], hold_out: list[str] | None, vocabulary: int | None, cache: Path | None
) -> TaskSpace:
    """The tasks of a graph file (or of the sample), without the languages held out."""
    from isogloss.data.language import language_code
    from isogloss.data.sample import sample_dictionary
    from isogloss.kg.graph import open_graph
    from isogloss.meta.spaces import Spaces
    from isogloss.meta.tasks import TaskSpace, dictionaries_of

    held_out = frozenset(language_code(each) for each in hold_out or ())
    tables = {language: read for language, read in _all_vectors(vectors, cache).items() if language not in held_out}
    if graph is None:
        between = ((source, target) for source in tables for target in tables if source != target)
        dictionaries = {pair: sample_dictionary(*pair) for pair in between}
    else:
        with open_graph(graph) as words:
            dictionaries = dictionaries_of(words, tables, held_out)
    return TaskSpace(dictionaries, Spaces(tables, vocabulary), held_out=held_out)


def _all_vectors(given: list[str], cache: Path | None) -> dict[str, Vectors]:
    from isogloss.data.language import language_code
    from isogloss.data.reading import read_vectors
    from isogloss.data.sample import sample_languages, sample_vectors

    if given == [SAMPLE]:
        return {language: sample_vectors(language) for language in sample_languages()}
    found = {}
    for each in given:
        language, equals, path = each.partition("=")
        if not equals:
            raise typer.BadParameter(
                f"found {each!r}, expected LANG=FILE such as fr=cc.fr.300.vec", param_hint="--vectors"
            )
        code = language_code(language)
        found[code] = (
            sample_vectors(code)
            if path == SAMPLE
            else read_vectors(path, code, max_vocab=20_000, cache=cache, progress=progress)
        )
    return found


def _vectors(language: str, path: Path | None, max_vocab: int, cache: Path | None) -> Vectors:
    from isogloss.data.reading import read_vectors
    from isogloss.data.sample import sample_vectors

    if path is None:
        return sample_vectors(language).first(max_vocab)
    return read_vectors(path, language, max_vocab=max_vocab, cache=cache, progress=progress)
