import pytest

from isogloss.data.text.tokens import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat's 2 mats!", ["the", "cat's", "2", "mats"]),
        ("'quoted' l’été", ["quoted", "l'été"]),
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("e\u0301te\u0301", ["été"]),
        (" — … ", []),
    ],
)
def test_text_is_divided_into_words(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
