from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from isogloss.cli.meta.options import OF_THEIR_OWN
from isogloss.meta.training.settings import Settings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "meta-training.md"


def test_the_page_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| `(\S+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    settings = {name: value for name, value in asdict(Settings()).items() if name not in OF_THEIR_OWN}
    assert listed == {name: str(value).lower() for name, value in settings.items()}


def test_text_changes_settings_and_the_last_value_counts() -> None:
    texts = ("memory=4", "rotations=true", "seed_noise=0.1", "sampler=bandit", "memory=8")
    changed = Settings().updated(texts, ("memory", "rotations", "sampler", "seed_noise"))
    assert changed == Settings(memory=8, rotations=True, seed_noise=0.1, sampler="bandit")


def test_only_the_names_allowed_can_be_given() -> None:
    with pytest.raises(ValueError, match=r"'steps=5': expected NAME=VALUE with one of folds, memory"):
        Settings().updated(["steps=5"], {"memory", "folds"})


def test_a_value_out_of_range_or_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"language_dropout is 1, expected a number from 0 to 0.9"):
        Settings(language_dropout=1)
    with pytest.raises(ValueError, match=r"memory is 1.5, expected a whole number from 0 to 1e\+06"):
        Settings(memory=1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"outer_rate is nan, expected a number from 0 to 1e\+06"):
        Settings().updated(["outer_rate=nan"], ["outer_rate"])
