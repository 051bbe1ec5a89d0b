"""Writes ``docs/reference.md`` from the docstrings of the public names: ``python docs/make_reference.py``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import isogloss

PAGE = Path(__file__).with_name("reference.md")
INTRODUCTION = """# Reference

Everything that users import comes from `isogloss`, here as `ig` (`import isogloss as ig`). Errors are subclasses of
`ig.IsoglossError`, one line each. `progress=ig.progress_bar` shows a bar in a terminal and in a notebook.

This page is written by `python docs/make_reference.py` from the docstrings.
"""
GROUPS = {
    "Vectors and dictionaries": (
        "read_vectors write_vectors Vectors read_dictionary Dictionary Pair Origin sample_vectors sample_dictionary "
        "sample_concepts sample_languages SAMPLE_ORIGIN"
    ),
    "Lexicons": "build_lexicon open_lexicon Lexicon Translation Translations align_many mapped_vectors",
    "The graph": "open_graph Graph",
    "Meta-learning": (
        "meta_train PriorSettings train_ranker TrainingSettings task_space adapt_to_language Batch Episode Reptile "
        "Descent Moments weights_of shares_storage"
    ),
    "Texts": "Text read_texts BagOfVectors Corpus TextSettings train_texts draw_task",
    "Errors and progress": "IsoglossError progress_bar",
}
SECTION = re.compile(r"^(Args|Returns|Raises|Yields):$", re.MULTILINE)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for group, names in GROUPS.items():
        parts.append(f"## {group}\n")
        for name in names.split():
            parts.extend(_entry(f"ig.{name}", getattr(isogloss, name), level=3))
    return "\n".join(parts)


def _entry(name: str, value: object, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n"
    if not (inspect.isclass(value) or callable(value)):
        yield f"`{value!r}`\n"
        return
    if (signature := _signature(name, value)) is not None:
        yield f"```text\n{signature}\n```\n"
    yield _prose(inspect.getdoc(value) or "") + "\n"
    if inspect.isclass(value):
        for method, member in _members(value).items():
            inner = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            if not method.startswith("_") and inspect.isfunction(inner):
                yield from _entry(f"{name.removeprefix('ig.')}.{method}", inner, level + 1)


def _members(value: type) -> dict[str, object]:
    """The members of a class, those of its bases in this package first."""
    ours = [one for one in reversed(value.__mro__) if one.__module__.startswith("isogloss")]
    return {name: member for one in ours for name, member in vars(one).items()}


def _signature(name: str, value: object) -> str | None:
    try:
        signature = inspect.signature(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    parameters = [one for key, one in signature.parameters.items() if key not in ("self", "cls")]
    shown = [re.sub(r": '([^']*)'", r": \1", str(one)) for one in parameters]
    shown = [re.sub(r"<factory>|<function \w+ at 0x[0-9a-f]+>", "…", one) for one in shown]
    if (first := next((n for n, one in enumerate(parameters) if one.kind is one.KEYWORD_ONLY), None)) is not None:
        shown.insert(first, "*")
    returns = (
        "" if signature.return_annotation in (signature.empty, None, "None") else f" -> {signature.return_annotation}"
    )
    line = f"{name}({', '.join(shown)}){returns}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){returns}"


def _prose(text: str) -> str:
    """A docstring of Google's style as Markdown."""
    text = text.replace("``", "`")
    head, *rest = SECTION.split(text)
    parts = [head.strip()]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        lines = inspect.cleandoc("\n" + body.rstrip()).splitlines()
        items: list[str] = []
        for line in lines:
            if line.startswith(" ") and items:
                items[-1] += " " + line.strip()
            elif line.strip():
                items.append(line.strip())
        bullets = [re.sub(r"^([\w*]+): ", r"`\1`: ", item) if title != "Returns" else item for item in items]
        if title == "Returns":
            bullets = [" ".join(bullets)]
        parts.append(f"{title}:\n\n" + "\n".join(f"- {item}" for item in bullets))
    return "\n\n".join(part for part in parts if part)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
