"""GraphML, for Gephi, yEd, Cytoscape and networkx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from isogloss.kg.exchange.markup import content
from isogloss.kg.exchange.selection import Line, Selected
from isogloss.kg.exchange.tsv import sense_and_rest

_KEYS = (
    ("word", "node", "string"),
    ("language", "node", "string"),
    ("pos", "node", "string"),
    ("relation", "edge", "string"),
    ("weight", "edge", "double"),
    ("origin", "edge", "string"),
    ("licence", "edge", "string"),
    ("sense", "edge", "string"),
)


def write(selected: Selected, path: Path, lines: Iterable[Line] | None = None) -> int:
    """Write edges, all selected ones unless ``lines`` names them, with the words at their ends; the number of edges.

    A relation that goes one way has the direction of the line, and the graph is directed if it has such. Control
    characters, which XML forbids, become ``�``.
    """
    written = 0
    nodes: dict[tuple[str, str], int] = {}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for name, end, kind in _KEYS:
            out.write(f'<key id="{name}" for="{end}" attr.name="{name}" attr.type="{kind}"/>\n')
        out.write(f'<graph edgedefault="{"directed" if selected.one_way() else "undirected"}">\n')
        for line in selected.lines() if lines is None else lines:
            out.writelines(_nodes(line, nodes))
            out.write(_edge(line, nodes, selected))
            written += 1
        out.write("</graph>\n</graphml>\n")
    return written


def _nodes(line: Line, nodes: dict[tuple[str, str], int]) -> Iterator[str]:
    """The ends of a line that were not written yet."""
    for language, word, pos in line.ends:
        if (language, word) not in nodes:
            nodes[language, word] = len(nodes)
            tags = {"pos": pos} if pos else {}
            yield f'<node id="n{nodes[language, word]}">{_data(word=word, language=language, **tags)}</node>\n'


def _edge(line: Line, nodes: dict[tuple[str, str], int], selected: Selected) -> str:
    origin = selected.origins[line.origin]
    ends = nodes[line.source_language, line.source], nodes[line.target_language, line.target]
    sense, _ = sense_and_rest(line.facts)
    gloss = {"sense": sense} if sense else {}
    weight = repr(line.weight)
    facts = _data(relation=line.relation, weight=weight, origin=origin.name, licence=origin.licence, **gloss)
    return f'<edge source="n{ends[0]}" target="n{ends[1]}">{facts}</edge>\n'


def _data(**values: str) -> str:
    return "".join(f'<data key="{key}">{content(value)}</data>' for key, value in values.items())
