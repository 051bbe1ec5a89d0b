"""Folders of the three libraries, each with a tiny model made here, are loaded and build a lexicon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.vectors import Vectors
from isogloss.lexicons import build_lexicon

WORDS = 60
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENGLISH, FRENCH = (tuple(f"{start}{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(WORDS)) for start in "ef")


def needed(module: str) -> Any:
    return pytest.importorskip(module, reason=f"needs {module}: pip install 'isogloss[encoders]'")


def bert(folder: Path) -> None:
    """A random network and a tokenizer of whole words, as transformers saves them."""
    transformers, torch = needed("transformers"), needed("torch")
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *ENGLISH, *FRENCH])}
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=word_tokenizer(vocabulary), pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=len(vocabulary), max_position_embeddings=16, **sizes)
    transformers.BertModel(config).save_pretrained(folder)


def sentence_transformer(folder: Path) -> None:
    """The same with the layer that it adds, mean pooling, as sentence-transformers saves them."""
    library = needed("sentence_transformers")
    bert(folder / "bert")
    library.SentenceTransformer(str(folder / "bert"), device="cpu").save(str(folder))


def static(folder: Path) -> None:
    """A vector for each word, as model2vec saves them: translations have nearly the same one."""
    model2vec = needed("model2vec")
    random = np.random.default_rng(0)
    meanings = random.standard_normal((WORDS, 16))
    vectors = np.concatenate([random.standard_normal((len(SPECIAL), 16)), meanings, meanings + 0.1])
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *ENGLISH, *FRENCH])}
    model2vec.StaticModel(vectors.astype(np.float32), word_tokenizer(vocabulary)).save_pretrained(folder)


def word_tokenizer(vocabulary: dict[str, int]) -> Any:
    tokenizers = needed("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return tokenizer


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of the libraries themselves
@pytest.mark.parametrize("make", [bert, sentence_transformer, static])
def test_a_folder_of_each_library_builds_a_lexicon(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path)
    encoder = load_encoder(str(tmp_path))
    encoded = encoder.encode([*ENGLISH, ""])
    assert encoded.shape == (WORDS + 1, encoder.dimensions) == (WORDS + 1, 16)
    assert np.allclose(np.linalg.norm(encoded[:-1], axis=1), 1, atol=1e-3)
    assert not encoded[-1].any()
    points = np.random.default_rng(1).standard_normal((WORDS, 12)).astype(np.float32)
    sides = Vectors("en", ENGLISH, points), Vectors("fr", FRENCH, points[:, ::-1].copy())
    seeds = Dictionary.of("en", "fr", list(zip(ENGLISH, FRENCH, strict=True)))
    lexicon = build_lexicon(*sides, seeds, effort="quick", extra={}, encoder=tmp_path)
    account = lexicon.report["encoder"]
    assert account["name"] == str(tmp_path)
    if make is static:  # the others know no word
        assert (encoder.encode(ENGLISH) @ encoder.encode(FRENCH).T).argmax(axis=1).tolist() == list(range(WORDS))
    else:
        assert not account["helps"]
