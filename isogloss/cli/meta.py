"""Verbs of `isogloss meta`: tasks, train, prior, adapt, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.options import Cache, Force, Json, Seed

if TYPE_CHECKING:
    from data.vectors import Vectors
    from meta.tasks import TaskSpace
    from meta.training import Settings

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
LearnerOption = Annotated[Literal["maml", "fomaml", "reptile"], typer.Option(help="How to meta-train.")]
Steps = Annotated[int, typer.Option(min=0, help="Outer steps.")]
Episodes = Annotated[int, typer.Option(min=1, help="Tasks that steps draw from.")]
Vocabulary = Annotated[int, typer.Option(min=50, help="Most frequent words of each language in training tasks.")]
SourceVectors = Annotated[Path | None, typer.Option(help="Vectors of the source language.", show_default="the sample")]
TargetVectors = Annotated[Path | None, typer.Option(help="Vectors of the target language.", show_default="the sample")]


@app.command()
def tasks(
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """List the tasks that can be drawn: family, languages, and how many source words they choose from."""
    space = _space(graph, vectors, hold_out, None, cache)
    rows = [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.kinds]
    names = ("family", "source", "target", "words")
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_rows(rows, names)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for model.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    learner: LearnerOption = "maml",
    steps: Steps = 300,
    episodes: Episodes = 48,
    vocabulary: Vocabulary = 5000,
    every: Annotated[int, typer.Option(min=1, help="Steps from one checkpoint to the next.")] = 50,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Meta-train on tasks of the graph; stop with Ctrl-C and go on with --resume, to the same result."""
    from meta.checkpoint import FILE, load
    from meta.run import Keeping, meta_train

    settings = _settings(learner, steps, episodes, vocabulary, seed)
    space = _space(graph, vectors, hold_out, vocabulary, cache)
    keeping = Keeping(out, every, resume, force)
    try:
        trained = meta_train(space, settings, keeping=keeping, progress=progress)
    except KeyboardInterrupt:
        if (out / FILE).exists():
            note(f"{out / FILE}: stopped after {load(out).state.number} steps; go on with --resume")
        raise
    last = dict(trained.history[-1]) if trained.history else {}
    report = {
        "model": str(out / FILE),
        "learner": learner,
        "steps": trained.state.number,
        "languages": trained.languages,
        "held_out": trained.held_out,
        "loss": last,
    }
    if json:
        print_json(report)
        return
    print_rows((name, value if not isinstance(value, tuple) else " ".join(value)) for name, value in report.items())


@app.command()
def prior(
    out: Annotated[Path, typer.Option(help="Folder for prior.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    auxiliary: Annotated[
        bool, typer.Option(help="Also learn from pairs whose dictionary the graph infers through a third language.")
    ] = True,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Learn how translations show in the languages we have, for `lexicon build --prior` of one with few seeds."""
    from data.storage import refuse_to_overwrite
    from meta.matching.lessons import Curriculum, matching_prior
    from meta.matching.prior import FILE, save

    refuse_to_overwrite(out / FILE, force)
    space = _space(graph, vectors, hold_out, None, cache)
    tables = {language: space.vectors.words(language) for language in space.languages}
    learned = matching_prior(
        space.dictionaries,
        tables,
        held_out=space.held_out,
        curriculum=Curriculum(auxiliary=auxiliary, seed=seed),
        progress=progress,
    )
    report = {
        "prior": str(save(learned, out, force=force)),
        "languages": learned.languages,
        "held_out": sorted(space.held_out),
    }
    if json:
        print_json(report)
        return
    print_rows((name, value if isinstance(value, str) else " ".join(value)) for name, value in report.items())


@app.command()
def adapt(
    model: Annotated[Path, typer.Argument(help="A folder that `meta train` wrote.", show_default=False)],
    source_lang: Annotated[str, typer.Option(help="Code of the language to translate from.", show_default=False)],
    target_lang: Annotated[str, typer.Option(help="Code of the language to translate to.", show_default=False)],
    seeds: Annotated[Path, typer.Option(help="Known word pairs, ten or more.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The lexicon to write, as TSV.", show_default=False)],
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
    """Translate every word of a language from a handful of known ones."""
    from data.language import language_code
    from data.reading import read_dictionary
    from data.storage import refuse_to_overwrite
    from isogloss.lexicons import add_to_graph
    from meta.adaptation import adapt_to_language
    from meta.checkpoint import load
    from meta.writing import write_lexicon

    refuse_to_overwrite(out, force)
    checkpoint = load(model)
    source = _vectors(language_code(source_lang), source_vectors, max_vocab, cache)
    target = _vectors(language_code(target_lang), target_vectors, max_vocab, cache)
    known = read_dictionary(seeds, source.language, target.language)
    adapted = adapt_to_language(checkpoint, source, target, known, progress=progress)
    found = adapted.translate(source.words, k, min_probability=min_probability, progress=progress)
    write_lexicon(found, out, force=force)
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
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A language to leave out; may be repeated.", show_default="each in turn")
    ] = None,
    seeds: Annotated[str, typer.Option(help="How many pairs are known, with commas.")] = "10,25,50,100",
    draws: Annotated[int, typer.Option(min=1, help="How often the seeds are drawn.")] = 3,
    queries: Annotated[int, typer.Option(min=1, help="The most words asked in a draw.")] = 300,
    learner: LearnerOption = "maml",
    steps: Steps = 300,
    episodes: Episodes = 96,
    vocabulary: Vocabulary = 5000,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Leave each language out, train on the others, adapt from few seeds: P@1 beside Procrustes and self-learning."""
    from meta.evaluation import MEANING, leave_one_out

    counts = _counts(seeds)
    space = _space(graph, vectors, None, vocabulary, cache)
    settings = _settings(learner, steps, episodes, vocabulary, seed)
    found = leave_one_out(
        space, settings, languages=leave_out or (), seeds=counts, draws=draws, queries=queries, progress=progress
    )
    if json:
        print_json(found.as_json())
        return
    for method, meaning in MEANING.items():
        note(f"{method}: {meaning}")
    print_rows(found.table())


def _settings(learner: str, steps: int, episodes: int, vocabulary: int, seed: int) -> Settings:
    from meta.training import Settings

    return Settings(learner=learner, steps=steps, episodes=episodes, vocabulary=vocabulary, seed=seed)  # type: ignore[arg-type]


def _counts(text: str) -> tuple[int, ...]:
    from meta.episodes import FEWEST

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
    from data.language import language_code
    from data.sample import sample_dictionary
    from kg.graph import open_graph
    from meta.spaces import Spaces
    from meta.tasks import TaskSpace, dictionaries_of

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
    from data.language import language_code
    from data.reading import read_vectors
    from data.sample import sample_languages, sample_vectors

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
    from data.reading import read_vectors
    from data.sample import sample_vectors

    if path is None:
        return sample_vectors(language).first(max_vocab)
    return read_vectors(path, language, max_vocab=max_vocab, cache=cache, progress=progress)
