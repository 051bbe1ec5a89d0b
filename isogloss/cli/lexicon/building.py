"""Verbs of `isogloss lexicon` that build and use one: build, translate, map."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli.build_report import report_build
from isogloss.cli.console import note, print_json, print_rows, progress, warn
from isogloss.cli.languages import GRAPH, LANGUAGE
from isogloss.cli.lexicon.options import Folder, KeepCase, Moved, Reverse, opened_lexicon
from isogloss.cli.options import (
    Cache,
    EncoderName,
    EncoderTemplate,
    Force,
    Goal,
    Json,
    MinPrecision,
    MinProbability,
    Seed,
    Strict,
)
from isogloss.cli.word_lists import Failed, WordList, check_failed, failed_as_json, read_words, write_failed
from isogloss.data.limits import MAX_VOCAB

if TYPE_CHECKING:
    from isogloss.lexicon.search.blocks import Block, Blocks
    from isogloss.workers import Workers

TRANSLATED = ("word", "rank", "translation", "score", "probability")
NO_VECTOR = "no vector"


def build(
    source: Annotated[str, typer.Argument(help="Source language, such as en.", show_default=False, **LANGUAGE)],
    target: Annotated[str, typer.Argument(help="Target language, such as fr.", show_default=False, **LANGUAGE)],
    source_vectors: Annotated[Path, typer.Option(help="Word vectors of the source language.", show_default=False)],
    target_vectors: Annotated[Path, typer.Option(help="Word vectors of the target language.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Output folder.", show_default=False)],
    seeds: Annotated[
        str,
        typer.Option(
            help="Seed dictionary: a file, `identical` (identical strings), `none` (those and names from CLDR) or "
            "`graph:FILE` (translations that dictionaries state and users accept; `graph:` alone is --graph)."
        ),
    ] = "identical",
    max_vocab: Annotated[
        int, typer.Option(min=1, help="Number of most frequent words of each language to use.")
    ] = MAX_VOCAB,
    keep_case: KeepCase = False,
    strict: Strict = False,
    method: Annotated[
        str,
        typer.Option(
            help="Preset: auto, procrustes, normalised, muse, vecmap, rcsls, contrastive, kernel-corrected or "
            "no-spelling. `auto` ranks candidates by a network and self-trains on pseudo-labels."
        ),
    ] = "auto",
    search: Annotated[
        Literal["auto", "exact", "approximate", "faiss"],
        typer.Option(
            help="Nearest-neighbor search; `auto` takes the cheapest: exact, faiss between 4,096 and 12,000 words a "
            "side, approximate above 100,000."
        ),
    ] = "auto",
    effort: Annotated[
        Literal["quick", "normal", "thorough"],
        typer.Option(help="`quick` trains on 10,000 words without self-training, `thorough` on 50,000."),
    ] = "normal",
    goal: Goal = "precision",
    min_precision: MinPrecision = None,
    min_probability: MinProbability = None,
    leave_out: Annotated[
        str,
        typer.Option(
            help="Kinds of pairs to leave out, comma-separated, or `none`: `identical` (spelled alike), `numbers`, "
            "`codes`, `foreign` (words of the other language in a vocabulary), `names`."
        ),
    ] = "numbers,codes,foreign",
    source_words: Annotated[
        Path | None,
        typer.Option(help="Word list for vectors without one (floret), one word per line.", show_default=False),
    ] = None,
    target_words: Annotated[
        Path | None,
        typer.Option(help="Word list for vectors without one (floret), one word per line.", show_default=False),
    ] = None,
    prior: Annotated[
        Path | None,
        typer.Option(
            help="Model meta-trained on other languages by `meta train`; helps with few seeds.", show_default=False
        ),
    ] = None,
    evidence: Annotated[
        str | None,
        typer.Option(help="Graph whose translations through other languages are evidence.", show_default=False),
    ] = None,
    encoder: EncoderName = None,
    encoder_template: EncoderTemplate = "{word}",
    source_phrases: Annotated[
        Path | None, typer.Option(help="Multi-word terms to translate, one per line.", show_default=False)
    ] = None,
    target_phrases: Annotated[
        Path | None, typer.Option(help="Multi-word terms to translate into, one per line.", show_default=False)
    ] = None,
    graph: Annotated[str | None, typer.Option(help="Add the pairs to this graph.", show_default=False)] = None,
    reduce: Annotated[
        bool, typer.Option("--reduce", help="If the dimensions differ, reduce the larger to the smaller by PCA.")
    ] = False,
    device: Annotated[str, typer.Option(help="torch device: cpu, cuda, mps.")] = "cpu",
    blocks: Annotated[
        int, typer.Option(min=1, help="Number of blocks of source words for the search: less memory, the same results.")
    ] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes for blocks.")] = 1,
    engine: Annotated[
        str | None,
        typer.Option(help="Dask scheduler to compute blocks; its workers must share --out.", show_default=False),
    ] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Align the vectors of two languages, induce a bilingual lexicon and write it to a folder.

    Example: isogloss lexicon build en fr --source-vectors wiki.en.vec --target-vectors wiki.fr.vec --out en-fr

    To rebuild with the judgements of users as seeds, add --seeds graph: --graph isogloss.db --force
    """
    from isogloss.data.compute import check_device
    from isogloss.data.lines import sentences_of
    from isogloss.data.reading import read_vectors
    from isogloss.data.storage import refuse_to_overwrite
    from isogloss.data.text.phrases import with_phrases
    from isogloss.data.vectors import Vectors
    from isogloss.graph_pairs import GRAPH_SEEDS
    from isogloss.kg.graph import open_graph
    from isogloss.kg.seeds import graph_seeds
    from isogloss.kg.storage.transaction import check_writable
    from isogloss.lexicon.induction.pipeline import Settings
    from isogloss.lexicons import build_lexicon
    from isogloss.workers import Workers

    refuse_to_overwrite(out, force, folder=True)
    if graph is not None:
        check_writable(graph)
    if seeds == GRAPH_SEEDS:
        seeds += graph or os.environ.get("ISOGLOSS_GRAPH") or GRAPH
    if seeds.startswith(GRAPH_SEEDS):  # a graph that has none is told before long files are read
        with open_graph(seeds.removeprefix(GRAPH_SEEDS)) as words:
            graph_seeds(words, source, target)
    kinds = () if leave_out == "none" else tuple(name.strip() for name in leave_out.split(","))
    Settings(method=method, leave_out=kinds).recipe()  # an unknown method is refused before long files are read
    check_device(device)
    learned = None
    if prior is not None:
        from isogloss.meta.matching.prior import load

        learned = load(prior)

    def vectors(path: Path, language: str, words: Path | None, phrases: Path | None) -> Vectors:
        listed = sentences_of(phrases) if phrases else []
        table = read_vectors(
            path,
            language,
            max_vocab=max_vocab,
            lowercase=not keep_case,
            words=words,
            strict=strict,
            cache=cache,
            progress=progress,
        )
        return with_phrases(table, listed) if listed else table

    built = build_lexicon(
        vectors(source_vectors, source, source_words, source_phrases),
        vectors(target_vectors, target, target_words, target_phrases),
        seeds,
        out=out,
        graph=graph,
        method=method,
        search=search,
        effort=effort,
        goal=goal,
        min_precision=min_precision,
        min_probability=min_probability,
        leave_out=kinds,
        reduce=reduce,
        device=device,
        seed=seed,
        prior=learned,
        evidence=evidence,
        encoder=encoder,
        encoder_template=encoder_template,
        cache=cache,
        blocks=_blocks(blocks, Workers(jobs, engine=engine), out),
        force=force,
        progress=progress,
    )
    report_build(built, out, json)


