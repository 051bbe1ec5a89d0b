"""Language codes: one spelling for each language, whatever a file calls it, and which codes mean one language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from isogloss.data.errors import VocabularyError
from isogloss.data.suggestions import alike

# Codes of two letters that another has replaced; all others stay as they are, and need no langcodes, which takes
# 0.06 CPU seconds to load (``tests/data/test_language.py`` compares all).
_TWO_LETTERS = re.compile("[a-z]{2}")
REPLACED = frozenset(("in", "iw", "ji", "jw", "mo", "sh", "tl"))

# The registered codes of two letters; ``tests/data/test_language.py`` compares them with the registry.
_USUAL = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw "
    "ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt "
    "my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm "
    "sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
USUAL = frozenset(_USUAL.split())

# The predominant member of each macrolanguage, which files call by either code: CLDR's aliases, and Norwegian Bokmål.
_MEMBERS = (
    "aju:jrb als:sq arb:ar ayr:ay azj:az bcc:bal bcl:bik bh:bho bxk:luy bxr:bua cld:syr cmn:zh cwd:cr dgo:doi "
    "dhd:mwr dik:din diq:zza ekk:et emk:man esk:ik fat:ak fuc:ff gaz:om gbo:grb gno:gon gug:gn gya:gba hdn:hai "
    "hea:hmn him:srx ike:iu khk:mn kmr:ku knc:kr kng:kg knn:kok kpv:kv lbk:bnc lvs:lv mhr:chm mnk:man mup:raj nb:no "
    "npi:ne ojg:oj ory:or pbu:ps pes:fa plt:mg pnb:lah quz:qu rmy:rom spy:kln src:sc swh:sw ttq:tmh tw:ak umu:del "
    "uzn:uz xpe:kpe xsl:den ydd:yi zai:zap zsm:ms zyb:za"
)
MACROLANGUAGE = dict(pair.split(":") for pair in _MEMBERS.split())


@cache
def language_code(name: str) -> str:
    """The BCP 47 code of a language: ``eng``, ``EN`` and ``en`` are all ``en``.

    Raises:
        VocabularyError: ``name`` is not the code of a language.
    """
    if name == "und" or (_TWO_LETTERS.fullmatch(name) and name not in REPLACED):
        return name
    import langcodes

    try:
        code = langcodes.standardize_tag(name.replace("_", "-"))
    except ValueError as error:
        raise VocabularyError(f"unknown language {name!r}, expected a BCP 47 code such as en, fr or sw") from error
    return code


def language_named(text: str, codes: Iterable[str] = ()) -> str:
    """The code of a language given by code or English name: ``eu``, ``eus`` and ``Basque`` are ``eu``.

    Raises:
        VocabularyError: There is no such language; the message names those of ``known`` that may be meant.
    """
    import langcodes

    try:
        code = language_code(text)
    except VocabularyError:
        code = ""
    if code and is_registered(code):
        return code
    try:
        return language_code(langcodes.find(text).to_tag())
    except LookupError:
        names = {language_name(code): code for code in codes}
        meant = {names[name]: name for name in alike(text.capitalize(), names)} or _spoken_in(text)
        hint = f"did you mean {', '.join(f'{code} ({name})' for code, name in meant.items())}?" if meant else ""
        raise VocabularyError(
            f"unknown language {text!r}, expected a code or a name such as eu or Basque; {hint}".removesuffix("; ")
        ) from None


def _spoken_in(place: str) -> dict[str, str]:
    """The main language of a country whose code was given for one, as ``jp`` for ``ja``."""
    import langcodes

    if not _TWO_LETTERS.fullmatch(place.lower()):
        return {}
    likely = langcodes.Language.get(f"und-{place.upper()}").maximize().language
    return {likely: language_name(likely)} if likely and likely != "und" else {}


def is_registered(code: str) -> bool:
    """Whether the parts of a code are in IANA's registry of languages: ``ja`` is, ``jp`` is not."""
    import langcodes

    return langcodes.Language.get(code).is_valid()


def matching_codes(requested: str, codes: Collection[str]) -> list[str]:
    """Those of ``codes`` that mean the language ``requested``, the most alike first.

    A macrolanguage and its predominant member are one language (``zh`` and ``cmn``), with and without a script or a
    region; where a script is requested, other scripts are left out.
    """
    same = [code for code in codes if macrolanguage(code) == macrolanguage(requested)]
    if same in ([], [requested]):
        return same
    script, usual = _script(requested), script_of(requested)
    unlike = {code: (code != requested, script_of(code) != usual, code.count("-"), code) for code in same}
    return sorted((code for code in same if not script or _script(code) in ("", script)), key=unlike.__getitem__)


def same_languages(requested: Collection[str], codes: Collection[str]) -> frozenset[str]:
    """Those of ``codes`` that are one of the languages ``asked`` for, whatever a file calls it.

    A macrolanguage and its predominant member are one (``zh`` and ``cmn``), in every script and region: what is left
    out under one code must not come in under another.
    """
    wanted = set(map(macrolanguage, requested))
    return frozenset(code for code in codes if macrolanguage(code) in wanted)


def script_of(code: str) -> str:
    """The script that a language is usually written in, by ISO 15924; empty where nobody knows."""
    import langcodes

    if macrolanguage(code) == "grc" and "-" not in code:
        return "Grek"  # CLDR has Cypriot, the oldest
    return langcodes.Language.get(code).maximize().script or ""


def language_name(code: str) -> str:
    """The English name of a language."""
    import langcodes

    return str(langcodes.Language.get(code).display_name())


def macrolanguage(code: str) -> str:
    """The macrolanguage of a code, or else its language, without script and region."""
    base = code.partition("-")[0]
    return MACROLANGUAGE.get(base, base)


def _script(code: str) -> str:
    """The script that a code names, by itself or by its region; empty where it leaves it open."""
    return script_of(code) if "-" in code else ""
