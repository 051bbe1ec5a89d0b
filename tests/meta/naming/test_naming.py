"""Pictures are named in a language that training never saw, on views of the same hidden factors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.writing import write_vectors
from isogloss.meta.encoders import ImageFeatures
from isogloss.meta.naming.model import DEFAULTS, NamingModel, Things, train_on_things
from isogloss.meta.naming.names import read_known, read_names
from isogloss.meta.training.any_module import Loops
from tests.conftest import Command

COUNT, TRAINED = 130, 90
SETTINGS = replace(DEFAULTS, size=8, loops=Loops(steps=15, inner_rate=0.5))


def languages(names: str) -> Things:
    """Pictures and names are views of six factors with noise; each language has a mean of its own."""
    random = np.random.default_rng(0)
    hidden = random.standard_normal((COUNT, 6))
    views = random.standard_normal((2, 6, 12))

    def seen(view: int) -> Matrix:
        moved = hidden @ views[view] + 0.3 * random.standard_normal((COUNT, 12)) + 2 * random.standard_normal(12)
        return np.asarray(moved, np.float32)

    return Things(seen(0), {language: seen(1) for language in names.split()})


@pytest.fixture(scope="module")
def things() -> Things:
    return languages("en fr fi")


@pytest.fixture(scope="module")
def model(things: Things) -> NamingModel:
    """Trained without Finnish; a third of the training things has no picture, another no French name."""
    training = things.only(np.arange(TRAINED))
    images, french = training.images.copy(), training.names["fr"].copy()
    images[::3], french[1::3] = 0, 0
    return train_on_things(Things(images, {"en": training.names["en"], "fr": french}), SETTINGS)


def share_right(model: NamingModel, things: Things, named: int) -> float:
    support, query = (things.only(np.arange(*ends)) for ends in ((TRAINED, TRAINED + named), (TRAINED + named, COUNT)))
    namer = model.adapted(support.images, support.names["fi"], query.names["fi"])
    return float((namer.scores(query.images, query.names["fi"]).argmax(axis=1) == np.arange(len(query.images))).mean())


def test_new_pictures_are_named_in_a_language_that_training_never_saw(model: NamingModel, things: Things) -> None:
    assert share_right(model, things, 0) > 0.3, "of 40 names, chance is .03"
    assert share_right(model, things, 10) > 0.3


def test_training_leaves_the_pretrained_projections_as_they_are(model: NamingModel, things: Things) -> None:
    before = model.pretrained.image.detach().numpy()
    assert not np.allclose(before, dict(model.trained.module.named_parameters())["image"].detach().numpy())
    adapted = model.adapted(things.images[:10], things.names["fi"][:10])
    assert adapted.module is not model.trained.module


def test_too_few_named_pictures_are_refused(things: Things) -> None:
    with pytest.raises(VocabularyError, match="en, fi, fr with too few named pictures"):
        train_on_things(things.only(np.arange(20)), SETTINGS)


def test_features_of_a_picture_tell_its_colour_and_its_shape() -> None:
    red, blue, stripes = np.zeros((3, 64, 64, 4), np.uint8)
    for picture in (red, blue, stripes):
        picture[..., 3] = 255
    red[..., 0], blue[..., 2], stripes[::8, :, 0] = 255, 255, 255
    vectors = ImageFeatures().encode([red, blue, stripes, red])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[3] == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[2] < 0.9
    assert vectors[0] @ vectors[1] < 0.5
    assert ImageFeatures().encode([]).shape == (0, vectors.shape[1])


def test_names_are_read_from_a_table_with_the_line_of_a_fault(tmp_path: Path) -> None:
    table = tmp_path / "names.tsv"
    table.write_text("1\ten\tdog\n1\tfr\tchien\n\n2\ten\tcat\n")
    assert read_names(table, ["en", "fr"]) == {"en": {"1": "dog", "2": "cat"}, "fr": {"1": "chien"}}
    with pytest.raises(FormatError, match="no name in fi"):
        read_names(table, ["en", "fi"])
    table.write_text("1\tdog\n2\n")
    with pytest.raises(FormatError, match=r"names\.tsv:2: .* expected picture and name"):
        read_known(table)


def test_the_command_names_pictures_in_a_new_language(command: Command, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    colours = random.integers(0, 256, (80, 3))
    (tmp_path / "pictures").mkdir()
    view = random.standard_normal((3, 12))
    lines = []
    for number, colour in enumerate(colours.tolist()):
        Image.new("RGB", (8, 8), tuple(colour)).save(tmp_path / "pictures" / f"{number}.png")
        lines += [f"{number}\ten\ten{number}"] if number < 60 else []
    for language in ("en", "fi"):
        matrix = (colours / 128 - 1) @ view + 0.1 * random.standard_normal((80, 12))
        words = tuple(f"{language}{number}" for number in range(80))
        write_vectors(Vectors(language, words, matrix.astype(np.float32)), tmp_path / f"{language}.vec")
    (tmp_path / "names.tsv").write_text("\n".join(lines))
    (tmp_path / "known.tsv").write_text("".join(f"{number}\tfi{number}\n" for number in range(60, 68)))
    (tmp_path / "words.txt").write_text("".join(f"fi{number}\n" for number in range(60, 80)))
    arguments = [tmp_path / "pictures", "--names", tmp_path / "names.tsv", "--known", tmp_path / "known.tsv"]
    spaces = [part for code in ("en", "fi") for part in ("--vectors", f"{code}={tmp_path / code}.vec")]
    options = ["--from", "en", "--to", "fi", "--words", tmp_path / "words.txt", "-k", 4]
    result = command("meta", "name-images", *map(str, [*arguments, *options, *spaces]))
    assert result.status == 0, result.err
    answers = [line.split("\t") for line in result.out.splitlines()[1:]]
    new = [row for row in answers if int(row[0]) >= 68]
    assert len(new) == 12 * 4
    assert sum(name == f"fi{image}" for image, _, name, _ in new) >= 6, "four of 20 names: chance is 2.4 of 12"
    refused = command("meta", "name-images", *map(str, [*arguments, *options]))
    assert refused.status == 2
    assert "give one of the two" in refused.err
