"""Verbs of `isogloss lexicon` that evaluate one: evaluate, similarity, sentences, plot."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from isogloss.cli.console import note, print_json, print_rows
from isogloss.cli.lexicon.options import Folder, Moved, Reverse, opened_lexicon
from isogloss.cli.options import Cache, Force, Json


def evaluate(
    folder: Folder,
    test: Annotated[Path, typer.Option(help="Test dictionary, disjoint from the seeds.")],
    reverse: Reverse = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the precision-coverage curve: .svg, .png or .pdf.", show_default=False)
    ] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Print precision, recall and F1 by minimum probability instead.")
    ] = False,
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    cache: Cache = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Print precision at 1, 5 and 10, mean reciprocal rank and coverage, by convention and word class.

    Example: isogloss lexicon evaluate en-fr --test en-fr.5000-6500.txt
    """
    from isogloss.data.picture import check_picture
    from isogloss.data.reading import read_dictionary
    from isogloss.lexicon.evaluation.plots import draw_curve
    from isogloss.lexicon.evaluation.word_translation import COLUMNS
    from isogloss.lexicon.evaluation.word_translation import evaluate as score
    from isogloss.lexicon.induction.folder import known_pairs

    if plot is not None:
        check_picture(plot, force=force)
    opened = opened_lexicon(folder, source_vectors, target_vectors, cache, reverse)
    languages = opened.source.language, opened.target.language
    result = score(opened, read_dictionary(test, *languages), seeds=known_pairs(folder))
    if plot is not None:
        draw_curve(result.curve, plot, "-".join(languages), force=force)
    if json:
        print_json(result.summary())
    elif curve:
        points = result.curve.summary()
        print_rows((tuple(point.values()) for point in points), header=tuple(points[0]))
    else:
        print_rows(result.rows(), header=COLUMNS)
    best = result.curve.best
    note(
        f"coverage: {result.coverage:.3f} of the test words (convention muse); pairs of "
        f"probability {best.threshold:g} and above: precision {best.pair_precision:.3f}, "
        f"recall {best.pair_recall:.3f}, F1 {best.f1:.3f}"
    )


def similarity(
    folder: Folder,
    pairs: Annotated[
        Path,
        typer.Option(
            help="Word pairs, tab-separated, with a score in the third column unless --gold is given.",
            show_default=False,
        ),
    ],
    gold: Annotated[Path | None, typer.Option(help="Gold scores, one per line (SemEval).", show_default=False)] = None,
    reverse: Reverse = False,
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Print the correlation of cross-lingual cosines with human similarity judgements.

    Example: isogloss lexicon similarity en-fr --pairs en-fr.data.txt --gold en-fr.gold.txt
    """
    from isogloss.data.similarity import read_judgements
    from isogloss.lexicon.evaluation.similarity import word_similarity

    judgements = read_judgements(pairs, gold)
    correlation = word_similarity(opened_lexicon(folder, source_vectors, target_vectors, cache, reverse), judgements)
    if json:
        print_json(asdict(correlation) | {"harmonic": correlation.harmonic})
        return
    values = (correlation.pairs, correlation.coverage, correlation.pearson, correlation.spearman, correlation.harmonic)
    print_rows([values], header=("pairs", "coverage", "Pearson", "Spearman", "harmonic mean"))


def sentences(
    folder: Folder,
    source: Annotated[Path, typer.Option(help="Sentences of the source language, one per line.", show_default=False)],
    target: Annotated[Path, typer.Option(help="Their translations, line by line.", show_default=False)],
    weighting: Annotated[
        Literal["both", "mean", "idf"], typer.Option(help="Mean of the word vectors, plain or weighted by idf.")
    ] = "both",
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Print precision of sentence retrieval by averaged word vectors, in both directions.

    Example: isogloss lexicon sentences en-fr --source europarl.en --target europarl.fr
    """
    from isogloss.data.lines import sentences_of
    from isogloss.lexicon.evaluation.sentences import retrieve_sentences

    lines = sentences_of(source), sentences_of(target)
    opened = opened_lexicon(folder, source_vectors, target_vectors, cache, reverse=False)
    kinds: tuple[Literal["mean", "idf"], ...] = ("mean", "idf") if weighting == "both" else (weighting,)
    retrievals = [retrieve_sentences(opened, *lines, weighting=kind) for kind in kinds]
    if json:
        print_json([asdict(retrieval) for retrieval in retrievals])
        return
    names = opened.source.language, opened.target.language
    rows = []
    for retrieval in retrievals:
        for direction, score in (("-".join(names), retrieval.forward), ("-".join(names[::-1]), retrieval.backward)):
            precisions = score.precision_at_1, score.precision_at_5, score.precision_at_10
            rows.append(
                (
                    retrieval.weighting,
                    direction,
                    retrieval.sentences,
                    *precisions,
                    score.mean_reciprocal_rank,
                    *score.interval,
                )
            )
    print_rows(rows, header=("weighting", "direction", "sentences", "P@1", "P@5", "P@10", "MRR", "P@1 from", "to"))
    note(f"coverage: {retrievals[0].coverage:.3f} of the lines are distinct and have known words on both sides")


def plot(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Output figure: .svg, .png or .pdf.", show_default=False)],
    pairs: Annotated[int, typer.Option(min=2, help="Number of seed pairs to draw, most frequent first.")] = 200,
    source_vectors: Annotated[Path | None, Moved] = None,
    target_vectors: Annotated[Path | None, Moved] = None,
    cache: Cache = None,
    force: Force = False,
) -> None:
    """Draw both vector spaces before and after alignment on two principal components, with seed pairs joined.

    Example: isogloss lexicon plot en-fr --out en-fr.svg
    """
    from isogloss.data.picture import check_picture
    from isogloss.lexicon.evaluation.plots import draw_spaces

    check_picture(out, force=force)
    draw_spaces(
        opened_lexicon(folder, source_vectors, target_vectors, cache, reverse=False), out, pairs=pairs, force=force
    )
    note(f"{out}: both spaces before and after the alignment")
