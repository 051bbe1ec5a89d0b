"""Writes a graph, or a part of it, to a file of any format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from isogloss.data.errors import OutputError
from isogloss.data.garbage_collection import garbage_collection_paused
from isogloss.data.storage import refuse_own_input, refuse_to_overwrite, replacing, replacing_folder
from isogloss.kg.exchange import (
    attribution,
    gexf,
    graphml,
    jsonl,
    muse,
    ontolex_writing,
    stardict,
    tbx,
    tmx,
    tsv,
    wn_lmf_writing,
)
from isogloss.kg.exchange.fields import without_room
from isogloss.kg.exchange.selection import Line, Selected, Selection
from isogloss.kg.graph import Graph
from isogloss.kg.query.neighborhoods import Terms
from isogloss.kg.query.snapshot import in_one_snapshot
from isogloss.kg.query.subgraph import reach
from isogloss.kg.storage.schema import RELATION_CODE

WRITERS: dict[str, Callable[[Selected, Path], int]] = {
    "gexf": gexf.write,
    "graphml": graphml.write,
    "jsonl": jsonl.write,
    "muse": muse.write,
    "ntriples": ontolex_writing.write_ntriples,
    "tbx": tbx.write,
    "tbx3": tbx.write_third,
    "tmx": tmx.write,
    "tsv": tsv.write,
    "turtle": ontolex_writing.write_turtle,
    "wn-lmf": wn_lmf_writing.write,
}
FOLDERS = {"stardict": stardict.write}  # formats of several files
FORMATS = tuple(sorted({*WRITERS, *FOLDERS}))
DRAWN = {"gexf": gexf.write, "graphml": graphml.write}  # formats that can hold the surroundings of a word
DRAWN_NAMES = {"gexf": "GEXF", "graphml": "GraphML"}
EVERYTHING = Selection()
MAX_DRAWN = 1_000_000  # edges that programs which open GraphML can still hold; round number


@dataclass(frozen=True)
class Exported:
    """What was written: how many edges, where the attribution stands, and what was left out, by reason."""

    edges: int
    attribution: Path
    left_out: Mapping[str, int]
    without_room: tuple[str, ...] = ()  # what the graph knows and the format cannot hold


@dataclass(frozen=True)
class WordSubgraph:
    """The surroundings of a word."""

    word: str
    language: str
    hops: int = 2
    limit: int = 200


@garbage_collection_paused()
@in_one_snapshot
def export_graph(
    graph: Graph,
    path: Path | str,
    format: str,  # noqa: A002 (the name that the command line has for it)
    selection: Selection = EVERYTHING,
    *,
    around: WordSubgraph | None = None,
    max_drawn: int = MAX_DRAWN,
    force: bool = False,
) -> Exported:
    """Write the selected part of a graph, and beside it a file that names its sources and their licences.

    Args:
        graph: Where the edges come from.
        path: The file to write; of StarDict, the folder.
        format: One of ``FORMATS``.
        selection: Languages, licences and weights that go out.
        around: For GraphML and GEXF, only the surroundings of a word.
        max_drawn: The most edges of a GraphML or GEXF file.
        force: Replace what is there, and write a GraphML or GEXF file of any size.

    Raises:
        OutputError: The format is unknown, or something is in the way, or a drawing would be too large to be opened.
        VocabularyError: The graph lacks a language or word that was named.
    """
    path = Path(path)
    if format not in FORMATS:
        raise OutputError(f"{path}: format {format!r} is unknown, expected one of {', '.join(FORMATS)}")
    selected = Selected(graph, selection)
    refuse_to_overwrite(path, force)  # before its name is used
    noted_at = attribution.beside(path)
    refuse_to_overwrite(noted_at, force)
    for written in (path, noted_at):
        refuse_own_input(written, Path(graph.path))
    if format in DRAWN and around is None and not force and selected.size() > max_drawn:
        raise OutputError(
            f"{path}: {selected.size():,} edges are more than the {max_drawn:,} that programs open as "
            f"{DRAWN_NAMES[format]}; name a word to export its surroundings, or use --force"
        )
    place = replacing_folder if format in FOLDERS else replacing
    name = os.fsencode(path.name).decode("utf-8", "replace")  # names of files need not be UTF-8
    with place(path, force=force) as part, replacing(noted_at, force=force) as noted:
        try:
            if around is not None:
                edges = DRAWN[format](selected, part, _around(graph, selected, around))
            elif format in FOLDERS:
                edges = FOLDERS[format](selected, part, name)
            else:
                edges = WRITERS[format](selected, part)
        except OSError as error:  # of this file, not of the other
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
        noted.write_text(attribution.text(selected, name), encoding="utf-8")
    return Exported(edges, noted_at, selected.left_out, tuple(without_room(selected.store, format)))


def _around(graph: Graph, selected: Selected, around: WordSubgraph) -> Iterator[Line]:
    """Every claim of the edges round a word that the selection lets through."""
    terms = Terms(selected.origins, frozenset(selected.permitted))
    words = graph.lookup(around.word, around.language)
    neighborhood = reach(graph.store, words, selected.codes, terms, hops=around.hops, limit=around.limit)
    for (src, relation, dst), claims in neighborhood.edges.items():
        start, end = neighborhood.words[src], neighborhood.words[dst]
        for source, weight in claims:
            if selected.permits(source, weight):
                ends = start.language, start.word, RELATION_CODE[relation], end.language, end.word
                yield Line(*ends, weight, source, start.pos, end.pos)
