"""Meta-training from vectors and a graph in one call."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.language import is_registered, language_code, same_languages
from isogloss.data.progress import Progress, silent
from isogloss.data.sample import sample_dictionary, sample_languages, sample_vectors
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import Graph, open_graph
from isogloss.meta.matching.prior import FILE, MatchingPrior, save
from isogloss.meta.matching.prior_training import DEFAULT_SETTINGS, PriorSettings, train_prior
from isogloss.meta.tasks import TaskSpace, dictionaries_of
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import Checkpoint
from isogloss.meta.training.run import Checkpointing, run_training
from isogloss.meta.training.settings import Settings


def meta_train(
    vectors: Iterable[Vectors] | None = None,
    graph: Graph | Path | str | None = None,
    *,
    hold_out: str | Collection[str] = (),
    settings: PriorSettings = DEFAULT_SETTINGS,
    out: Path | str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> MatchingPrior:
    """Meta-train on languages with dictionaries, for ``build_lexicon(..., prior=...)`` of one with few known words.

    What is learned: how similarities, frequency ranks and neighborhoods of words tell translations (the weights of
    self-learning), a ranker of candidates that adapts in few steps (MAML; Finn et al., 2017), and a memory of language
    pairs. Nothing of the languages held out is used.

    Args:
        vectors: Vectors of two languages or more; by default those of the bundled sample.
        graph: A graph, or its file, with dictionaries between them; by default the sample's. Edges that were induced
            or inferred are not used.
        hold_out: A language, or several, that nothing may be learned from; a macrolanguage and its main member
            (``zh`` and ``cmn``) are one language, in every script.
        settings: Numbers of seeds, words, rounds and steps.
        out: A folder for ``prior.safetensors``.
        force: Overwrite the prior in ``out``.
        progress: Watches the long parts.

    Raises:
        VocabularyError: No two languages have vectors of one size and enough translations.
        OutputError: A prior is there already and ``force`` is not set.
    """
    if out is not None:
        refuse_to_overwrite(Path(out) / FILE, force, folder=False)
    tables, dictionaries, held_out = _inputs(vectors, graph, hold_out)
    prior = train_prior(dictionaries, tables, held_out=held_out, settings=settings, progress=progress)
    if out is not None:
        save(prior, Path(out), force=force)
    return prior


def train_ranker(
    vectors: Iterable[Vectors] | None = None,
    graph: Graph | Path | str | None = None,
    *,
    hold_out: str | Collection[str] = (),
    settings: Settings | None = None,
    out: Path | str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> Checkpoint:
    """Meta-train a ranker of translations on episodes drawn from the graph, for ``adapt_to_language``.

    Args:
        vectors: Vectors of two languages or more; by default those of the bundled sample.
        graph: A graph, or its file, with dictionaries between them; by default the sample's.
        hold_out: A language, or several, that training must not see.
        settings: The learner, its steps, and what is sampled.
        out: A folder for the model, from which a run can be resumed.
        resume: Resume the run in ``out``.
        force: Overwrite the run in ``out``.
        progress: Watches the long parts.

    Raises:
        VocabularyError: No two languages have enough words in common.
        OutputError: A run is there already, and neither ``resume`` nor ``force`` is set.
        CheckpointError: The run there cannot be resumed.
    """
    settings = settings or Settings()
    space = task_space(vectors, graph, hold_out=hold_out, vocabulary=settings.vocabulary)
    checkpoints = None if out is None else Checkpointing(Path(out), resume=resume, force=force)
    return run_training(space, settings, checkpoints=checkpoints, progress=progress)


def task_space(
    vectors: Iterable[Vectors] | None = None,
    graph: Graph | Path | str | None = None,
    *,
    hold_out: str | Collection[str] = (),
    vocabulary: int | None = None,
) -> TaskSpace:
    """The tasks that can be drawn from vectors and a graph, without the languages held out.

    Args:
        vectors: Vectors of two languages or more; by default those of the bundled sample.
        graph: A graph, or its file, with dictionaries between them; by default the sample's.
        hold_out: A language, or several, to leave out.
        vocabulary: Only so many of the most frequent words of each language.
    """
    tables, dictionaries, held_out = _inputs(vectors, graph, hold_out)
    return TaskSpace(dictionaries, Spaces(tables, vocabulary), held_out=held_out)


def _inputs(
    vectors: Iterable[Vectors] | None, graph: Graph | Path | str | None, hold_out: str | Collection[str]
) -> tuple[dict[str, Vectors], dict[tuple[str, str], Dictionary], frozenset[str]]:
    """Vectors and dictionaries of the languages that are not held out, and those that are."""
    if graph is not None and not isinstance(graph, Graph):
        with open_graph(graph) as opened:
            return _inputs(vectors, opened, hold_out)
    given = list(map(sample_vectors, sample_languages()) if vectors is None else vectors)
    requested = frozenset(map(language_code, [hold_out] if isinstance(hold_out, str) else hold_out))
    held_out = _held_out(requested, {table.language for table in given} | {*(graph.languages() if graph else ())})
    tables = {table.language: table for table in given if table.language not in held_out}
    if graph is None:
        return tables, {(a, b): sample_dictionary(a, b) for a in tables for b in tables if a != b}, held_out
    return tables, dict(dictionaries_of(graph, tables, held_out)), held_out


def _held_out(requested: frozenset[str], languages: Collection[str]) -> frozenset[str]:
    """The languages to leave out, under every code that ``languages`` have for them.

    Raises:
        VocabularyError: One of them is no language at all, as after a slip: training would see the one that was meant.
    """
    if unknown := sorted(code for code in requested - {*languages} if not is_registered(code)):
        raise VocabularyError(
            f"cannot hold out {', '.join(unknown)}: no code of a language; vectors and graph have "
            f"{', '.join(sorted(languages))}"
        )
    return requested | same_languages(requested, languages)
