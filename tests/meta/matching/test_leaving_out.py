"""Nothing of a language that is held out reaches a model, and a model says which dictionaries taught it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from isogloss.data.language import same_languages
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import open_graph
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.induction.pipeline import Settings, induce, training_data
from isogloss.lexicon.ranking.pretrained import pretrained_ranker
from isogloss.lexicon.ranking.teachers import Teacher, from_text, is_blind, to_text
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.meta.matching.prior import FILE, load
from isogloss.meta.matching.training_cases import training_cases
from isogloss.meta.tasks import TaskSpace
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.metatraining import meta_train
from tests.meta.matching.synthetic import QUICK, WORDS, pairs_of, table


def train(folder: Path, japanese: Vectors) -> bytes:
    """A model of English and French, made where there is Japanese as well."""
    english, french = table("en", 1), table("fr", 2)
    folder.mkdir()
    with open_graph(folder / "words.db", write=True) as graph:
        graph.add(pairs_of(english, french))
        graph.add(pairs_of(english, japanese))
    meta_train([english, french, japanese], folder / "words.db", hold_out="jpn", settings=QUICK, out=folder / "model")
    return (folder / "model" / FILE).read_bytes()


def test_a_model_is_the_same_to_the_byte_whatever_the_held_out_language_is(tmp_path: Path) -> None:
    japanese = table("ja", 3)
    noise = replace(table("ja", 4), matrix=np.random.default_rng(5).standard_normal((WORDS, 7)).astype(np.float32))
    assert train(tmp_path / "real", japanese) == train(tmp_path / "noise", noise)
    model = load(tmp_path / "real" / "model")
    assert model.held_out == ("ja",)
    assert model.ranker is not None
    assert list(map(str, model.teachers)) == ["CLDR en-fr", "CLDR fr-en"]


def test_macrolanguage_and_member_are_one_language() -> None:
    assert same_languages(["zh"], ["cmn", "zh-Hant", "yue", "ja"]) == {"cmn", "zh-Hant"}
    assert same_languages(["cmn"], ["zh"]) == {"zh"}
    assert same_languages(["nb"], ["no", "nn"]) == {"no"}


def test_a_language_held_out_by_one_code_is_not_read_by_another() -> None:
    english, french, chinese = table("en", 1), table("fr", 2), table("cmn", 3)
    tables = {vectors.language: vectors for vectors in (english, french, chinese)}
    dictionaries = {("en", "cmn"): pairs_of(english, chinese), ("en", "fr"): pairs_of(english, french)}
    cases = training_cases(dictionaries, tables, np.random.default_rng(0), held_out=("zh",))
    assert {(case.source, case.target) for case in cases} == {("en", "fr")}
    space = TaskSpace(dictionaries, Spaces(tables), held_out=frozenset({"zh"}))
    assert {(kind.source, kind.target) for kind in space.kinds} == {("en", "fr")}


class Blind(SimpleNamespace):
    """A prior without a ranker."""

    name = "matching prior of en, fi, fr"
    teachers = (Teacher("mine", "en", "fr"),)

    def ranker_for(self, space: Space) -> None: ...

    def third_languages(self, space: Space) -> tuple[ThirdLanguage, ...]:  # noqa: ARG002
        return ()

    def initial_pairs(self, *_: object, **__: object) -> Seeds:
        return Seeds.none()


RESOURCES = Resources(prior=Blind())


def test_a_blind_model_never_falls_back_to_a_ranker_that_saw_the_language() -> None:
    source, target = table("en", 1), table("ja", 3)
    data = training_data(Space.of(source, target, 5), pairs_of(source, target, 60), Settings(), RESOURCES)
    assert data.pretrained is None
    assert not data.method.reranked
    assert data.ranker_origin == "none: candidates in the order of CSLS"
    assert data.teachers == ["mine en-fr"]


def test_a_blind_model_may_use_the_bundled_ranker_for_a_language_that_neither_saw() -> None:
    source, target = table("en", 1), table("eu", 3)
    built = induce(source, target, pairs_of(source, target, 60), Settings(), RESOURCES)
    assert built.report["ranker"] == "pre-trained on en, fi, fr, ja"
    assert "FreeDict en-ja" in built.report["teachers"]


def test_the_bundled_ranker_names_its_teachers_and_they_are_read_again() -> None:
    teachers = pretrained_ranker().teachers
    assert Teacher("FreeDict", "en", "ja") in teachers
    assert not is_blind(teachers, ["ja"])
    assert is_blind(teachers, ["eu"])
    assert from_text(to_text(teachers)) == teachers
    with pytest.raises(ValueError, match="expected name, source and target"):
        from_text("[3]")
