from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import torch

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError, OutputError, VocabularyError
from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.tensors import read_tensors, write_tensors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.meta.learners import LEARNERS, Episode
from isogloss.meta.new_language.adaptation import adapt_to_language
from isogloss.meta.new_language.evaluation import METHODS, Sampling, leave_one_out
from isogloss.meta.new_language.lexicon_file import write_lexicon
from isogloss.meta.tasks import TaskSpace
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import FILE, Checkpoint, load, save
from isogloss.meta.training.outer_loop import PRECISION
from isogloss.meta.training.prepared import Prepared
from isogloss.meta.training.run import Checkpointing, begin, best_stop, finish, run_training
from isogloss.meta.training.settings import Settings
from tests.meta.conftest import SMALL, small

Item = TypeVar("Item")


def same(a: Checkpoint, b: Checkpoint) -> bool:
    parts = [(a.state.weights, b.state.weights), (a.state.moments.first, b.state.moments.first)]
    parts.append((a.state.moments.second, b.state.moments.second))
    parts.append((a.state.memo, b.state.memo))
    parts.append((dict(a.state.memory.values or {}), dict(b.state.memory.values or {})))
    parts.append(({"keys": a.state.memory.keys}, {"keys": b.state.memory.keys}))
    tensors = all(x.keys() == y.keys() and all(bits(x[name]) == bits(y[name]) for name in x) for x, y in parts)
    memories = a.state.memory.report() == b.state.memory.report() and a.state.memory.clock == b.state.memory.clock
    return tensors and memories and torch.equal(a.state.generator, b.state.generator) and a.history == b.history


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().numpy().tobytes()


EVERYTHING = replace(SMALL, memory=3, sampler="bandit", weighting="learned", language_dropout=0.3, proximity=0.1)


@pytest.mark.parametrize(
    "settings",
    [
        *(replace(SMALL, learner=learner) for learner in ("maml", "reptile")),
        *(replace(EVERYTHING, learner=learner, check_every=2) for learner in LEARNERS),
    ],
    ids=lambda settings: f"{settings.learner}{' with everything' if settings.memory else ''}",
)
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(
    settings: Settings, episodes: tuple[Episode, ...], tmp_path: Path
) -> None:
    watched = episodes[:1]
    whole = finish(begin(episodes, settings), episodes, watched=watched)
    part = finish(begin(episodes, replace(settings, steps=2)), episodes, watched=watched)
    save(part, tmp_path)
    resumed = finish(replace(load(tmp_path), settings=settings), episodes, watched=watched)
    assert whole.state.number == resumed.state.number == SMALL.steps
    assert same(whole, resumed)
    assert not same(whole, part)
    assert (len(whole.state.memory) > 0) == (settings.memory > 0)


def test_a_memory_changes_where_tasks_start_and_what_is_learned(episodes: tuple[Episode, ...]) -> None:
    with_memory, without = (finish(begin(episodes, replace(SMALL, memory=k)), episodes) for k in (8, 0))
    assert not same(with_memory, without)
    start, reading = with_memory.start(episodes[0].descriptor)
    assert reading.sources
    assert any(not torch.equal(start[name], with_memory.state.weights[name]) for name in start)
    assert without.start(episodes[0].descriptor) == (without.state.weights, ({}, ()))


def test_a_watched_language_is_told_of_and_not_trained_on(space: TaskSpace) -> None:
    settings = replace(SMALL, watched=("fi",), check_every=3)
    trained = run_training(space, settings)
    assert trained.languages == ("en", "fr")
    assert trained.held_out == ("fi",)
    measured = [step for step in trained.history if PRECISION in step]
    assert len(measured) == 2
    assert all(0 <= step[PRECISION] <= 1 for step in measured)
    held_out = run_training(replace(space, held_out=frozenset({"fi"})), replace(settings, watched=()))
    weights = trained.state.weights
    assert all(torch.equal(weights[name], held_out.state.weights[name]) for name in weights)


def test_folds_over_languages_choose_a_number_of_steps(episodes: tuple[Episode, ...]) -> None:
    settings = replace(SMALL, steps=6, folds=3, check_every=2)
    pairs = ("en", "fi"), ("fi", "fr"), ("fr", "en")
    mapping = next(episode for episode in episodes if episode.family == "word-mapping")
    every = tuple(replace(mapping, languages=pair) for pair in pairs)
    assert best_stop(every, settings) in (2, 4, 6)
    with pytest.raises(VocabularyError, match="train without folds"):
        best_stop(every[:1], settings)


