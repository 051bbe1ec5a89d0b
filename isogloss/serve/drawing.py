"""The words round a word as a picture: where each stands, and in which colour."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

# Numbers of a drawing: chosen by eye on graphs of 13 to 200 words, not tuned by a script.
COLOURS = 8  # that the style sheet has; further languages share the last
_EDGES = 2  # for each word that are drawn at most; all of the words of a concept would be one grey patch
_ROUNDS = 60  # of the layout; more change little by eye
_GAP = 17.0  # least distance between two lines of text, in units of the picture
_FLAT = 0.7  # height of a picture to its width, unless words need more
_MARGIN = 90, 30  # for half a word at the side, and a line above and below
_LETTER = 7.5  # width of a letter, likewise


@dataclass(frozen=True)
class Node:
    """A word of the picture."""

    word: str
    language: str
    x: float
    y: float
    colour: int
    centre: bool


@dataclass(frozen=True)
class Line:
    """An edge of the picture."""

    ends: tuple[Node, Node]
    relation: str
    weight: float
    sources: str


@dataclass(frozen=True)
class Picture:
    """Words and edges, in a field of ``width`` by ``height``; ``languages`` in the order of their colours."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    edges: int  # those that are not drawn included
    languages: tuple[str, ...]


def picture(graph: networkx.Graph, centre: str) -> Picture:
    """Draw a subgraph round the node ``centre`` by forces (Fruchterman and Reingold, 1991)."""
    import networkx

    edges, graph = graph.number_of_edges(), _thinned(graph, centre)
    counts: dict[str, int] = {}
    for _, values in graph.nodes(data=True):
        counts[values["language"]] = counts.get(values["language"], 0) + 1
    own = graph.nodes[centre]["language"]
    languages = sorted(counts, key=lambda code: (code != own, -counts[code], code))
    neighbors = sorted((name for name in graph if name != centre), key=lambda name: graph.nodes[name]["language"])
    start = {centre: (0.0, 0.0)}
    for place, name in enumerate(neighbors):  # languages side by side, so that they stay together
        angle = 2 * pi * place / max(1, len(neighbors))
        start[name] = (cos(angle), sin(angle))
    distance = 1.6 / sqrt(len(graph))
    at = networkx.spring_layout(graph, k=distance, pos=start, fixed=[centre], iterations=_ROUNDS, seed=0, weight=None)
    width = round(min(1400, 360 + 65 * sqrt(len(graph))))
    spots = _spread({name: (float(x), float(y)) for name, (x, y) in at.items()}, width, graph)
    nodes = {
        name: Node(
            graph.nodes[name]["word"],
            graph.nodes[name]["language"],
            *spots[name],
            min(languages.index(graph.nodes[name]["language"]), COLOURS - 1),
            name == centre,
        )
        for name in [centre, *neighbors]
    }
    lines = tuple(
        Line((nodes[source], nodes[target]), values["relation"], values["weight"], values["sources"])
        for source, target, values in graph.edges(data=True)
    )
    height = round(max(node.y for node in nodes.values()) + _MARGIN[1])
    return Picture(width, height, tuple(nodes.values()), lines, edges, tuple(languages))


def _thinned(graph: networkx.Graph, centre: str) -> networkx.Graph:
    """``graph``; where it has very many edges, those of the centre and of a spanning tree of the surest."""
    import networkx

    if graph.number_of_edges() <= _EDGES * len(graph):
        return graph
    thinned = networkx.Graph()
    thinned.add_nodes_from(graph.nodes(data=True))
    own = [
        (source, target, values | {"weight": 1.0 + values["weight"]})
        for source, target, values in graph.edges(centre, data=True)
    ]
    thinned.add_edges_from(graph.edges(data=True))
    thinned.add_edges_from(own)  # first into the tree
    tree = networkx.maximum_spanning_tree(thinned)
    return graph.edge_subgraph([*tree.edges, *graph.edges(centre)]).copy()


def _spread(at: dict[str, tuple[float, float]], width: int, graph: networkx.Graph) -> dict[str, tuple[float, float]]:
    """The places in the units of the picture, words moved down where they would cover another."""
    xs, ys = [x for x, _ in at.values()], [y for _, y in at.values()]
    spans = (max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0)
    spots: dict[str, tuple[float, float]] = {}
    for name, (x, y) in sorted(at.items(), key=lambda item: item[1][1]):
        left = _MARGIN[0] + (x - min(xs)) / spans[0] * (width - 2 * _MARGIN[0])
        top = _MARGIN[1] + (y - min(ys)) / spans[1] * (width * _FLAT - 2 * _MARGIN[1])
        wide = _LETTER * min(24, len(graph.nodes[name]["word"]))
        for _ in range(len(spots)):
            over = [
                down
                for neighbor, (right, down) in spots.items()
                if abs(down - top) < _GAP
                and abs(right - left) < (wide + _LETTER * min(24, len(graph.nodes[neighbor]["word"]))) / 2 + 14
            ]
            if not over:
                break
            top = max(over) + _GAP
        spots[name] = round(left, 1), round(top, 1)
    return spots
