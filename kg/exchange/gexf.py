"""GEXF 1.2 for Gephi and networkx."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from isogloss.kg.exchange.markup import attribute
from isogloss.kg.exchange.selection import Line, Selected
from isogloss.kg.exchange.tsv import sense_and_rest

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    '<graph mode="static" defaultedgetype="{}">\n'
    '<attributes class="node" mode="static"><attribute id="0" title="language" type="string"/>'
    '<attribute id="1" title="pos" type="string"/></attributes>\n'
    '<attributes class="edge" mode="static"><attribute id="0" title="relation" type="string"/>'
    '<attribute id="1" title="origin" type="string"/><attribute id="2" title="licence" type="string"/>'
    '<attribute id="3" title="sense" type="string"/></attributes>\n'
)


def write(selected: Selected, path: Path, lines: Iterable[Line] | None = None) -> int:
    """Write edges, all selected ones unless ``lines`` names them, with the words at their ends; the number of edges.

    The format wants all words before the first edge, so the edges are held in memory.
    """
    held = list(selected.lines() if lines is None else lines)
    nodes: dict[tuple[str, str], int] = {}
    tags: dict[int, str] = {}
    for line in held:
        for language, word, pos in line.ends:
            tags[nodes.setdefault((language, word), len(nodes))] = pos
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD.format("directed" if selected.one_way() else "undirected") + "<nodes>\n")
        for (language, word), node in nodes.items():
            out.write(f'<node id="n{node}" label={attribute(word)}>{_values(language, tags[node])}</node>\n')
        out.write("</nodes>\n<edges>\n")
        for number, line in enumerate(held):
            origin = selected.origins[line.origin]
            source, target = nodes[line.source_language, line.source], nodes[line.target_language, line.target]
            sense, _ = sense_and_rest(line.facts)
            values = _values(line.relation, origin.name, origin.licence, sense)
            out.write(
                f'<edge id="{number}" source="n{source}" target="n{target}" weight="{line.weight!r}">{values}</edge>\n'
            )
        out.write("</edges>\n</graph>\n</gexf>\n")
    return len(held)


def _values(*values: str) -> str:
    given = ((place, value) for place, value in enumerate(values) if value)
    elements = "".join(f'<attvalue for="{place}" value={attribute(value)}/>' for place, value in given)
    return f"<attvalues>{elements}</attvalues>"