def test_a_classifier_of_words_is_trained_kept_and_resumed(tmp_path: Path) -> None:
    pairs = {pair: sample_dictionary(*pair) for pair in (("en", "fr"), ("fr", "en"))}
    space = TaskSpace(pairs, Spaces({language: sample_vectors(language) for language in ("en", "fr")}))
    settings = Settings(model="words", learner="ridge", steps=4, episodes=6, memory=4, rotations=True, seed_noise=0.1)
    whole = run_training(space, settings)
    run_training(space, replace(settings, steps=2), checkpoints=Checkpointing(tmp_path))
    assert same(run_training(space, settings, checkpoints=Checkpointing(tmp_path, resume=True)), whole)
    with pytest.raises(CheckpointError, match="--model ranker"):
        load(tmp_path).ranker()


def test_a_kept_run_can_be_resumed_and_is_not_overwritten(space: TaskSpace, tmp_path: Path) -> None:
    whole = run_training(space, SMALL)
    run_training(space, replace(SMALL, steps=3), checkpoints=Checkpointing(tmp_path, every=2))
    assert load(tmp_path).state.number == 3
    with pytest.raises(OutputError, match="--force"):
        run_training(space, SMALL, checkpoints=Checkpointing(tmp_path))
    assert same(run_training(space, SMALL, checkpoints=Checkpointing(tmp_path, resume=True)), whole)
    assert same(load(tmp_path), whole)


def test_training_lowers_the_loss(episodes: tuple[Episode, ...]) -> None:
    settings = replace(SMALL, steps=60)
    losses = [
        step["word-mapping"] for step in finish(begin(episodes, settings), episodes).history if "word-mapping" in step
    ]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_the_same_seed_gives_the_same_model(episodes: tuple[Episode, ...]) -> None:
    first, second, other = (
        finish(begin(episodes, replace(SMALL, seed=seed)), episodes) for seed in (SMALL.seed, SMALL.seed, 99)
    )
    assert same(first, second)
    assert not same(first, other)


def test_an_interrupted_run_keeps_its_last_step(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    def stop(step: object) -> None:
        if getattr(step, "number", 0) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(begin(episodes, SMALL), episodes, checkpoints=Checkpointing(tmp_path, every=100), watch=stop)
    assert load(tmp_path).state.number == 4


def test_a_run_of_other_settings_or_inputs_is_not_continued(
    space: TaskSpace, episodes: tuple[Episode, ...], tmp_path: Path
) -> None:
    made = finish(begin(episodes, SMALL), episodes)
    save(replace(made, inputs="of others"), tmp_path)
    resume = Checkpointing(tmp_path, resume=True)
    with pytest.raises(CheckpointError, match=r"a run with hidden \d+ \(now 9\); give"):
        run_training(space, replace(SMALL, hidden=9), checkpoints=resume)
    with pytest.raises(CheckpointError, match="other vectors or dictionaries"):
        run_training(space, SMALL, checkpoints=resume)


def test_a_damaged_checkpoint_is_refused(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="found no file"):
        load(tmp_path)
    save(begin(episodes, SMALL), tmp_path)
    file = tmp_path / FILE
    whole = file.read_bytes()
    for broken in (whole[:-10], whole[:100], b"", b"not a checkpoint at all", b"\xff" * 64):
        file.write_bytes(broken)
        with pytest.raises(CheckpointError, match="damaged"):
            load(tmp_path)
    file.write_bytes(whole)
    assert load(file).state.number == 0


def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, tmp_path / FILE)
    with pytest.raises(CheckpointError, match="found format None"):
        load(tmp_path)
    save_file({"a": torch.zeros(1)}, tmp_path / FILE, metadata={"isogloss": '{"format": "isogloss meta 2"}'})
    with pytest.raises(CheckpointError):
        load(tmp_path)


@pytest.fixture(scope="module")
def trained(episodes: tuple[Episode, ...]) -> Checkpoint:
    settings = replace(SMALL, steps=60)
    return finish(begin(episodes, settings, languages=("en", "fi", "fr")), episodes)


