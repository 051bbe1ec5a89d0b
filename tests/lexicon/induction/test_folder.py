from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from isogloss.data.errors import FormatError, OutputError, VocabularyError
from isogloss.data.reading import read_dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.induction.folder import save
from isogloss.lexicon.induction.pipeline import Induction
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import build_lexicon, open_lexicon
from tests.lexicon.conftest import QUICK, Files


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "copy"))


def test_it_holds_the_dictionary_the_model_the_account_and_the_vectors_it_belongs_to(built: Path) -> None:
    names = {file.name for file in built.iterdir()}
    assert {"lexicon.tsv", "model.safetensors", "report.json", "vectors.json"} <= names


def test_others_may_read_it_as_far_as_the_user_lets_them(built: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    assert {stat.S_IMODE(file.stat().st_mode) for file in built.iterdir()} == {0o666 & ~mask}


def test_the_dictionary_reads_back_as_one(built: Path, induction: Induction) -> None:
    read = read_dictionary(built / "lexicon.tsv", "en", "fr")
    assert [(pair.source, pair.target) for pair in read] == [
        (entry.source, entry.target) for entry in induction.entries
    ]


def test_the_report_says_what_went_in_and_how_well_it_went(built: Path, files: Files) -> None:
    report = json.loads((built / "report.json").read_text("utf-8"))
    seeds = len(files.seeds.read_text("utf-8").splitlines())
    assert report["seeds"]["pairs_given"] == report["seeds"]["pairs_used"] == seeds
    assert report["seeds"]["words_used"] <= seeds
    assert report["held_out"]["linear"]["precision_at_1"] > 0.5
    assert (report["method"], report["calibration_error"] < 0.1) == ("procrustes", True)
    assert report["pairs"] == len((built / "lexicon.tsv").read_text("utf-8").splitlines()) - 1
    assert report["settings"]["method"] == "procrustes"
    assert report["peak_memory_mb"] > 50


@pytest.mark.parametrize("kept", [0, 7, 1000, -1])
def test_a_truncated_model_is_refused(copy: Path, kept: int) -> None:
    model = copy / "model.safetensors"
    model.write_bytes(model.read_bytes()[:kept])
    with pytest.raises(FormatError, match=r"model\.safetensors: .* build it again"):
        open_lexicon(copy)


def test_a_model_without_one_of_its_tensors_is_refused(copy: Path) -> None:
    tensors = load_file(copy / "model.safetensors")
    del tensors["source_map"]
    save_file(tensors, copy / "model.safetensors")
    with pytest.raises(FormatError, match="model of a built lexicon"):
        open_lexicon(copy)


def test_a_model_of_an_earlier_version_has_no_optimism(copy: Path, translator: Translator) -> None:
    tensors = load_file(copy / "model.safetensors")
    assert tensors.pop("optimism").shape == (len(translator.source),)
    save_file(tensors, copy / "model.safetensors")
    earlier = open_lexicon(copy).translator
    assert not earlier.model.optimism.any()
    assert earlier.translate(["water"], 1) == translator.translate(["water"], 1)  # all its pairs are seeds


def test_a_model_of_other_words_is_refused(copy: Path) -> None:
    tensors = load_file(copy / "model.safetensors")
    tensors["optimism"] = np.append(tensors["optimism"], np.float32(0))
    save_file(tensors, copy / "model.safetensors")
    with pytest.raises(VocabularyError, match="a model for other en and fr vectors"):
        open_lexicon(copy).translate(["water"])


@pytest.mark.parametrize("name", ["model.safetensors", "vectors.json"])
def test_a_folder_without_one_of_its_files_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(FormatError, match=name):
        open_lexicon(copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"source": 1}', '{"source": {"language"'])
def test_a_damaged_reference_to_the_vectors_is_refused(copy: Path, text: str) -> None:
    (copy / "vectors.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"vectors\.json: "):
        open_lexicon(copy)


def test_moved_vectors_are_found_where_they_are_now(
    copy: Path, files: Files, translator: Translator, tmp_path: Path
) -> None:
    moved = Path(shutil.copy(files.source, tmp_path / "moved.vec"))
    assert open_lexicon(copy, source_vectors=moved).translate(["water"], 3) == translator.translate(["water"], 3)


def test_vectors_that_have_changed_since_are_refused(copy: Path, files: Files, tmp_path: Path) -> None:
    changed = tmp_path / "changed.vec"
    changed.write_text(files.source.read_text("utf-8").replace("0.1", "0.2", 1), encoding="utf-8")
    with pytest.raises(FormatError, match="build again"):
        open_lexicon(copy, source_vectors=changed)


def test_vectors_from_no_file_are_saved_with_the_lexicon(
    source: Vectors, target: Vectors, induction: Induction, tmp_path: Path
) -> None:
    bare = Vectors("en", source.words, source.matrix)
    save(induction, bare, target, tmp_path / "bare")
    moved = (tmp_path / "bare").rename(tmp_path / "moved")
    opened = open_lexicon(moved)
    assert opened.translator.source.words == source.words
    assert np.array_equal(opened.translator.source.matrix, source.matrix)
    assert (
        opened.translate("water", 3).words
        == Translator(induction.model, source, target).translate(["water"], 3)["water"].words
    )


def test_what_is_there_is_not_overwritten(source: Vectors, target: Vectors, files: Files, copy: Path) -> None:
    before = {file.name: file.read_bytes() for file in copy.iterdir()}
    with pytest.raises(OutputError, match="--force"):
        build_lexicon(source, target, files.seeds, out=copy, method=QUICK.method)
    assert {file.name: file.read_bytes() for file in copy.iterdir()} == before
