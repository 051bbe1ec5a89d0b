from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap

from isogloss.data.cache import LEMMAS, Cache
from isogloss.kg.query import lemmas
from isogloss.kg.query.lemma_index import IndexedDictionaries, IndexedLemmas
from isogloss.serve.indexing import indexing

SMALL = ("gv", "se")  # the smallest dictionaries


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    lemmas.keep_indices(lambda: tmp_path)
    yield tmp_path
    lemmas._indices = None
    lemmas._lemmatizer.cache_clear()
    lemmas._dictionaries.cache_clear()


@pytest.mark.parametrize("language", SMALL)
def test_an_index_finds_what_the_dictionary_has_and_nothing_else(language: str, tmp_path: Path) -> None:
    indexed, plain = IndexedDictionaries(tmp_path).get_dictionary(language), StreamMap(language)
    assert isinstance(indexed, IndexedLemmas)
    assert len(indexed) == len(plain)
    words = list(plain)
    assert list(indexed) == words
    chosen = {*words[:70], *words[-70:], *words[:: max(1, len(words) // 300)]}
    assert {word: indexed[word] for word in chosen} == {word: plain[word] for word in chosen}
    assert not [word for word in chosen if indexed.get(f"{word}\u0000") or indexed.get(f"\u0000{word}")]
    assert indexed.get("") is None


def test_an_index_is_made_once_and_then_read(kept: Path) -> None:
    assert list(lemmas.base_forms("houses", "en")) == ["to houses", "house", "to house"]
    (path,) = kept.iterdir()
    made = path.stat().st_mtime_ns
    lemmas.keep_indices(lambda: kept)
    assert list(lemmas.base_forms("houses", "en")) == ["to houses", "house", "to house"]
    assert path.stat().st_mtime_ns == made


def test_the_cache_is_cleared_of_indices(kept: Path) -> None:
    lemmas.keep_indices(lambda: kept / LEMMAS)
    lemmas.index(["gv"])
    assert Cache(kept).clear() > 10_000
    assert not list(kept.iterdir())


def test_who_else_makes_an_index_is_told_its_language_and_may_be_late(kept: Path) -> None:
    waiting: list[str] = []
    lemmas.keep_indices(lambda: kept, waiting.append)
    assert list(lemmas.base_forms("houses", "en")) == ["to houses"]
    assert waiting == ["en"]
    assert lemmas.unindexed(["en", "gv", "tlh"]) == ["en", "gv"]  # of Klingon there is no dictionary
    lemmas.index(["en"])
    assert "house" in lemmas.base_forms("houses", "en")
    assert waiting == ["en"]


def test_a_process_of_its_own_makes_an_index_while_the_page_waits(kept: Path) -> None:
    with indexing(kept):
        assert "house" in lemmas.base_forms("houses", "en")
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"isogloss lemmas 0", None])
def test_a_damaged_index_is_made_again(kept: Path, damage: bytes | None) -> None:
    lemmas.index(["gv"])
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] if damage is None else damage)
    lemmas.keep_indices(lambda: kept)
    lemmas.index(["gv"])
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_the_dictionary_is_read_as_before(kept: Path) -> None:
    (kept / "file").touch()
    lemmas.keep_indices(lambda: kept / "file" / "below")
    assert "house" in lemmas.base_forms("houses", "en")