def test_a_model_translates_a_language_it_never_saw(trained: Checkpoint, tmp_path: Path) -> None:
    gold = sample_dictionary("en", "ja").lowercased()
    english, japanese = (
        small(code, set(words)) for code, words in (("en", gold.by_source), ("ja", gold.reversed().by_source))
    )
    usable = gold.within(english, japanese)
    words = list(usable.by_source)
    seeds = Dictionary.of("en", "ja", [(word, usable.by_source[word][0]) for word in words[::3]])
    adapted = adapt_to_language(trained, english, japanese, seeds)
    queries = [word for word in words if word not in seeds.by_source]
    translations = adapted.translate([*queries, words[0]])
    assert translations.origin.kind == "induced"
    assert all(0 <= pair.weight <= 1 for pair in translations)
    assert translations.by_source[words[0]] == (usable.by_source[words[0]][0],)  # a seed comes back as it was given
    right = sum(translations.by_source[word][0] in usable.by_source[word] for word in queries) / len(queries)
    assert right > 0.25  # by chance it would be 1 in 500
    sure = [pair for pair in translations if pair.weight > 0.5 and pair.source in set(queries)]
    assert sum(pair.target in usable.by_source[pair.source] for pair in sure) / len(sure) > right
    write_lexicon(translations, tmp_path / "lexicon.tsv")
    assert len((tmp_path / "lexicon.tsv").read_text("utf-8").splitlines()) == len(translations) + 1
    with pytest.raises(OutputError):
        write_lexicon(translations, tmp_path / "lexicon.tsv")


def test_adaptation_refuses_what_cannot_work(trained: Checkpoint, vectors: dict[str, Vectors]) -> None:
    english, french = vectors["en"], vectors["fr"]
    few = Dictionary.of("en", "fr", [("cat", "chat"), ("dog", "chien")])
    with pytest.raises(VocabularyError, match="usable seed words"):
        adapt_to_language(trained, english, french, few)
    short = Vectors("fr", french.words, french.matrix[:, :30])
    with pytest.raises(VocabularyError, match="dimensions"):
        adapt_to_language(trained, english, short, sample_dictionary("en", "fr"))


def test_an_evaluation_compares_all_methods_on_the_same_words(space: TaskSpace) -> None:
    evaluation = leave_one_out(space, SMALL, Sampling((15,), 1, 60), languages=("fr",))
    (row,) = evaluation.rows
    assert (row.held_out, row.target, row.seeds) == ("fr", "fr", 15)
    assert 30 <= row.questions <= 60
    assert set(row.precision) == set(METHODS)
    assert row.precision["self_learning_profiles"] > row.precision["procrustes"]
    gain = row.gain["procrustes"]
    assert gain.low <= gain.mean <= gain.high
    assert gain.mean == pytest.approx(row.precision["adapted"] - row.precision["procrustes"])
    assert str(evaluation).startswith("held out\tpair\tseeds")


def test_a_killed_training_leaves_a_whole_checkpoint_and_resumes_to_the_same_model(
    tmp_path: Path, vectors: dict[str, Vectors]
) -> None:
    files = {language: tmp_path / f"{language}.safetensors" for language in ("en", "fr")}
    for language, file in files.items():
        write_vectors(vectors[language], file)
    read = {language: read_vectors(file, language) for language, file in files.items()}
    pairs = {pair: sample_dictionary(*pair) for pair in (("en", "fr"), ("fr", "en"))}
    space, settings = TaskSpace(pairs, Spaces(read, Settings.vocabulary)), Settings(steps=5, episodes=2)
    killed = tmp_path / "killed"
    run_training(space, settings, checkpoints=Checkpointing(killed))
    before = (killed / FILE).read_bytes()
    command = [
        sys.executable,
        "-c",
        "from isogloss.cli import main; main()",
        "meta",
        "ranker",
        "train",
        "--out",
        str(killed),
    ]
    command += [part for language, file in files.items() for part in ("--vectors", f"{language}={file}")]
    command += ["--episodes", "2", "--steps", "100000", "--every", "5", "--resume", "--cache", str(tmp_path / "cache")]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 120
    while (killed / FILE).read_bytes() == before and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    reached = load(killed).state.number  # whole, whenever the signal came
    assert reached > 5
    assert reached % 5 == 0
    goal = replace(settings, steps=reached + 5)
    resumed = run_training(space, goal, checkpoints=Checkpointing(killed, resume=True))
    assert same(resumed, run_training(space, goal))


