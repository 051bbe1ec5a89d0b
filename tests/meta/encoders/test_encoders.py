from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from isogloss.data.errors import CheckpointError, MissingExtraError, VocabularyError
from isogloss.data.sample import sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.meta.encoders import BagOfVectors, Encoder, Fusion, Table, Transformer

TEXTS = (
    "the children play a game in the garden",
    "a game of football for children",
    "music and songs of the band",
    "the band plays music",
    "the water of the river",
    "a river of water in the mountain",
)
OTHERS = (
    "the king and the queen of the country",
    "a city with many people",
    "the army won the war",
    "a book about history and science",
    "food and wine from the kitchen",
    "the train stops at the station",
    "doctors work in a hospital",
    "she reads the newspaper every day",
)
CONTEXTUAL = importlib.util.find_spec("transformers") is not None


@pytest.fixture(scope="module")
def bag() -> BagOfVectors:
    return BagOfVectors.of(sample_vectors("en"), TEXTS + OTHERS)


def test_texts_about_one_thing_are_nearer_than_others(bag: BagOfVectors) -> None:
    near = bag.encode(TEXTS) @ bag.encode(TEXTS).T
    np.fill_diagonal(near, -1)
    assert near.argmax(axis=1).tolist() == [1, 0, 3, 2, 5, 4]


def test_frequent_words_count_less_than_rare_ones(bag: BagOfVectors) -> None:
    weight = dict(zip(bag.vectors.words, bag.weights.tolist(), strict=True))
    assert weight["the"] < weight["children"] < 1
    assert (bag.weights > 0).all()


def test_the_common_direction_is_taken_out(bag: BagOfVectors) -> None:
    made = bag.encode(TEXTS)
    assert np.abs(made @ bag.common).max() < 1e-5
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_a_text_without_a_known_word_is_zero_and_not_a_number_gone_wrong(bag: BagOfVectors) -> None:
    assert not bag.encode(["", "xyzzyx qwrtzp", "?!"]).any()


def test_japanese_is_read_without_blanks() -> None:
    japanese = sample_vectors("ja")
    bag = BagOfVectors.of(japanese, ["子供が音楽を聞く", "水と山", "音楽の本"])
    assert bag.encode(["音楽の本", "水と山"]).any(axis=1).all()


def test_texts_in_another_language_are_refused() -> None:
    with pytest.raises(VocabularyError, match="check the language"):
        BagOfVectors.of(sample_vectors("ja"), ["only english words", "and nothing else"])


def pictures() -> Table:
    names, random = ("cat.png", "dog.png", "car.png"), np.random.default_rng(0)
    return Table(Vectors("und", names, random.standard_normal((3, 12)).astype(np.float32)))


def test_fusion_joins_a_text_with_a_picture(bag: BagOfVectors) -> None:
    fusion = Fusion.of({"text": bag, "image": pictures()}, 64, torch.Generator().manual_seed(0))
    encoder: Encoder[dict[str, str]] = fusion  # the seam holds for records as for texts
    both = encoder.encode([{"text": TEXTS[0], "image": "cat.png"}, {"text": TEXTS[0], "image": "car.png"}])
    assert both.shape == (2, encoder.dimensions) == (2, 128)
    assert np.linalg.norm(both, axis=1) == pytest.approx([1, 1], abs=1e-5)
    same_text = both[0, :64] @ both[1, :64] * 2
    assert same_text == pytest.approx(1, abs=1e-4)
    assert both[0, 64:] @ both[1, 64:] * 2 < 0.9


def test_a_record_without_a_picture_is_known_by_its_text(bag: BagOfVectors) -> None:
    fusion = Fusion.of({"text": bag, "image": pictures()}, 64, torch.Generator().manual_seed(0))
    alone, both, other = fusion.encode([{"text": TEXTS[0]}, {"text": TEXTS[0], "image": "cat.png"}, {"text": TEXTS[4]}])
    assert not alone[64:].any()
    assert alone @ both > alone @ other
    with pytest.raises(VocabularyError, match="sound"):
        fusion.encode([{"sound": "a.wav"}])


def test_random_projections_keep_who_is_near(bag: BagOfVectors) -> None:
    fusion = Fusion.of({"text": bag}, 256, torch.Generator().manual_seed(1))
    plain, projected = (
        made @ made.T for made in (bag.encode(TEXTS), fusion.encode([{"text": text} for text in TEXTS]))
    )
    assert np.abs(plain - projected).max() < 0.35


@pytest.mark.skipif(CONTEXTUAL, reason="transformers is installed")
def test_without_the_extra_the_error_says_how_to_install_it() -> None:
    with pytest.raises(MissingExtraError, match=r"isogloss\[contextual\]"):
        Transformer.load("anything")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT and its tokenizer, made here: nothing is downloaded."""
    if not CONTEXTUAL:
        pytest.skip("needs transformers: pip install 'isogloss[contextual]'")
    import transformers

    folder = tmp_path_factory.mktemp("bert")
    words = sorted({word for text in TEXTS for word in text.split()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return folder


def test_a_transformer_encodes_texts_alone_as_in_a_batch(network: Path) -> None:
    encoder = Transformer.load(network)
    together = encoder.encode([*TEXTS, ""])
    assert together.shape == (7, encoder.dimensions) == (7, 32)
    assert np.linalg.norm(together[:6], axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert not together[6].any()
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.abs(together[:6] - alone).max() < 1e-4  # padding takes no part


def test_every_layer_can_be_read_by_mean_and_first_subword(network: Path) -> None:
    encoder = Transformer.load(network)
    readings = encoder.readings()
    assert [(reading.layer, reading.pooling) for reading in readings] == [
        (2, "mean"), (1, "mean"), (0, "mean"), (2, "first"), (1, "first"), (0, "first")
    ]  # fmt: skip
    read = encoder.read([*TEXTS, ""], readings)
    tokens = encoder.tokenizer([TEXTS[0]], return_tensors="pt")
    with torch.no_grad():
        states = encoder.model(**tokens, output_hidden_states=True)
    assert np.allclose(read[0][0], states.last_hidden_state[0].mean(dim=0), atol=1e-5)
    assert np.allclose(read[4][0], states.hidden_states[1][0, 0], atol=1e-5)
    assert not any(matrix[-1].any() for matrix in read)
    assert np.array_equal(encoder.read_as(readings[4]).means(TEXTS), read[4][:-1])


def test_a_transformer_is_centred_on_its_language(network: Path) -> None:
    encoder = Transformer.load(network)
    centred = encoder.centred(TEXTS)
    assert centred.mean is not None
    assert np.abs((centred.means(TEXTS) - centred.mean).mean(axis=0)).max() < 1e-5
    assert np.abs(centred.encode(TEXTS).mean(axis=0)).max() < np.abs(encoder.encode(TEXTS).mean(axis=0)).max()


def test_a_folder_without_a_model_is_refused(network: Path, tmp_path: Path) -> None:
    del network
    with pytest.raises(CheckpointError, match="expected a folder with a Hugging Face model"):
        Transformer.load(tmp_path)
