"""Building a lexicon and opening one again: files in, a folder and a graph out."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import read_dictionary, read_vectors
from isogloss.data.sample import sample_dictionary
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.text.phrases import with_phrases
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.lexicon.induction import folder as folders
from isogloss.lexicon.induction.pipeline import Induction, Settings, induce
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.self_learning.resources import Resources

Start = Dictionary | Path | str | Literal["identical", "none"]


def build_lexicon(
    source: Vectors,
    target: Vectors,
    seeds: Start = "identical",
    *,
    out: Path | str | None = None,
    graph: Path | str | None = None,
    settings: Settings | None = None,
    extra: Mapping[str, Dictionary] | None = None,
    prior: Prior | Path | str | None = None,
    evidence: Path | str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Induction:
    """Turn two languages' word vectors into a bilingual dictionary.

    Args:
        source: Vectors of the source language, from ``isogloss.read_vectors``.
        target: Vectors of the target language.
        seeds: A dictionary, the path of one, ``identical`` to start from words spelled alike, or ``none`` to start from
            those and the bundled names of things (CLDR). Where seeds are few, both join them if that helps.
        out: A folder for ``lexicon.tsv``, ``model.safetensors``, ``report.json`` and ``vectors.json``.
        graph: A graph file that the pairs are added to; made where there is none.
        settings: The method and its options; by default held-out seeds choose.
        extra: Dictionaries that may join few seeds, by name; by default the bundled CLDR. Give ``{}`` where words of
            CLDR are the test.
        prior: What ``learn_prior`` made of other languages, or its folder; it helps where seeds are few. Without one,
            the prior that comes along is asked where nothing else leads anywhere.
        evidence: A graph file; what its other languages make probable counts beside the ranker, as far as held-out
            known words are judged better so.
        force: Replace ``out`` where it exists.
        progress: Watches the long parts.

    Raises:
        VocabularyError: The dimensions differ, too few seeds are known words, or no language of ``evidence`` joins the
            two.
        CheckpointError: ``prior`` names no prior.
        AlignmentError: Held-out seeds are translated no better than chance.
        OutputError: ``out`` exists and ``force`` is not set.
    """
    settings = settings or Settings()
    if out is not None:
        refuse_to_overwrite(Path(out), force)
    known = _seeds(seeds, source.language, target.language)
    if extra is None:
        extra = {} if seeds == "identical" else _bundled(source.language, target.language)
    learned = _prior(prior) if isinstance(prior, Path | str) else prior
    resources = Resources(
        extra,
        prior=learned,
        fallback=_comes_along if learned is None else None,
        graph_evidence=None
        if evidence is None
        else _supported(Path(evidence), source.language, target.language, progress),
    )
    induction = induce(source, target, known, settings, resources, progress=progress)
    induction = replace(induction, report={**induction.report, "peak_memory_mb": peak_memory()})
    if out is not None:
        folders.save(induction, source, target, Path(out), force=force)
    if graph is not None:
        add_to_graph(induction.dictionary(), Path(graph), "lexicon build", induction.report, settings.seed, progress)
    return induction


def _comes_along() -> Prior:
    from isogloss.meta.matching.pretrained import pretrained_prior

    return pretrained_prior()


def _supported(graph: Path, source: str, target: str, progress: Progress) -> Dictionary:
    from isogloss.kg.graph import open_graph
    from isogloss.kg.inference.pipeline import graph_evidence

    with open_graph(graph) as words:
        return graph_evidence(words, source, target, progress=progress)


def open_lexicon(
    folder: Path | str,
    *,
    source_vectors: Path | str | None = None,
    target_vectors: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Translator:
    """A built lexicon, ready to translate any word that has a vector.

    Args:
        folder: What ``build_lexicon`` wrote.
        source_vectors: Where the source vectors are now, if they have moved.
        target_vectors: Where the target vectors are now, if they have moved.
        cache: A folder for parsed vectors.
        progress: Watches the reading.

    Raises:
        FormatError: The folder is not that of a lexicon, or the vectors have changed since.
    """
    moved = {"source": source_vectors, "target": target_vectors}

    def read(side: str, file: VectorFile, language: str) -> Vectors:
        return read_again(file, language, moved=moved[side], cache=cache, progress=progress)

    return folders.translator(Path(folder), read)


def read_again(
    file: VectorFile,
    language: str,
    *,
    moved: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Vectors:
    """The vectors that something was built from, the same as then.

    Args:
        file: What they were read from.
        language: Their language.
        moved: Where they are now, if they have moved.
        cache: A folder for parsed vectors.
        progress: Watches the reading.

    Raises:
        FormatError: They have changed since.
    """
    path = moved or file.path
    vectors = read_vectors(
        path,
        language,
        max_vocab=file.max_vocab,
        lowercase=file.lowercase,
        words=file.words,
        cache=cache,
        progress=progress,
    )
    if vectors.file is None or vectors.file.sha256 != file.sha256:
        raise FormatError.at(
            Path(path), None, "other content than at the time of the build", f"SHA-256 {file.sha256}; build again"
        )
    return with_phrases(vectors, file.phrases) if file.phrases else vectors


def add_to_graph(
    pairs: Dictionary, graph: Path, method: str, settings: Mapping[str, Any], seed: int | None, progress: Progress
) -> None:
    """Store computed pairs in a graph file, with the run that made them."""
    from isogloss import __version__
    from isogloss.kg.graph import open_graph
    from isogloss.kg.storage.run import Run

    with open_graph(graph, write=True) as words:
        words.add(pairs, run=Run(method, settings, seed, __version__), progress=progress)


def peak_memory() -> float:
    """The most memory this process has held so far, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)


def _prior(path: Path | str) -> Prior:
    from isogloss.meta.matching.prior import load

    return load(Path(path))


def _seeds(seeds: Start, source: str, target: str) -> Dictionary | None:
    if isinstance(seeds, Dictionary):
        return seeds
    return None if seeds in ("identical", "none") else read_dictionary(seeds, source, target)


def _bundled(source: str, target: str) -> dict[str, Dictionary]:
    """CLDR's names of things, where the sample has them in both languages."""
    try:
        return {"CLDR": sample_dictionary(source, target)}
    except VocabularyError:
        return {}
