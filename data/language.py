"""Language codes: one spelling for each language, whatever a file calls it."""

from __future__ import annotations

from functools import cache

from isogloss.data.errors import VocabularyError


@cache
def language_code(name: str) -> str:
    """The BCP 47 code of a language: ``eng``, ``EN`` and ``en`` are all ``en``.

    Raises:
        VocabularyError: ``name`` is not the code of a language.
    """
    import langcodes  # 0.05 CPU seconds, for nothing where a graph knows the code

    try:
        code = langcodes.standardize_tag(name.replace("_", "-"))
    except ValueError as error:
        raise VocabularyError(f"unknown language {name!r}, expected a BCP 47 code such as en, fr or sw") from error
    return code
