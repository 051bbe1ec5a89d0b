from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.presets import METHODS, Method
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import validate


@pytest.mark.parametrize(
    "method", [method for method in METHODS.values() if not method.corrected], ids=lambda method: method.name
)
def test_every_map_carries_words_that_it_never_saw(
    english: Vectors, french: Vectors, english_french: Dictionary, method: Method
) -> None:
    training, unseen = english_french.split(0.3, seed=0)
    space = Space.of(english, french, method.centring)
    maps = method.maps(space.x, space.y, Seeds.of(training, english, french))
    validation = validate(*space.mapped(maps), Seeds.of(unseen, english, french))
    assert validation.precision() > 0.45
    assert maps.source.dtype == maps.target.dtype == np.float32


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_every_method_names_its_paper(method: Method) -> None:
    assert method.paper
