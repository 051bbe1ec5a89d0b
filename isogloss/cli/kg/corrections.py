"""Verbs of `isogloss kg` that correct a graph in place: add, reject, remove, set-quality."""

from __future__ import annotations

from typing import Annotated

import typer

from isogloss.cli.console import note, print_json
from isogloss.cli.kg.options import From, GraphFile, Here, OneWord, To
from isogloss.cli.options import Json
from isogloss.data.addresses import masked

Translation = Annotated[str, typer.Argument(help="Its translation.", show_default=False)]
SourceName = Annotated[str, typer.Option(help="Name of the source that states it.")]
Licence = Annotated[str, typer.Option("--licence", help="SPDX licence of that source.", show_default="unknown")]


def add(
    word: OneWord,
    translation: Translation,
    source: From,
    target: To,
    source_name: SourceName = "user",
    licence: Licence = "",
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Accept TRANSLATION as a translation of WORD: it becomes the first answer, at once and in place.

    Undoes a rejection by the same source. Words and the graph are created if missing.

    Example: isogloss kg add dog chien --from en --to fr
    """
    from isogloss.kg.correcting import corrected

    corrected(
        graph,
        lambda words: words.add_translation(word, translation, source, target, name=source_name, licence=licence),
        create=True,
    )
    _say(_pair(word, translation, source, target, graph) | {"accepted": True, "by": source_name}, json=json)


def reject(
    word: OneWord,
    translation: Translation,
    source: From,
    target: To,
    source_name: SourceName = "user",
    licence: Licence = "",
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Reject TRANSLATION as a translation of WORD: remove it from answers, inference and exports, whatever states it.

    Takes effect at once. "isogloss kg add" undoes it. The export format jsonl keeps rejections.

    Example: isogloss kg reject dog chat --from en --to fr
    """
    from isogloss.kg.correcting import corrected

    corrected(
        graph,
        lambda words: words.reject_translation(word, translation, source, target, name=source_name, licence=licence),
    )
    _say(_pair(word, translation, source, target, graph) | {"accepted": False, "by": source_name}, json=json)


def remove(
    source: Annotated[str, typer.Option("--source", help="Name of the source, as in stats.", show_default=False)],
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Remove everything that a source states, and the words that only it has, from a graph in place.

    Translations inferred from it stay; they have a source of their own.

    Example: isogloss kg remove --source eng-fra.tei
    """
    from isogloss.kg.correcting import corrected

    removed = corrected(graph, lambda words: words.remove_source(source))
    note(f"{masked(graph)}: {removed:,} edges of {source} removed")
    if json:
        print_json({"graph": masked(graph), "source": source, "removed": removed})


def set_quality(
    source: Annotated[str, typer.Argument(help="Name of the source, as in stats.", show_default=False)],
    quality: Annotated[
        float, typer.Argument(min=0, max=1, help="Factor of its weights, from 0 (ignored) to 1 (unchanged).")
    ],
    json: Json = False,
    graph: GraphFile = Here,
) -> None:
    """Set the quality of a source: in all answers its weights are multiplied by QUALITY.

    Example: isogloss kg set-quality eng-fra.tei 0.8
    """
    from isogloss.kg.correcting import corrected

    corrected(graph, lambda words: words.set_quality(source, quality))
    note(f"{masked(graph)}: quality of {source} is {quality:g}")
    if json:
        print_json({"graph": masked(graph), "source": source, "quality": quality})


def _pair(word: str, translation: str, source: str, target: str, graph: str) -> dict[str, object]:
    return {"graph": masked(graph), "word": word, "from": source, "translation": translation, "to": target}


def _say(verdict: dict[str, object], *, json: bool) -> None:
    """What a user has said of a pair."""
    verb = "accepted" if verdict["accepted"] else "rejected"
    note("{graph}: {word} ({from}) → {translation} ({to}) {verb} by {by}".format(**verdict, verb=verb))
    if json:
        print_json(verdict)
