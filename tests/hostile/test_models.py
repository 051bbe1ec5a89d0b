"""Folders of models and lexicons that chance or ill will changed: read, or refused in one line and soon."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isogloss.data.errors import IsoglossError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.tensors import read_tensors, write_tensors
from tests.hostile.harness import Attacks
from tests.hostile.mutation import mutate_file
from tests.lexicon.conftest import kept as few

SECONDS = 20.0  # after which reading a folder hangs; on a busy machine it takes one
ODD: tuple[Any, ...] = (None, True, -1, 0, 1e9, 10**9, 10**30, 1e308, "", "nope", "../x", [], {}, [[]], "a" * 5000)
Use = Callable[[Path], object]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Use]]:
    """A folder of each kind, and what uses it."""
    import torch

    from isogloss.lexicons import build_lexicon, open_lexicon
    from isogloss.meta.tasks import TaskSpace
    from isogloss.meta.tasks.vector_tables import Spaces
    from isogloss.meta.training import checkpoint
    from isogloss.meta.training.run import begin, episodes_of, finish
    from tests.meta.conftest import FAMILIES, SMALL

    folder = tmp_path_factory.mktemp("kept")
    english, french = sample_vectors("en"), sample_vectors("fr")
    seeds = sample_dictionary("en", "fr").lowercased().within(english, french)
    sides = few(english, set(seeds.by_source)), few(french, set(seeds.reversed().by_source))
    build_lexicon(*sides, seeds, out=folder / "lexicon", method="procrustes")

    both = {("en", "fr"): sample_dictionary("en", "fr"), ("fr", "en"): sample_dictionary("fr", "en")}
    space = TaskSpace(both, Spaces({side.language: side for side in sides}), FAMILIES)
    episodes = episodes_of(space, settings := replace(SMALL, steps=1, episodes=2, memory=4))
    checkpoint.save(finish(begin(episodes, settings, languages=("en", "fr")), episodes), folder / "model")

    def trained_on(place: Path) -> object:
        loaded = checkpoint.load(place)
        return loaded.start({}), loaded.learner(), torch.isfinite(loaded.mean), loaded.network()

    def prior(place: Path) -> object:
        from isogloss.meta.matching.prior import load

        return load(place)

    (folder / "prior").mkdir()
    for file in resources.files("isogloss.meta.matching.pretrained").iterdir():
        if file.name.endswith(".safetensors"):
            (folder / "prior" / file.name).write_bytes(file.read_bytes())
    return {
        "lexicon": (folder / "lexicon", lambda place: open_lexicon(place).translate("paris")),
        "model": (folder / "model", trained_on),
        "prior": (folder / "prior", prior),
    }


def judged(attacks: Attacks, use: Use, folder: Path, what: str) -> None:
    begun = time.monotonic()
    try:
        use(folder)
    except IsoglossError as error:
        survived, said = "\n" not in str(error), str(error)
    except Exception as error:
        survived, said = False, f"{type(error).__name__}: {error}"
    else:
        survived, said = True, ""
    took = time.monotonic() - begun
    attacks.note(survived and took < SECONDS, f"{what}: {said[:300]} ({took:.0f} s)")


@pytest.mark.parametrize("kind", ["lexicon", "model", "prior"])
def test_a_folder_that_chance_changed(
    kind: str, kept: dict[str, tuple[Path, Use]], tmp_path: Path, attacks: Attacks
) -> None:
    folder, use = kept[kind]
    names = sorted(file.name for file in folder.iterdir())
    for chance in attacks.rounds(25):
        shutil.rmtree(tmp_path / "it", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "it")
        name = chance.choice(names)
        if chance.random() < 0.1:
            (tmp_path / "it" / name).unlink()
        else:
            mutate_file(tmp_path / "it" / name, chance)
        judged(attacks, use, tmp_path / "it", name)


@pytest.mark.parametrize("kind", ["lexicon", "model", "prior"])
def test_a_folder_that_somebody_forged(
    kind: str, kept: dict[str, tuple[Path, Use]], tmp_path: Path, attacks: Attacks
) -> None:
    """Values of the description, or shapes and numbers of tensors, are others; the digest is right again."""
    folder, use = kept[kind]
    for chance in attacks.rounds(40):
        shutil.rmtree(tmp_path / "it", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "it")
        file = chance.choice(sorted((tmp_path / "it").glob("*.safetensors")) + sorted((tmp_path / "it").glob("*.json")))
        if file.suffix == ".json":
            what = forged(value := json.loads(file.read_text()), chance)
            file.write_text(json.dumps(value))
        else:
            arrays, metadata = read_tensors(file, expected="a model", unbounded=("",))
            if "isogloss" in metadata and chance.random() < 0.7:
                what = forged(value := json.loads(metadata["isogloss"]), chance)
                metadata["isogloss"] = json.dumps(value)
            else:
                name = chance.choice(sorted(arrays))
                what = f"{name} {arrays[name].shape}"
                arrays[name] = changed(arrays[name], chance)
            write_tensors(file, arrays, metadata)
        judged(attacks, use, tmp_path / "it", f"{file.name}: {what}")


def forged(value: Any, chance: random.Random) -> str:
    """Put an odd value somewhere into a JSON document; returns where and what."""
    path = ""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        path += f"/{key}"
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.8:
            value = value[key]
            continue
        if isinstance(value, dict) and chance.random() < 0.2:
            del value[key]
            return f"{path} gone"
        value[key] = chance.choice(ODD)
        return f"{path} = {str(value[key])[:40]}"


def changed(array: np.ndarray[Any, Any], chance: random.Random) -> np.ndarray[Any, Any]:
    kind = chance.randrange(5)
    if kind == 0:
        return array[:0]
    if kind == 1:
        return array[..., None]
    if kind == 2:
        return array.astype(np.int64) if array.dtype.kind == "f" else array.astype(np.float32)
    if kind == 3:
        return np.concatenate([array, array]) if array.ndim else array
    return np.full_like(array, chance.choice([-1, 0, 100, 127]))
