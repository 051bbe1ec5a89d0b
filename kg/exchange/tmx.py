"""TMX 1.4 for translation programs: a translation unit for each pair of words."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.language import language_code
from isogloss.kg.exchange.markup import attribute, content
from isogloss.kg.exchange.selection import Selected

_TRANSLATIONS = ("translation", "same_concept")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
    '<header creationtool="isogloss" creationtoolversion="1" segtype="phrase" o-tmf="isogloss" adminlang="en" '
    'srclang="{}" datatype="plaintext"/>\n<body>\n'
)


def write(selected: Selected, path: Path) -> int:
    """Write the selected translations, each claim of one as a unit with its weight and source; the number of units."""
    units = 0
    source = selected.selection.source
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD.format(language_code(source) if source else "*all*"))
        for line in selected.lines():
            if line.relation not in _TRANSLATIONS:
                selected.leave_out(line, f"{line.relation}, which TMX cannot write")
                continue
            origin = selected.origins[line.origin]
            said = {"x-weight": f"{line.weight:.12g}", "x-source": origin.name, "x-licence": origin.licence}
            out.write("<tu>")
            out.writelines(f'<prop type="{name}">{content(value)}</prop>' for name, value in said.items() if value)
            for language, word in (line.source_language, line.source), (line.target_language, line.target):
                out.write(f"<tuv xml:lang={attribute(language)}><seg>{content(word)}</seg></tuv>")
            out.write("</tu>\n")
            units += 1
        out.write("</body>\n</tmx>\n")
    return units
