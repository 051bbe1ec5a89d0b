from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.data.numerics.calibration import calibration_error, reliability
from isogloss.data.numerics.thresholds import best_f1
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.cycles import density
from isogloss.kg.inference.ensemble import ABSENCE, fit
from isogloss.kg.inference.examples import Examples, halves
from isogloss.kg.inference.features import describe
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.otic import consult
from isogloss.kg.inference.paths import Candidates, find_candidates
from isogloss.kg.inference.pipeline import Inference, Prepared, graph_evidence, infer, prepare
from isogloss.kg.inference.prior import FEATURES, Prior, prior
from isogloss.kg.inference.settings import METHODS, Settings
from isogloss.kg.inference.translation_links import TranslationLinks, Weights
from isogloss.kg.inference.walks import walk

OPEN = Origin("open words", "CC0-1.0")
SHARED = Origin("shared words", "GPL-3.0-or-later")
LANGUAGES = ("de", "en", "es", "fr", "it")
SENSES = 240


def world(seed: int = 0) -> dict[str, list[str]]:
    """For each language, the word of every sense; three in ten words have the senses of another word as well."""
    random = np.random.default_rng(seed)
    words = {}
    for language in LANGUAGES:
        sense_of = np.where(random.random(SENSES) < 0.3, random.integers(0, SENSES, SENSES), np.arange(SENSES))
        words[language] = [f"{language}{number:03}" for number in sense_of.tolist()]
    return words


def meanings(source: str, target: str) -> set[tuple[str, str]]:
    return set(zip(*(world()[language] for language in (source, target)), strict=True))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """Five languages with dictionaries between any two but English and French."""
    path = tmp_path_factory.mktemp("many") / "graph.db"
    with open_graph(path, write=True) as graph:
        for number, source in enumerate(LANGUAGES):
            for target in LANGUAGES[number + 1 :]:
                if (source, target) != ("en", "fr"):
                    graph.add(Dictionary.of(source, target, sorted(meanings(source, target)), OPEN))
    with open_graph(path) as graph:
        yield graph


def precision(inference: Inference) -> float:
    """The share of inferred English and French pairs that share a sense."""
    return float(np.mean([(pair.source, pair.target) in meanings("en", "fr") for pair in inference.pairs]))


def graph_of(path: Path, *dictionaries: Dictionary) -> Graph:
    with open_graph(path, write=True) as graph:
        for dictionary in dictionaries:
            graph.add(dictionary)
    return open_graph(path)


def pairs(text: str) -> list[tuple[str, str]]:
    """``a-b c-d`` as pairs."""
    return [(one, other) for one, _, other in (part.partition("-") for part in text.split())]


def languages_of(graph: Graph, source: str, target: str) -> LanguagePair:
    translations = TranslationLinks.of(graph.store)
    return LanguagePair(translations, graph.language_number(source), graph.language_number(target))


def between(graph: Graph, source: str, target: str) -> Candidates:
    return find_candidates(languages_of(graph, source, target))


def own_examples(prepared: Prepared) -> list[Examples]:
    """Those of the two languages themselves."""
    return [split for split in prepared.training if split.described.candidates is prepared.described.candidates]


def words_of(candidates: Candidates) -> list[tuple[str, str]]:
    written = candidates.languages.translations.words
    return list(zip(written(candidates.source), written(candidates.target), strict=True))


def by_words(candidates: Candidates, values: Weights) -> dict[tuple[str, str], float]:
    return dict(zip(words_of(candidates), np.round(values, 6).tolist(), strict=True))


def test_one_time_inverse_consultation_is_the_share_of_common_pivots(tmp_path: Path) -> None:
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "fr", pairs("bank-banque bank-rive shore-rive"), OPEN),
        Dictionary.of("fr", "fi", pairs("banque-pankki rive-ranta rive-penkka"), OPEN),
    ) as graph:
        candidates = between(graph, "en", "fi")
        assert by_words(candidates, consult(candidates)) == {
            ("bank", "pankki"): round(2 / 3, 6),
            ("bank", "ranta"): round(2 / 3, 6),
            ("bank", "penkka"): round(2 / 3, 6),
            ("shore", "ranta"): 1.0,
            ("shore", "penkka"): 1.0,
        }


