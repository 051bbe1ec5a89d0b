from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.reading import read_vectors
from isogloss.data.vector_training import Recipe, train_vectors
from isogloss.data.vectors import Matrix, Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.induction.pipeline import Induction
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import build_lexicon, open_lexicon


def first(translator: Translator, word: str) -> str:
    return translator.translate([word], 1)[word][0].word


def test_a_word_gets_its_translations_ranked_with_a_probability(translator: Translator) -> None:
    translations = translator.translate(["water", "the"], 5)
    assert list(translations) == ["water", "the"]
    assert translations["water"][0].word == "eau"
    for listed in translations.values():
        assert [translation.rank for translation in listed] == [1, 2, 3, 4, 5]
        assert len({translation.word for translation in listed}) == 5
        assert all(0 <= translation.probability <= 1 for translation in listed)


def test_surer_translations_are_likelier(translator: Translator) -> None:
    words = translator.source.words[:200]
    translations = translator.translate(words, 3).values()
    assert np.mean([listed[0].probability for listed in translations]) > 2 * np.mean(
        [translation[2].probability for translation in translations]
    )


def test_capitals_are_looked_up_in_lower_case(translator: Translator) -> None:
    translations = translator.translate(["water", "Water", "WATER", "\ufeffwater\u00a0"], 3)
    first, *others = translations.values()
    for listed in others:
        assert [translation.word for translation in listed] == [one.word for one in first]
        assert [translation.score for translation in listed] == pytest.approx([one.score for one in first], abs=1e-6)
        assert [translation.probability for translation in listed] == pytest.approx(
            [one.probability for one in first], abs=1e-6
        )


def test_a_phrase_is_composed_of_its_words(translator: Translator) -> None:
    translations = translator.translate(["water fire", "water zyzzyva"], 10)
    assert {"eau", "feu"} <= {translation.word for translation in translations["water fire"]}
    assert translations["water zyzzyva"] == []


def test_an_unknown_word_has_no_translation(translator: Translator) -> None:
    assert translator.translate(["zyzzyva", ""], 3) == {"zyzzyva": [], "": []}


class Spelled:
    """Makes the vector of a word from that of the word it begins with."""

    def __init__(self, vectors: Vectors) -> None:
        self.known = vectors

    def vectors(self, words: Sequence[str]) -> Matrix:
        whole = [
            next((word[:end] for end in range(len(word), 2, -1) if word[:end] in self.known), None) for word in words
        ]
        return np.stack([self.known.rows([word])[0] if word else np.zeros(self.known.dimensions) for word in whole])


def test_a_word_outside_the_list_is_translated_through_its_subwords(translator: Translator) -> None:
    with_subwords = replace(translator, source=replace(translator.source, subwords=Spelled(translator.source)))
    translations = with_subwords.translate(["watered", "zyzzyva"], 5)
    assert "eau" in [translation.word for translation in translations["watered"]]
    assert translations["zyzzyva"] == []


def test_a_word_outside_the_list_is_translated_through_the_subwords_of_a_fasttext_model(tmp_path: Path) -> None:
    """Both languages are one model, of which the other one has words marked with z and is turned."""
    stems = ["walk", "talk", "paint", "cook", "open", "clean", "count", "climb", "shout", "visit", "listen", "answer"]
    endings = ("", "s", "ed", "er", "ers")
    text = "\n".join(" ".join(stem + ending for ending in endings) for stem in stems for _ in range(100))
    (tmp_path / "corpus.txt").write_text(text)
    trained = train_vectors(tmp_path / "corpus.txt", "en", tmp_path / "en.bin", recipe=Recipe(16, 5, 1))
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((16, 16)))[0].astype(np.float32)
    marked = Vectors("fr", tuple(f"z{word}" for word in trained.words), trained.matrix @ turn)
    write_vectors(marked, tmp_path / "fr.vec")
    seeds = Dictionary.of("en", "fr", zip(trained.words, marked.words, strict=True))
    build_lexicon(
        read_vectors(tmp_path / "en.bin", "en"),
        read_vectors(tmp_path / "fr.vec", "fr"),
        seeds,
        out=tmp_path / "out",
        method="procrustes",
    )
    opened = open_lexicon(tmp_path / "out")
    queries = [f"{stem}ing" for stem in stems]
    assert not any(word in opened.translator.source for word in queries)
    translations = opened.translate(queries, 1)
    own = [translations[word][0].word.startswith(f"z{word.removesuffix('ing')}") for word in queries]
    assert sum(own) >= 8  # of twelve; by chance it would be one


def test_it_translates_back(translator: Translator) -> None:
    back = translator.reversed()
    assert first(back, "eau") == "water"
    assert (back.source.language, back.target.language) == ("fr", "en")


def test_the_lexicon_lists_what_the_translator_says(translator: Translator, induction: Induction) -> None:
    listed = [entry for entry in induction.entries if entry.rank == 1][:100]
    translations = translator.translate([entry.source for entry in listed], 1)
    assert len(listed) == 100
    for entry in listed:
        (best,) = translations[entry.source]
        assert best.word == entry.target
        assert best.probability == pytest.approx(entry.probability, abs=0.01)


def test_the_spaces_lie_over_each_other(translator: Translator) -> None:
    x, y = translator.reversed().mapped_target, translator.mapped_target
    np.testing.assert_allclose(np.linalg.norm(y, axis=1), 1, atol=1e-4)
    near = x[translator.source.row_of["water"]] @ y.T
    assert translator.target.words[int(near.argmax())] == "eau"


def test_vectors_of_another_length_are_refused(translator: Translator) -> None:
    with pytest.raises(VocabularyError, match="give the same vectors and --max-vocab"):
        replace(translator, target=translator.target.first(50))


def test_opening_twice_gives_the_same(built: Path, translator: Translator) -> None:
    words = translator.source.words[:50]
    assert open_lexicon(built).translate(words, 3) == translator.translate(words, 3)
