"""How Sphinx makes a site of the pages in this folder: `make docs`."""

from __future__ import annotations

import re
from typing import Any

project = "isogloss"
html_title = "isogloss"
extensions = ["myst_parser"]
myst_heading_anchors = 5
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_theme_options = {"footer_icons": []}
exclude_patterns = ["_build"]
suppress_warnings = ["myst.header"]  # a page may step from its title to the third level

SECTION = re.compile(r"^([A-Z][^\n]*):\n\n?(- \[.*?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
PAGE = re.compile(r"\]\(([\w-]+)\.md\)")
OUTSIDE = re.compile(r"\[([^]]+)\]\(\.\./([^)#]+)[^)]*\)")


def toctrees(index: str) -> str:
    """The side bar: a part for each list of the index, with its pages in their order."""
    parts = []
    for caption, links in SECTION.findall(index):
        pages = "\n".join(PAGE.findall(links))
        parts.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n")
    return "\n".join(parts)


def prepared(name: str, text: str) -> str:
    """A page as the site has it: files outside this folder can be named there, but not be opened."""
    text = OUTSIDE.sub(lambda link: _plain(*link.groups()), text)
    return f"{text}\n{toctrees(text)}" if name == "index" else text


def _plain(words: str, path: str) -> str:
    bare = words.strip("`")
    return f"`{path}`" if bare == path or "/" in bare else f"{words} (`{path}`)"


def _read(_: Any, name: str, content: list[str]) -> None:
    content[0] = prepared(name, content[0])


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("source-read", _read)