def _blocks(count: int, workers: Workers, out: Path) -> Blocks:
    """Blocks that processes here or in a cluster compute; they meet in the folder of the output, or a temporary one."""
    from isogloss.data.errors import IsoglossError
    from isogloss.lexicon.search.blocks import Blocks
    from isogloss.workers import run

    def mapper(function: Callable[[Block], Path], items: Sequence[Block]) -> Iterator[Path]:
        for outcome in run(function, items, workers):
            if outcome.result is None:
                block = f"block {outcome.item.number + 1} of {outcome.item.count}"
                raise IsoglossError(f"{block}: {outcome.lost}; or give more --blocks")
            yield outcome.result

    return Blocks(count, mapper, None if workers.engine is None else out.absolute().parent)


def translate(
    folder: Folder,
    words: WordList,
    k: Annotated[int, typer.Option("-k", min=1, help="Number of translations per word.")] = 10,
    reverse: Reverse = False,
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    failed: Failed = None,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Print the best translations of each word of a file: word, rank, translation, score, probability.

    Case, Unicode form and apostrophes may differ. With --json, words without a translation are listed with the reason.

    Example: isogloss lexicon translate en-fr --words words.txt -k 3
    """
    from isogloss.lexicons import open_lexicon

    check_failed(failed, words, force)
    queries = read_words(words)
    opened = open_lexicon(
        folder, source_vectors=source_vectors, target_vectors=target_vectors, cache=cache, progress=progress
    )
    by_query = opened.translate(queries, k, reverse=reverse)
    unknown = {word: NO_VECTOR for word, listed in by_query.items() if not listed}
    if unknown:
        first = next(iter(unknown))
        warn([f"{len(unknown)} of {len(by_query)} words have no vector and no translation, such as {first!r}"])
    write_failed(failed, unknown)
    rows = [
        (translation.query, translation.rank, translation.word, translation.score, translation.probability)
        for translations in by_query.values()
        for translation in translations
    ]
    if json:
        print_json([*(dict(zip(TRANSLATED, row, strict=True)) for row in rows), *failed_as_json(unknown)])
    else:
        print_rows(rows)


def map_vectors(
    folder: Annotated[
        Path, typer.Argument(help="Folder written by `lexicon build` or `lexicon hub`.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="Output file: .vec, .vec.gz, .npy or .safetensors.")],
    side: Annotated[Literal["source", "target"], typer.Option(help="Language to map, of a lexicon.")] = "source",
    language: Annotated[
        str | None, typer.Option(help="Language to map, of a hub.", show_default=False, **LANGUAGE)
    ] = None,
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    cache: Cache = None,
    force: Force = False,
) -> None:
    """Write the vectors of a language mapped to the shared space, where both languages compare by cosine.

    Example: isogloss lexicon map en-fr --side source --out en.mapped.vec
    """
    from isogloss.data.storage import refuse_own_input, refuse_to_overwrite
    from isogloss.data.writing import write_vectors
    from isogloss.hubs import mapped_vectors

    refuse_to_overwrite(out, force, folder=False)
    if language is not None:
        carried = mapped_vectors(folder, language, vectors=source_vectors, cache=cache, progress=progress)
    else:
        translator = opened_lexicon(folder, source_vectors, target_vectors, cache, reverse=side == "source")
        carried = replace(translator.target, matrix=translator.mapped_target)
    if carried.file is not None:
        refuse_own_input(out, Path(carried.file.path))
    write_vectors(carried, out, force=force, progress=progress)
    note(f"{out}: {len(carried):,} {carried.language} words in the shared space")
