"""Meta-training from vectors and a graph in one call."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.language import language_code
from isogloss.data.progress import Progress, silent
from isogloss.data.sample import sample_dictionary, sample_languages, sample_vectors
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import open_graph
from isogloss.meta.matching.prior import FILE, MatchingPrior, save
from isogloss.meta.matching.prior_training import DEFAULT_SETTINGS, PriorSettings, train_prior
from isogloss.meta.tasks import TaskSpace, dictionaries_of
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import Checkpoint
from isogloss.meta.training.run import Checkpointing, run_training
from isogloss.meta.training.settings import Settings


def meta_train(
    vectors: Iterable[Vectors] | None = None,
    graph: Path | str | None = None,
    *,
    hold_out: Collection[str] = (),
    settings: Settings | None = None,
    out: Path | str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> Checkpoint:
    """Meta-train a ranker of translations, ready for ``adapt_to_language``.

    Args:
        vectors: Vectors of two languages or more; by default those of the bundled sample.
        graph: A graph file with dictionaries between them; by default the sample's.
        hold_out: Languages that training must not see.
        settings: How to train.
        out: A folder for the model, which also allows to ``resume``.
        resume: Go on with the run in ``out``.
        force: Replace the run in ``out``.
        progress: Watches the long parts.

    Raises:
        VocabularyError: No two languages have enough words in common.
        OutputError: A run is there already, and neither ``resume`` nor ``force`` is set.
        CheckpointError: The run there cannot be continued.
    """
    settings = settings or Settings()
    held_out = frozenset(map(language_code, hold_out))
    tables, dictionaries = _inputs(vectors, graph, held_out)
    space = TaskSpace(dictionaries, Spaces(tables, settings.vocabulary), held_out=held_out)
    checkpoints = None if out is None else Checkpointing(Path(out), resume=resume, force=force)
    return run_training(space, settings, checkpoints=checkpoints, progress=progress)


def learn_prior(
    vectors: Iterable[Vectors] | None = None,
    graph: Path | str | None = None,
    *,
    hold_out: Collection[str] = (),
    settings: PriorSettings = DEFAULT_SETTINGS,
    out: Path | str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> MatchingPrior:
    """Learn from the languages we have how to start one we have not, for ``build_lexicon(..., prior=...)``.

    Args:
        vectors: Vectors of two languages or more; by default those of the bundled sample.
        graph: A graph file with dictionaries between them; by default the sample's.
        hold_out: Languages that nothing may be learned from.
        settings: How to train.
        out: A folder for ``prior.safetensors``.
        force: Replace the prior in ``out``.
        progress: Watches the long parts.

    Raises:
        VocabularyError: No two languages have vectors of one size and enough translations.
        OutputError: A prior is there already and ``force`` is not set.
    """
    if out is not None:
        refuse_to_overwrite(Path(out) / FILE, force)
    held_out = frozenset(map(language_code, hold_out))
    tables, dictionaries = _inputs(vectors, graph, held_out)
    prior = train_prior(dictionaries, tables, held_out=held_out, settings=settings, progress=progress)
    if out is not None:
        save(prior, Path(out), force=force)
    return prior


def _inputs(
    vectors: Iterable[Vectors] | None, graph: Path | str | None, held_out: frozenset[str]
) -> tuple[dict[str, Vectors], dict[tuple[str, str], Dictionary]]:
    """Vectors and dictionaries of the languages that are not held out."""
    given = map(sample_vectors, sample_languages()) if vectors is None else vectors
    tables = {table.language: table for table in given if table.language not in held_out}
    if graph is None:
        return tables, {(a, b): sample_dictionary(a, b) for a in tables for b in tables if a != b}
    with open_graph(graph) as words:
        return tables, dict(dictionaries_of(words, tables, held_out))
