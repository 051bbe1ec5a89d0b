"""TMX 1.4 for translation programs: a translation unit for each pair of words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isogloss.data.language import language_code
from isogloss.kg.exchange.markup import attribute, content
from isogloss.kg.exchange.selection import PLACED, TRANSLATIONS, Selected
from isogloss.kg.exchange.tsv import sense_and_rest

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
    '<header creationtool="isogloss" creationtoolversion="1" segtype="phrase" o-tmf="isogloss" adminlang="en" '
    'srclang="{}" datatype="plaintext"/>\n<body>\n'
)


def write(selected: Selected, path: Path) -> int:
    """Write the selected translations, each claim of one as a unit with what is known of it; the number of units."""
    units = 0
    source = selected.selection.source
    terms = {
        number: {
            "x-source": origin.name,
            "x-licence": origin.licence,
            "x-kind": origin.kind,
            "x-quality": f"{origin.quality!r}",
            "x-version": origin.version,
            "x-url": origin.url,
        }
        for number, origin in selected.origins.items()
    }
    props = {number: _props(properties) for number, properties in terms.items()}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD.format(language_code(source) if source else "*all*"))
        for line in selected.lines(PLACED):
            if line.relation not in TRANSLATIONS:
                selected.leave_out(line, f"{line.relation}, which TMX cannot write")
                continue
            sense, evidence = sense_and_rest(line.facts)
            properties = {"x-evidence": evidence, "x-concept": line.concept, "x-place": str(line.place or "")}
            out.write("<tu>")
            if sense:
                out.write(f"<note>{content(sense)}</note>")
            out.write(_props({"x-weight": repr(line.weight)}) + props[line.origin] + _props(properties))
            for language, word, pos in line.ends:
                tags = _props({"x-pos": pos})
                out.write(f"<tuv xml:lang={attribute(language)}>{tags}<seg>{content(word)}</seg></tuv>")
            out.write("</tu>\n")
            units += 1
        out.write("</body>\n</tmx>\n")
    return units


def _props(properties: Mapping[str, str]) -> str:
    return "".join(f'<prop type="{name}">{content(value)}</prop>' for name, value in properties.items() if value)
