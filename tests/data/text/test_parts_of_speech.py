"""What dictionaries call a part of speech."""

from __future__ import annotations

import pytest

from isogloss.data.text.parts_of_speech import part_of_speech


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        *(("S", "NOUN"), ("s", "ADJ"), ("conv", "VERB"), ("adj.", "ADJ"), ("v. t.", "VERB"), ("PhrV", "VERB")),
        *(("interj", "INTJ"), ("proper_noun", "PROPN"), ("cop", "AUX"), ("prep.", "ADP"), ("phrase", ""), (".", "")),
    ],
)
def test_names_of_parts_of_speech_are_known_however_they_are_abbreviated(name: str, tag: str) -> None:
    assert part_of_speech(name) == tag
