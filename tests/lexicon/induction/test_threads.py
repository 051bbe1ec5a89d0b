"""A lexicon that threads share translates for each as it does for one."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from isogloss.data.translation import Translations
from isogloss.lexicon.induction.translator import Translator

THREADS, QUESTIONS = 8, 25


def fresh(translator: Translator) -> Translator:
    """One that has made nothing yet of what it makes when it is first asked."""
    return Translator(translator.model, translator.source, translator.target)


def asked(translator: Translator, seed: int) -> list[Translations]:
    chance = random.Random(seed)
    answers: list[Translations] = []
    for _ in range(QUESTIONS):
        word = chance.choice(translator.source.words)
        phrase = f"{word} {chance.choice(translator.source.words)}"  # is not in the lists, so it is searched for
        answers += translator.translate([word, word.upper(), phrase], 5).values()
    return answers


def test_eight_threads_get_the_translations_that_one_gets(translator: Translator) -> None:
    alone = [asked(fresh(translator), seed) for seed in range(THREADS)]
    shared, barrier = fresh(translator), Barrier(THREADS)

    def work(seed: int) -> list[Translations]:
        barrier.wait()
        return asked(shared, seed)

    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(work, range(THREADS)))
    assert together == alone
    assert sum(bool(translations) for answers in alone for translations in answers) > THREADS * QUESTIONS