@pytest.mark.parametrize(
    ("dictionaries", "expected"),
    [
        ({"fr": "dog-chien", "de": ""}, 0.0),
        ({"fr": "dog-chien", "de": "dog-Hund"}, 4 / 6),
        ({"fr": "dog-chien", "de": "dog-Hund", "fr-de": "chien-Hund"}, 5 / 6),
        # dog – chien – koira – perro – Hund – dog, with no chord
        ({"fr": "dog-chien", "de": "dog-Hund", "es": "perro-koira", "de-es": "Hund-perro", "-de": ""}, 5 / 10),
        # with Hund – koira besides, there is a cycle of four that is denser
        ({"fr": "dog-chien", "de": "dog-Hund", "es": "perro-koira", "de-es": "Hund-perro"}, 4 / 6),
    ],
)
def test_the_densest_cycle_through_both_words_counts(
    tmp_path: Path, dictionaries: dict[str, str], expected: float
) -> None:
    german = "Hund-koira" if dictionaries["de"] and "-de" not in dictionaries else ""
    content = [
        Dictionary.of("en", "fr", pairs(dictionaries["fr"]), OPEN),
        Dictionary.of("fr", "fi", pairs("chien-koira"), OPEN),
        Dictionary.of("en", "de", [*pairs(dictionaries["de"]), ("x", "y")], OPEN),
        Dictionary.of("de", "fi", [*pairs(german), ("y", "z")], OPEN),
        Dictionary.of("fr", "de", pairs(dictionaries.get("fr-de", "")), OPEN),
        Dictionary.of("es", "fi", [*pairs(dictionaries.get("es", "")), ("q", "z")], OPEN),
        Dictionary.of("en", "es", pairs("x-q"), OPEN),
        Dictionary.of("de", "es", pairs(dictionaries.get("de-es", "")), OPEN),
    ]
    with graph_of(tmp_path / "g.db", *content) as graph:
        candidates = between(graph, "en", "fi")
        assert by_words(candidates, density(candidates))["dog", "koira"] == pytest.approx(expected, abs=1e-6)


def test_a_walker_chooses_among_the_translations_that_lead_on(tmp_path: Path) -> None:
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "fr", pairs("bank-banque bank-rive bank-nowhere"), OPEN),
        Dictionary.of("fr", "fi", pairs("banque-pankki rive-ranta rive-penkka"), OPEN),
    ) as graph:
        candidates = between(graph, "en", "fi")
        walks = walk(candidates)
        assert by_words(candidates, walks.forward) == {
            ("bank", "pankki"): 0.5,
            ("bank", "ranta"): 0.25,
            ("bank", "penkka"): 0.25,
        }
        assert set(walks.backward.tolist()) == {1.0}