def test_a_run_is_the_same_to_the_bit_whatever_the_number_of_threads(vectors: dict[str, Vectors]) -> None:
    space = TaskSpace({("en", "fr"): sample_dictionary("en", "fr")}, Spaces(vectors, Settings.vocabulary))
    runs, before = [], torch.get_num_threads()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            runs.append(run_training(space, Settings(steps=20, episodes=2)))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert all(same(runs[0], run) for run in runs[1:])


def test_the_settings_of_a_run_come_back(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    save(begin(episodes, SMALL), tmp_path)
    assert load(tmp_path).settings == SMALL
    assert isinstance(load(tmp_path).settings, Settings)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[(name, 10**9) for name in ("inner_steps", "hidden", "episodes", "ways", "folds", "memory", "vocabulary")],
        *[("learner", "nope"), ("inner_rate", "fast"), ("rotations", 7), ("families", [1]), ("seed", 10**30)],
    ],
)
def test_settings_that_somebody_changed_are_refused(
    episodes: tuple[Episode, ...], tmp_path: Path, setting: str, value: object
) -> None:
    save(begin(episodes, SMALL), tmp_path)
    arrays, metadata = read_tensors(tmp_path / FILE, expected="a model")
    described = json.loads(metadata["isogloss"])
    described["settings"][setting] = value
    write_tensors(tmp_path / FILE, arrays, {"isogloss": json.dumps(described)})
    with pytest.raises(CheckpointError, match=rf"model\.safetensors: .*{setting} is .*make it again with: "):
        load(tmp_path)


def test_a_model_that_was_changed_or_blew_up_is_refused(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    made = begin(episodes, SMALL)
    save(made, tmp_path)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[-9] ^= 4
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(CheckpointError, match="changed since the file was written"):
        load(tmp_path)
    name, weight = next(iter(made.state.weights.items()))
    blown = replace(made.state, weights={**made.state.weights, name: torch.full_like(weight, torch.nan)})
    save(replace(made, state=blown), tmp_path)
    with pytest.raises(CheckpointError, match="numbers that are not finite"):
        load(tmp_path)


def test_weights_of_another_network_are_refused(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    made = begin(episodes, SMALL)
    save(replace(made, settings=replace(SMALL, hidden=9)), tmp_path)
    with pytest.raises(CheckpointError, match=r"weights of .*float32 \(8, \d+\).* for a network of"):
        load(tmp_path)


def test_a_run_that_is_interrupted_while_it_prepares_keeps_its_tasks_until_it_ends(
    space: TaskSpace, episodes: tuple[Episode, ...], tmp_path: Path
) -> None:
    def stopping(items: Iterable[Item], description: str, total: int | None = None) -> Iterator[Item]:  # noqa: ARG001
        for number, item in enumerate(items):
            if (description, number) == ("Preparing tasks", 2):
                raise KeyboardInterrupt
            yield item

    checkpoints = Checkpointing(tmp_path, resume=True)
    with pytest.raises(KeyboardInterrupt):
        run_training(space, SMALL, checkpoints=checkpoints, progress=stopping)
    made: list[int] = []

    def again(number: int) -> Episode:
        made.append(number)
        return episodes[number]

    assert len(Prepared.of(tmp_path, space, SMALL).tasks(range(len(episodes)), again)) == len(episodes)
    assert made == list(range(2, len(episodes)))
    resumed = run_training(space, SMALL, checkpoints=checkpoints)
    assert same(resumed, finish(begin(episodes, SMALL), episodes))
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_prepared_tasks_of_other_settings_are_prepared_anew(
    space: TaskSpace, episodes: tuple[Episode, ...], tmp_path: Path
) -> None:
    numbers = range(len(episodes))
    Prepared.of(tmp_path, space, SMALL).tasks(numbers, episodes.__getitem__)

    def none(number: int) -> Episode:
        raise AssertionError(f"task {number} is prepared again")

    kept = Prepared.of(tmp_path, space, replace(SMALL, steps=99)).tasks(numbers, none)
    assert all(torch.equal(a.query.x, b.query.x) for a, b in zip(kept, episodes, strict=True))
    with pytest.raises(AssertionError, match="task 0 is prepared again"):
        Prepared.of(tmp_path, space, replace(SMALL, seed=99)).tasks(numbers, none)
