from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from isogloss.data.compute import as_tensor
from isogloss.data.errors import CheckpointError, VocabularyError
from isogloss.data.sample import sample_vectors
from isogloss.data.text.labelled_texts import Text
from isogloss.meta.encoders import BagOfVectors
from isogloss.meta.texts.classifier import TextModel, load, save
from isogloss.meta.texts.corpus import Corpus, draw_task, shared_classes
from isogloss.meta.texts.network import prototypes, similarity
from isogloss.meta.texts.run import last, train_texts
from isogloss.meta.texts.training import network_of, pretrain, train_episodically
from tests.meta.texts.conftest import CLASSES, DIMENSIONS, SETTINGS, corpus


@pytest.fixture(scope="module")
def model(corpora: Mapping[str, Corpus]) -> TextModel:
    return train_texts(corpora, SETTINGS)


def test_a_task_has_no_translation_of_a_support_text_among_its_questions(corpora: dict[str, Corpus]) -> None:
    task = draw_task(corpora["en"], corpora["fr"], 5, 10, 6, np.random.default_rng(0))
    assert task.support.shape == (5, 10, DIMENSIONS)
    assert task.query.shape == (5, 6, DIMENSIONS)
    place = {
        tuple(vector): name for vector, name in zip(corpora["en"].vectors.tolist(), corpora["en"].names, strict=True)
    }
    support = {place[tuple(vector)] for vector in task.support.reshape(-1, DIMENSIONS).tolist()}
    assert not support & set(task.asked)
    assert [name[0] for name in task.asked[::6]] == list(task.classes)


def test_classes_with_too_few_texts_take_no_part(corpora: dict[str, Corpus]) -> None:
    few = corpora["fr"].where([at for at, name in enumerate(corpora["fr"].names) if name[0] != "a" or name == "a1"])
    assert "a" not in shared_classes(corpora["en"], few, 5, 5)
    two = few.where([row for row, label in enumerate(few.labels) if label in "ab"])
    with pytest.raises(VocabularyError, match="expected at least 2"):
        draw_task(corpora["en"], two, 5, 5, 5, np.random.default_rng(0))


def test_texts_that_the_encoder_cannot_read_are_left_out() -> None:
    texts = [Text("1", "en", "x", "music and water"), Text("2", "en", "y", "xyzzyx"), Text("3", "en", "x", "the game")]
    encoder = BagOfVectors.of(sample_vectors("en"), [text.text for text in texts])
    assert Corpus.of(texts, encoder).names == ("1", "3")
    with pytest.raises(VocabularyError, match="no word"):
        Corpus.of(texts[1:2], encoder)


def test_prototypes_are_the_directions_of_their_classes() -> None:
    support = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[-1.0, 0.0], [-3.0, 0.0]]])
    centres = prototypes(support)
    assert torch.allclose(centres, torch.tensor([[0.5**0.5, 0.5**0.5], [-1.0, 0.0]]))
    assert similarity(torch.tensor([[1.0, 0.0]]), centres).argmax().item() == 0


def test_training_is_the_same_for_the_same_seed_and_leaves_its_start_alone(corpora: dict[str, Corpus]) -> None:
    network = network_of(DIMENSIONS, SETTINGS)
    start = last(pretrain(network, corpora, SETTINGS)).weights
    before = {name: weight.clone() for name, weight in start.items()}
    first, second = (last(train_episodically(network, start, corpora, SETTINGS)).weights for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert all(torch.equal(start[name], before[name]) for name in before)
    assert not torch.equal(first["second.weight"], start["second.weight"])


def test_what_is_learned_on_two_languages_helps_in_a_third(corpora: dict[str, Corpus], model: TextModel) -> None:
    new = corpus("ja", 7)
    random = np.random.default_rng(1)
    hits: dict[str, list[bool]] = {"plain": [], "ours": []}
    for _ in range(40):
        task = draw_task(corpora["en"], new, 5, 5, 5, random)
        truth = [label for label in task.classes for _ in range(5)]
        labels = [label for label in task.classes for _ in range(5)]
        classifier = model.adapt(task.support.reshape(-1, DIMENSIONS), labels)
        predicted = classifier.classify(task.query.reshape(-1, DIMENSIONS))
        hits["ours"] += [labelled.label == label for labelled, label in zip(predicted, truth, strict=True)]
        scores = similarity(as_tensor(task.query).flatten(0, 1), prototypes(as_tensor(task.support)))
        best = scores.argmax(dim=1).tolist()
        hits["plain"] += [task.classes[at] == label for at, label in zip(best, truth, strict=True)]
        assert all(0 < prediction.probability <= 1 for prediction in predicted)
    assert np.mean(hits["ours"]) > np.mean(hits["plain"]) + 0.1


def test_classes_that_training_did_not_have_are_compared_as_encoded(
    corpora: dict[str, Corpus], model: TextModel
) -> None:
    task = draw_task(corpora["en"], corpora["fr"], 5, 5, 5, np.random.default_rng(2))
    support, query = (side.reshape(-1, DIMENSIONS) for side in (task.support, task.query))
    new = [f"new {label}" for label in task.classes for _ in range(5)]
    known = [label.removeprefix("new ") for label in new]
    plain = model.adapt(support, new)
    cosines = similarity(as_tensor(query), prototypes(as_tensor(task.support)))
    answers = plain.classify(query)
    assert [answer.label for answer in answers] == [f"new {task.classes[at]}" for at in cosines.argmax(dim=1).tolist()]
    assert 1 / 5 < np.mean([answer.probability for answer in answers]) < 1
    learned = model.adapt(support, known)
    assert not plain.learned
    assert learned.learned
    assert model.adapt(support, known, learned=False).classify(query)[0].probability == answers[0].probability
    assert model.adapt(support, new, learned=True).classify(query)[0][1] == learned.classify(query)[0][1]
    half_known = [*known[:15], *new[15:]]
    assert model.adapt(support, half_known).learned


def test_a_model_survives_its_file_and_a_damaged_one_is_refused(model: TextModel, tmp_path: Path) -> None:
    save(model, tmp_path)
    again = load(tmp_path)
    assert (again.settings, again.languages, again.classes) == (model.settings, ("en", "fr"), CLASSES)
    assert all(torch.equal(again.weights[name], model.weights[name]) for name in model.weights)
    (tmp_path / "texts.safetensors").write_bytes(b"no model")
    with pytest.raises(CheckpointError, match="damaged"):
        load(tmp_path)
    with pytest.raises(CheckpointError, match="no file"):
        load(tmp_path / "nowhere")


def test_a_classifier_needs_two_classes_and_vectors_like_those_of_training(model: TextModel) -> None:
    with pytest.raises(VocabularyError, match="1 classes"):
        model.adapt(np.ones((2, DIMENSIONS), np.float32), ["a", "a"])
    with pytest.raises(VocabularyError, match="vectors of 3 numbers"):
        model.adapt(np.ones((2, 3), np.float32), ["a", "b"])


def test_one_language_alone_gives_no_tasks_across_languages(corpora: dict[str, Corpus]) -> None:
    with pytest.raises(VocabularyError, match="expected two languages"):
        train_texts({"en": corpora["en"]}, SETTINGS)