def test_a_concept_that_says_all_three_words_is_no_path(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add_concepts(
            {"🐶": {"en": "dog", "fr": "chien", "fi": "koira"}, "🐱": {"fr": "chat", "fi": "kissa"}}, OPEN
        )
        graph.add(Dictionary.of("en", "fr", pairs("puss-chat"), SHARED))
        candidates = between(graph, "en", "fi")
        assert set(by_words(candidates, candidates.paths.strength)) == {("puss", "kissa")}
        assert candidates.languages.translations.licences_of(int(candidates.licences[0])) == [
            "CC0-1.0",
            "GPL-3.0-or-later",
        ]


def test_a_path_over_what_only_concepts_say_is_a_concept_s_however_many_say_it(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        graph.add_concepts({"🐶": {"en": "dog", "fr": "chien"}, "🐕": {"en": "dog", "fr": "chien"}}, OPEN)
        graph.add(Dictionary.of("fr", "fi", pairs("chien-koira"), SHARED))
        candidates = between(graph, "en", "fi")
        assert candidates.paths.concept.tolist() == [True]
        graph.add(Dictionary.of("en", "fr", pairs("dog-chien"), SHARED))
        candidates = between(graph, "en", "fi")
        assert candidates.paths.concept.tolist() == [False]


@pytest.mark.parametrize("method", METHODS)
def test_what_a_method_chooses_is_right_more_often_than_what_it_could_choose(many: Graph, method: str) -> None:
    chosen, every = (
        infer(many, "en", "fr", Settings(method=method)),
        infer(many, "en", "fr", Settings(method="walk", min_score=0)),
    )
    assert len(every.pairs) == every.candidates
    assert precision(chosen) >= precision(every)
    assert method == "otic" or precision(chosen) > 0.9


def test_what_a_source_states_is_not_inferred(many: Graph) -> None:
    inference = infer(many, "en", "de", Settings(method="walk", min_score=0))
    assert inference.pairs
    assert not {(pair.target, pair.source) for pair in inference.pairs} & meanings("de", "en")


def test_the_ensemble_finds_more_than_consultation_and_walks(many: Graph) -> None:
    gold = meanings("en", "fr")
    scores = {}
    for method in METHODS:
        inference = infer(many, "en", "fr", Settings(method=method)).pairs
        scores[method] = (
            2 * sum((pair.source, pair.target) in gold for pair in inference) / (len(inference) + len(gold))
        )
    assert scores["ensemble"] > max(scores["otic"], scores["walk"])
    assert scores["ensemble"] > 0.95


def test_probabilities_mean_what_they_say_for_words_not_seen(many: Graph) -> None:
    prepared = prepare(languages_of(many, "en", "de"))
    own = own_examples(prepared)
    seen, unseen = halves(own[0], np.random.default_rng(0))
    assert not set(seen.words.tolist()) & set(unseen.words.tolist())
    chances = fit([seen], prepared.described).probability(prepared.described)[unseen.rows]
    assert 0.1 < unseen.truth.mean() < 0.9
    assert calibration_error(chances, unseen.truth) <= 0.05


def test_a_tenth_of_a_dictionary_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    """Of wrong candidates a small dictionary knows few: what it lacks both words of is no example, and few are left."""
    ends = [(src, dst) for number, src in enumerate(LANGUAGES) for dst in LANGUAGES[number + 1 :]]
    others = [Dictionary.of(*pair, sorted(meanings(*pair)), OPEN) for pair in ends if pair != ("en", "fr")]
    words = sorted({source for source, _ in meanings("en", "fr")})[::10]
    part = Dictionary.of("en", "fr", sorted(pair for pair in meanings("en", "fr") if pair[0] in words), SHARED)
    with graph_of(tmp_path / "g.db", *others, part) as graph:
        prepared = prepare(languages_of(graph, "en", "fr"))
        (own,) = own_examples(prepared)
        candidates = prepared.described.candidates
        truth = np.array([pair in meanings("en", "fr") for pair in words_of(candidates)])
        unseen = prepared.new & ~np.isin(candidates.source, own.words)
        assert own.coverage < 0.15
        off = {
            complete: fit(prepared.training, prepared.described, full_coverage=complete).probability(
                prepared.described
            )[unseen]
            for complete in (0.0, 0.5)
        }
        gaps = {complete: float(chances.mean() - truth[unseen].mean()) for complete, chances in off.items()}
        assert gaps[0.0] > 2 * abs(gaps[0.5])
        assert abs(gaps[0.5]) < 0.05


def test_a_handful_of_own_words_moves_the_prior_a_little(tmp_path: Path) -> None:
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "de", [(f"a{n}", f"b{n}") for n in range(40)], OPEN),
        Dictionary.of("de", "fr", [(f"b{n}", f"c{n}") for n in range(40)], OPEN),
        Dictionary.of("en", "fr", [(f"a{n}", f"c{n + 20}") for n in range(3)] + [("a23", "c0"), ("a9", "c9")], SHARED),
    ) as graph:
        prepared = prepare(languages_of(graph, "en", "fr"))
        (own,) = own_examples(prepared)
        assert (len(own.rows), int(own.truth.sum()), own.enough) == (2, 1, False)
        alone = fit([], prepared.described).probability(prepared.described)
        moved = fit(prepared.training, prepared.described).probability(prepared.described)
        assert 0 < abs(moved - alone).max() < 0.2
        assert infer(graph, "en", "fr").check == {}


def test_a_pair_is_less_likely_where_a_dictionary_knows_both_words_and_does_not_have_it(tmp_path: Path) -> None:
    """All are joined alike; a dictionary has both words of the first, one of the second, none of the third."""
    pivots = [f"b{n}" for n in range(3)]
    ends = {
        language: [(f"{letter}{n}", pivots[n]) for n in range(3)] for language, letter in (("en", "a"), ("fr", "c"))
    }
    others = [Dictionary.of(language, "de", links, OPEN) for language, links in ends.items()]
    listed = Dictionary.of("en", "fr", pairs("a0-x y-c0 a1-z"), SHARED)
    with graph_of(tmp_path / "g.db", *others, listed) as graph:
        languages = languages_of(graph, "en", "fr")
        prepared = prepare(languages)
        scores, _ = prepared.scored("ensemble")
        absent = by_words(prepared.described.candidates, prepared.described.columns["absent"])
        assert absent == {("a0", "c0"): 1, ("a1", "c1"): 0, ("a2", "c2"): 0}
        chance = by_words(prepared.described.candidates, scores)
        assert chance["a0", "c0"] < chance["a1", "c1"] < chance["a2", "c2"]
        unmoved = replace(prepared.described, columns={**prepared.described.columns, "absent": np.zeros(3)})
        model = fit(prepared.training, prepared.described)
        odds = [
            model.probability(described) / (1 - model.probability(described))
            for described in (prepared.described, unmoved)
        ]
        assert np.allclose(odds[0] / odds[1], [np.exp(ABSENCE), 1, 1])
        assert np.exp(ABSENCE) < 0.5
        blind = prepare(languages.without_links()).scored("ensemble")[0]
        assert len(set(by_words(prepared.described.candidates, blind).values())) == 1


