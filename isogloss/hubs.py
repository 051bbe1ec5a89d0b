"""Many languages in one space: vectors and dictionaries in, a folder of maps out, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.vectors import Vectors
from isogloss.lexicon.hub import folder as hub_folder
from isogloss.lexicon.hub.alignment import Hub
from isogloss.lexicon.hub.alignment import align_many as fit
from isogloss.lexicons import read_again


def align_many(
    languages: Sequence[Vectors],
    dictionaries: Sequence[Dictionary],
    *,
    out: Path | str | None = None,
    chain: bool = True,
    weighted: bool = True,
    force: bool = False,
    progress: Progress = silent,
) -> Hub:
    """Turn many languages into one space jointly (generalised Procrustes; Gower, 1975).

    Args:
        languages: Vectors of each language, all of one dimension.
        dictionaries: Known pairs between any of them; every language has to be linked to the rest.
        out: A folder for the maps, from which ``mapped_vectors`` and ``lexicon map`` work.
        chain: Also use the pairs that two words make with the same word of a third language.
        weighted: Weight directions by their correlation (with two languages this is VecMap); otherwise only rotate.
        force: Replace ``out`` where it exists.
        progress: Watches the rounds.

    Raises:
        VocabularyError: Dimensions differ, a language comes twice or is not linked to the others, or seeds are too few.
        OutputError: ``out`` exists and ``force`` is not set.
    """
    if out is not None:
        refuse_to_overwrite(Path(out), force, folder=True)
    built = fit(languages, dictionaries, chain=chain, weighted=weighted, progress=progress)
    if out is not None:
        hub_folder.save(built, languages, Path(out), force=force)
    return built


def mapped_vectors(
    folder: Path | str,
    language: str,
    *,
    vectors: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Vectors:
    """One language's vectors in the space of a hub; they compare by cosine with those of its other languages.

    Args:
        folder: What ``align_many`` wrote.
        language: One of its languages.
        vectors: Where the vectors are now, if they have moved.
        cache: A folder for parsed vectors.
        progress: Watches the reading.

    Raises:
        FormatError: The folder is not that of a hub, or the vectors have changed since.
        VocabularyError: The language is not in the hub.
    """
    built = hub_folder.load(Path(folder))
    side = built.side(language)
    file = hub_folder.vector_file(Path(folder), language)
    raw = read_again(file, language, moved=vectors, cache=cache, progress=progress)
    return replace(raw, matrix=side(raw.matrix))
