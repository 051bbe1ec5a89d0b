"""Pages that stand alone: one HTML file without scripts, in the colours that the reader's system asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from isogloss.data.words import escaped

STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #6b7480; --line: #d8dce2; --paper: #fff; --bad: #b3261e;
  --first: #1f6fb2; --second: #c4561a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #9aa3af; --line: #39414d; --paper: #14181f; --bad: #f2b8b5; --first: #6cb2ee;
    --second: #f09a63; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; }
th { color: var(--soft); font-weight: normal; border-bottom: 1px solid var(--line); vertical-align: bottom; }
tr:not(:last-child) td { border-bottom: 1px solid color-mix(in srgb, var(--line) 50%, transparent); }
td.number, .whole { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: inherit; }
.soft { color: var(--soft); } .bad { color: var(--bad); } pre { white-space: pre-wrap; margin: 0; font-size: .85rem; }
"""


def document(title: str, body: str, *, style: str = "") -> str:
    """A whole page of a title and ``body``, which is HTML; ``style`` is added to what all pages have."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escaped(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}{style}</style></head>\n<body>\n<h1>{escaped(title)}</h1>\n{body}</body>\n</html>\n"
    )


def section(title: str, content: str) -> str:
    """A heading and ``content``, which is HTML."""
    return f"<h2>{escaped(title)}</h2>\n{content}\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = ()) -> str:
    """A table of cells that are HTML already; the columns ``numbers`` are set to the right."""
    right = set(numbers)

    def cells(tag: str, values: Sequence[str]) -> str:
        kinds = (' class="number"' if at in right else "" for at in range(len(values)))
        return "".join(f"<{tag}{kind}>{value}</{tag}>" for kind, value in zip(kinds, values, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>\n" for row in rows)
    return f'<div class="wide"><table><tr>{cells("th", header)}</tr>\n{body}</table></div>\n'