@pytest.mark.parametrize("method", METHODS)
def test_both_directions_infer_the_same(many: Graph, method: str) -> None:
    forth, back = infer(many, "en", "fr", Settings(method=method)), infer(many, "fr", "en", Settings(method=method))
    there = {(pair.source, pair.target): pair.score for pair in forth.pairs}
    here = {(pair.target, pair.source): pair.score for pair in back.pairs}
    assert here.keys() == there.keys()
    assert [here[key] for key in here] == pytest.approx([there[key] for key in here], abs=1e-5)


def test_an_inference_shows_in_one_line(many: Graph) -> None:
    inference = infer(many, "en", "fr")
    assert inference.check["reliability"]
    assert re.fullmatch(r"<Inference en-fr: [\d,]+ translations by ensemble, 0\.\d\d and above>", repr(inference))


def test_a_seed_makes_a_run_repeat_exactly(many: Graph) -> None:
    assert infer(many, "en", "fr", Settings(seed=3)).pairs == infer(many, "en", "fr", Settings(seed=3)).pairs


def test_a_source_that_is_left_out_says_nothing(tmp_path: Path) -> None:
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "fr", pairs("dog-chien"), OPEN),
        Dictionary.of("fr", "fi", pairs("chien-koira"), OPEN),
        Dictionary.of("en", "fi", pairs("dog-koira"), SHARED),
    ) as graph:
        assert infer(graph, "en", "fi", Settings(method="walk", min_score=0)).pairs == ()
        (pair,) = infer(graph, "en", "fi", Settings(method="walk", min_score=0, without=["shared words"])).pairs
        assert (pair.source, pair.target, pair.licence) == ("dog", "koira", "CC0-1.0")
        assert pair.evidence["paths"] == ["dog → chien (fr) → koira"]
        assert infer(graph, "en", "fi", Settings(method="walk", min_score=0, licences=["open"])).pairs == (pair,)


def test_what_others_support_is_blind_to_what_is_stated_of_the_two(tmp_path: Path) -> None:
    """A lexicon weighs it by known words, which may be stated in the same graph."""
    ends = [("en", "fr"), ("en", "es"), ("de", "fr"), ("de", "es"), ("de", "en")]
    others = [Dictionary.of(a, b, sorted(meanings(a, b))) for a, b in ends]
    direct = Dictionary.of("fr", "es", sorted(meanings("fr", "es")), Origin("direct"))
    support = []
    for name, content in (("without", others), ("with", [*others, direct])):
        with graph_of(tmp_path / f"{name}.db", *content) as graph:
            support.append({(pair.source, pair.target): pair.weight for pair in graph_evidence(graph, "fr", "es")})
    assert support[0] == support[1]
    assert len(support[0]) > 100
    assert all(0 <= chance <= 1 for chance in support[0].values())


def test_a_stored_edge_has_run_paths_and_the_strictest_licence(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary("en", "fr", (Pair("dog", "chien", 0.9), Pair("cat", "chat"))))
        graph.add(Dictionary.of("en", "fr", pairs("dog-chien cat-chat"), OPEN))
        graph.add(Dictionary.of("fr", "fi", pairs("chien-koira"), SHARED))
        graph.add(Dictionary.of("fr", "fi", pairs("chat-kissa"), OPEN))
        inference = infer(graph, "en", "fi", Settings(method="walk", min_score=0.0))
        assert inference.store(graph) == 2
    with open_graph(path) as graph:
        (best,) = graph.translate("dog", "en", "fi")
        (road,) = best.evidence
        (claim,) = road.steps[0].claims
        assert claim.run is not None
        assert (claim.run.method, claim.run.seed, claim.run.settings["to"]) == ("infer walk", 0, "fi")
        assert claim.evidence is not None
        assert claim.evidence["paths"] == ["dog → chien (fr) → koira"]
        assert (best.score, best.licence) == (claim.weight, "")  # nobody knows the licence of the first dictionary
        again = infer(graph, "en", "fi", Settings(method="walk", min_score=0.0))
        assert again.pairs == inference.pairs, "what was inferred does not count as known"
        assert len(graph.translate("dog", "en", "fi", via="fr")[0].evidence[0].steps) == 2
        with pytest.raises(GraphError, match="reading only"):
            inference.store(graph)


