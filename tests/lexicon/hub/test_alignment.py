from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.alignment.maps import Alignment, Side
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.validation import Validation, validate
from isogloss.lexicon.alignment.vecmap import vecmap
from isogloss.lexicon.hub.alignment import Hub, align_many
from tests.conftest import Command

SIZE, D = 300, 20


def made(language: str, seed: int, noise: float) -> Vectors:
    """One language of a family: the same 300 meanings, turned at random, with noise of its own."""
    meanings = np.random.default_rng(0).standard_normal((SIZE, D))
    random = np.random.default_rng(seed)
    turned = meanings @ np.linalg.qr(random.standard_normal((D, D)))[0] + noise * random.standard_normal((SIZE, D))
    words = tuple(f"{language}{row}" for row in range(SIZE))
    return Vectors(language, words, turned.astype(np.float32))


def known(source: Vectors, target: Vectors, rows: Sequence[int]) -> Dictionary:
    pairs = [(source.words[row], target.words[row]) for row in rows]
    return Dictionary.of(source.language, target.language, pairs)


def judged(hub: Hub, source: Vectors, target: Vectors, rows: range) -> Validation:
    alignment = hub.alignment(source.language, target.language)
    unseen = Seeds(np.array(rows), np.array(rows))
    return validate(alignment.source(source.matrix), alignment.target(target.matrix), unseen)


@pytest.fixture(scope="module")
def family() -> tuple[Vectors, Vectors, Vectors]:
    return made("en", 1, 0.4), made("fr", 2, 0.4), made("fi", 3, 0.4)


def test_two_languages_are_laid_over_each_other_as_vecmap_does(family: tuple[Vectors, Vectors, Vectors]) -> None:
    english, french, _ = family
    pairs = known(english, french, range(200))
    way = align_many([english, french], [pairs], centring=1).alignment("en", "fr")
    x, y = (iterative_normalisation(vectors.matrix, rounds=1) for vectors in (english, french))
    maps = vecmap(x(english.matrix[:200]), y(french.matrix[:200]))
    expected = Alignment(Side(x, maps.source), Side(y, maps.target))
    cosines, expected_cosines = (
        alignment.source(english.matrix) @ alignment.target(french.matrix).T for alignment in (way, expected)
    )
    assert cosines == pytest.approx(expected_cosines, abs=1e-3)


@pytest.mark.parametrize("weighted", [True, False])
def test_a_pair_with_few_words_profits_from_what_its_languages_share_with_a_third(
    family: tuple[Vectors, Vectors, Vectors], weighted: bool
) -> None:
    english, french, finnish = family
    own = known(english, finnish, range(12))
    others = [known(english, french, range(100, 200)), known(french, finnish, range(20, 100))]
    alone = align_many([english, finnish], [own], weighted=weighted)
    jointly = align_many([english, french, finnish], [own, *others], weighted=weighted)
    unseen = range(200, SIZE)
    gain = judged(jointly, english, finnish, unseen).precision() - judged(alone, english, finnish, unseen).precision()
    assert gain > 0.3


def test_languages_without_a_dictionary_meet_through_a_third(family: tuple[Vectors, Vectors, Vectors]) -> None:
    english, french, finnish = family
    through = [known(english, french, range(150)), known(english, finnish, range(150))]
    hub = align_many(list(family), through)
    assert (hub.pairs, hub.chained) == ({("en", "fr"): 150, ("en", "fi"): 150}, {("fr", "fi"): 150})
    assert judged(hub, french, finnish, range(200, SIZE)).precision() > 0.8
    assert not align_many(list(family), through, chain=False).chained


def test_the_agreement_of_pairs_rises_from_round_to_round(family: tuple[Vectors, Vectors, Vectors]) -> None:
    english, french, finnish = family
    links = [
        known(english, french, range(60)),
        known(french, finnish, range(40, 120)),
        known(finnish, english, range(90, 150)),
    ]
    agreement = align_many(list(family), links, weighted=False).agreement
    assert len(agreement) > 1
    assert list(agreement) == sorted(agreement)


def test_both_directions_of_a_dictionary_count_together(family: tuple[Vectors, Vectors, Vectors]) -> None:
    english, french, _ = family
    hub = align_many([english, french], [known(english, french, range(50)), known(french, english, range(50, 80))])
    assert hub.pairs == {("en", "fr"): 80}


def test_a_language_that_nothing_links_is_refused(family: tuple[Vectors, Vectors, Vectors]) -> None:
    english, french, finnish = family
    pairs = known(english, french, range(50))
    with pytest.raises(VocabularyError, match="fi: found no dictionary that links it"):
        align_many([english, french, finnish], [pairs])
    with pytest.raises(VocabularyError, match="give those of de"):
        align_many([english, french], [pairs, Dictionary.of("en", "de", [("en1", "de1")])])
    with pytest.raises(VocabularyError, match="two languages or more, each once"):
        align_many([english, english], [pairs])
    with pytest.raises(VocabularyError, match="vectors of 20, 30 dimensions"):
        align_many([english, Vectors("fr", ("a",), np.ones((1, 30), np.float32))], [pairs])
    estonian = made("et", 4, 0.4)
    islands = [pairs, known(finnish, estonian, range(50))]
    with pytest.raises(VocabularyError, match="expected all languages to be linked"):
        align_many([*family, estonian], islands)


def test_hub_and_map_carry_the_sample_into_one_space(command: Command, tmp_path: Path) -> None:
    options: list[object] = []
    for language in ("en", "fr", "fi"):
        write_vectors(sample_vectors(language), tmp_path / f"{language}.safetensors")
        options += ["--vectors", f"{language}={tmp_path / language}.safetensors"]
    for other in ("fr", "fi"):
        pairs = sample_dictionary("en", other)
        text = "".join(f"{pair.source}\t{pair.target}\n" for pair in pairs)
        (tmp_path / f"en-{other}.tsv").write_text(text, encoding="utf-8")
        options += ["--dictionary", f"en-{other}={tmp_path}/en-{other}.tsv"]
    hub = tmp_path / "hub"
    result = command("lexicon", "hub", *options, "--out", hub)
    assert result.status == 0, result.err
    assert "through a third language: fr-fi" in result.err
    assert command("lexicon", "hub", *options, "--out", hub).status == 1
    for language in ("fr", "fi"):
        mapped = command("lexicon", "map", hub, "--language", language, "--out", tmp_path / f"{language}.vec")
        assert mapped.status == 0, mapped.err
    french, finnish = (read_vectors(tmp_path / f"{name}.vec", name) for name in ("fr", "fi"))
    pairs = sample_dictionary("fr", "fi").within(french, finnish)
    cosines = french.rows([pair.source for pair in pairs]) @ finnish.rows([pair.target for pair in pairs]).T
    assert cosines.diagonal().mean() > cosines.mean() + 0.2
    wrong = command("lexicon", "map", hub, "--language", "de", "--out", tmp_path / "de.vec")
    assert wrong.status == 1
    assert "expected one of the hub: en, fi, fr" in wrong.err
    assert command("lexicon", "hub", "--vectors", "en", "--dictionary", "x", "--out", hub).status == 2
