from __future__ import annotations

import pytest

from isogloss.data.errors import VocabularyError
from isogloss.lexicon.evaluation.sentences import retrieve_sentences
from isogloss.lexicon.induction.translator import Translator


@pytest.fixture(scope="module")
def pairs(translator: Translator) -> list[tuple[str, str]]:
    """Sixty words and what the translator says of them, each said of one word only."""
    translations = translator.translate(translator.source.words[100:200], 1)
    other = {answers[0].word: word for word, answers in translations.items()}
    return [(word, translation) for translation, word in other.items()][:60]


def test_rare_words_decide_where_they_weigh_more(translator: Translator, pairs: list[tuple[str, str]]) -> None:
    (a, x), (b, y), *others = pairs
    source, target = (
        [f"{common} {pair[side]}" for pair in others] for side, common in ((0, f"{a} {b}"), (1, f"{x} {y}"))
    )
    mean, idf = (retrieve_sentences(translator, source, target, weighting=kind) for kind in ("mean", "idf"))
    assert idf.forward.precision_at_1 >= mean.forward.precision_at_1
    assert idf.forward.precision_at_1 > 0.9


def test_repeated_and_unknown_sentences_are_left_out(translator: Translator, pairs: list[tuple[str, str]]) -> None:
    source = [*(word for word, _ in pairs), pairs[0][0], "", "zyzzyva"]
    target = [*(translation for _, translation in pairs), "eau", "feu", "eau"]
    retrieval = retrieve_sentences(translator, source, target)
    assert retrieval.sentences == len(pairs)
    assert retrieval.coverage == pytest.approx(len(pairs) / len(source))


def test_too_few_sentences_are_refused(translator: Translator) -> None:
    with pytest.raises(VocabularyError, match="found 1 of 2 sentence pairs"):
        retrieve_sentences(translator, ["water", "zyzzyva"], ["eau", "feu"])
