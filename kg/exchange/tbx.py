"""TBX-Basic (ISO 30042:2019, style DCA) for terminology programs: an entry for each concept and each pair of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from isogloss.kg.exchange.markup import attribute, content
from isogloss.kg.exchange.selection import CODE, Selected
from isogloss.kg.storage.schema import BLOCK, TRANSLATION

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">\n'
    "<tbxHeader><fileDesc><sourceDesc><p>{}</p></sourceDesc></fileDesc></tbxHeader>\n<text><body>\n"
)


def write(selected: Selected, path: Path) -> int:
    """Write the selected translations and concepts; the number of edges, of concepts one for each member."""
    written = entries = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD.format(content("Exported from a graph made with isogloss; licences stand beside this file.")))
        for rows in selected.edges():
            for src, source, relation, dst, target, _, by in rows:
                if relation != TRANSLATION:
                    selected.counts[by] -= 1
                    selected.left_out[f"{CODE[relation]}, which TBX cannot write"] += 1
                    continue
                ends = (selected.codes[src // BLOCK], source), (selected.codes[dst // BLOCK], target)
                entries += 1
                written += 1
                out.writelines(_entry(entries, ends, selected.origins[by].name))
        for shared in selected.concepts():
            entries += 1
            written += len(shared.members)
            members = ((member.language, member.word) for member in shared.members)
            out.writelines(_entry(entries, members, selected.origins[shared.origin].name, shared.key))
        out.write("</body></text>\n</tbx>\n")
    return written


def _entry(number: int, members: Iterable[tuple[str, str]], source: str, subject: str = "") -> Iterator[str]:
    yield f'<conceptEntry id="c{number}">'
    if subject:
        yield f"<note>{content(subject)}</note>"
    yield f'<admin type="source">{content(source)}</admin>'
    for language, words in groupby(members, key=lambda member: member[0]):
        terms = "".join(f"<termSec><term>{content(word)}</term></termSec>" for _, word in words)
        yield f"<langSec xml:lang={attribute(language)}>{terms}</langSec>"
    yield "</conceptEntry>\n"