def test_what_cannot_be_inferred_is_refused_with_a_reason(tmp_path: Path) -> None:
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "fr", pairs("dog-chien"), OPEN),
        Dictionary.of("fr", "fi", pairs("chien-koira"), OPEN),
        Dictionary.of("sv", "eu", pairs("hund-txakur"), OPEN),
    ) as graph:
        with pytest.raises(VocabularyError, match="no word of another language joins en and eu"):
            infer(graph, "en", "eu")
        with pytest.raises(VocabularyError, match="no source is called 'FreeDict', expected one of 'open words'"):
            infer(graph, "en", "fi", Settings(without=["FreeDict"]))
        with pytest.raises(ValueError, match="expected one of otic, cycles, walk, ensemble"):
            infer(graph, "en", "fi", Settings(method="guess"))


def test_where_nothing_in_the_graph_teaches_other_dictionaries_have_taught(tmp_path: Path) -> None:
    clear, vague = "dog-chien cat-chat", "left-bon right-bon fine-bon fine-bien nice-bien"
    with graph_of(
        tmp_path / "g.db",
        Dictionary.of("en", "fr", pairs(f"{clear} {vague}"), OPEN),
        Dictionary.of("fr", "fi", pairs("chien-koira chat-kissa bon-hyvä bon-oikea bien-hyvin bien-hyvä"), OPEN),
    ) as graph:
        scores = {
            (pair.source, pair.target): pair.score for pair in infer(graph, "en", "fi", Settings(min_score=0)).pairs
        }
        assert scores["dog", "koira"] > scores["nice", "hyvin"] > scores["left", "oikea"]
        assert all(0 < score < 1 for score in scores.values())


def test_the_prior_survives_being_written() -> None:
    assert Prior.read(prior().written()) == prior()
    assert len(prior().weights) == 1 + 4 * len(FEATURES)
    assert len(prior().dictionaries) > 30


chances = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30)


@given(rows=chances, reach=st.floats(0.2, 1.0))
def test_no_threshold_is_better_than_the_best(rows: list[tuple[float, bool]], reach: float) -> None:
    score = np.array([row[0] for row in rows])
    truth = np.array([row[1] for row in rows], dtype=np.float64)

    def f1(threshold: float) -> float:
        taken = score >= threshold
        return float(2 * truth[taken].sum() / (taken.sum() + truth.sum() / reach)) if taken.any() else 0.0

    chosen = best_f1(score, truth, reach=reach).threshold
    assert f1(chosen) >= max(map(f1, score.tolist())) - 1e-12


@given(rows=chances)
def test_the_calibration_error_is_the_mean_gap_of_the_bins(rows: list[tuple[float, bool]]) -> None:
    chance, truth = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    bins = reliability(chance, truth)
    assert sum(bin_.cases for bin_ in bins) == len(rows)
    assert all(bin_.low <= bin_.promised <= bin_.high for bin_ in bins)
    error = calibration_error(chance, truth)
    assert abs(chance.mean() - truth.mean()) - 1e-9 <= error <= 1
    assert calibration_error(truth.astype(np.float64), truth) == 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_scores_are_chances_in_any_graph(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    random = np.random.default_rng(seed)
    links = [random.integers(0, 6, (2, 12)) for _ in range(5)]
    ends = [("en", "fr"), ("fr", "fi"), ("en", "de"), ("de", "fi"), ("fr", "de")]
    content = [
        Dictionary(a, b, tuple(Pair(f"{x}", f"{y}", 0.1 + 0.9 * float(random.random())) for x, y in columns.T.tolist()))
        for (a, b), columns in zip(ends, links, strict=True)
    ]
    with graph_of(tmp_path_factory.mktemp("any") / "g.db", *content) as graph:
        candidates = between(graph, "en", "fi")
        described = describe(candidates)
        for values in (described.otic, described.cycles, described.walks):
            assert ((values >= 0) & (values <= 1 + 1e-9)).all()
        assert all(np.isfinite(column).all() for column in described.columns.values())
        joined = {(a, c) for a, b in pairs_of(graph, "en", 0) for d, c in pairs_of(graph, "fi", 1) if b == d}
        assert set(by_words(candidates, described.otic)) == joined


def pairs_of(graph: Graph, language: str, side: int) -> set[tuple[str, str]]:
    """The pairs of a language with words of German and French, those named by language too."""
    pairs = set()
    for pivot in ("de", "fr"):
        for pair in graph.dictionary(language, pivot):
            row = pair.source, f"{pivot}:{pair.target}"
            pairs.add(row if side == 0 else row[::-1])
    return pairs
