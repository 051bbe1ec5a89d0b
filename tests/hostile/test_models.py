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
from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.tensors import read_tensors, write_tensors
from isogloss.data.writing import write_vectors
from tests.hostile.harness import Attacks
from tests.hostile.mutation import forged, mutate_file
from tests.lexicon.conftest import kept as few

SECONDS = 20.0  # after which reading a folder hangs; on a busy machine it takes one
Use = Callable[[Path], object]
KINDS = ("lexicon", "hub", "model", "words", "texts", "prior")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Use]]:
    """A folder of each kind, and what uses it."""
    import torch

    from isogloss.hubs import align_many, mapped_vectors
    from isogloss.lexicons import build_lexicon, open_lexicon
    from isogloss.meta.tasks import TaskSpace
    from isogloss.meta.tasks.vector_tables import Spaces
    from isogloss.meta.texts import classifier as texts
    from isogloss.meta.texts.run import train_texts
    from isogloss.meta.training import checkpoint
    from isogloss.meta.training.run import begin, episodes_of, finish
    from tests.meta.conftest import FAMILIES, SMALL
    from tests.meta.texts.conftest import SETTINGS, corpus

    folder = tmp_path_factory.mktemp("kept")
    english, french = sample_vectors("en"), sample_vectors("fr")
    seeds = sample_dictionary("en", "fr").lowercased().within(english, french)
    sides = few(english, set(seeds.by_source)), few(french, set(seeds.reversed().by_source))
    build_lexicon(*sides, seeds, out=folder / "lexicon", method="procrustes")

    both = {("en", "fr"): sample_dictionary("en", "fr"), ("fr", "en"): sample_dictionary("fr", "en")}
    space = TaskSpace(both, Spaces({side.language: side for side in sides}), FAMILIES)
    episodes = episodes_of(space, settings := replace(SMALL, steps=1, episodes=2, memory=4))
    checkpoint.save(finish(begin(episodes, settings, languages=("en", "fr")), episodes), folder / "model")

    words = replace(settings, model="words")
    drawn = episodes_of(space, words)
    checkpoint.save(finish(begin(drawn, words, languages=("en", "fr")), drawn), folder / "words")
    for side in sides:
        write_vectors(side, folder / f"{side.language}.npy")
    align_many(
        [read_vectors(folder / f"{side.language}.npy", side.language) for side in sides], [seeds], out=folder / "hub"
    )
    corpora = {"en": corpus("en", 1, 13), "fr": corpus("fr", 2, 13)}
    texts.save(train_texts(corpora, replace(SETTINGS, ways=3, pretraining=1, steps=1)), folder / "texts")

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

    def classified(place: Path) -> object:
        return texts.load(place).adapt(corpora["en"].vectors, corpora["en"].labels).classify(corpora["fr"].vectors)

    uses: dict[str, Use] = {
        "lexicon": lambda place: open_lexicon(place).translate("paris"),
        "hub": lambda place: mapped_vectors(place, "fr"),
        "model": trained_on,
        "words": trained_on,
        "texts": classified,
        "prior": prior,
    }
    for name, use in uses.items():
        use(folder / name)  # the folders are whole to begin with
    return {name: (folder / name, use) for name, use in uses.items()}


def judged(attacks: Attacks, use: Use, folder: Path, what: str) -> None:
    begun = time.monotonic()
    try:
        use(folder)
    except IsoglossError as error:
        survived, message = "\n" not in str(error), str(error)
    except Exception as error:
        survived, message = False, f"{type(error).__name__}: {error}"
    else:
        survived, message = True, ""
    took = time.monotonic() - begun
    attacks.note(survived and took < SECONDS, f"{what}: {message[:300]} ({took:.0f} s)")


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.parametrize("kind", KINDS)
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
