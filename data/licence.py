"""Licences: how strict each is, and what may go out under a limit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import StrEnum


class LicenceClass(StrEnum):
    """How strict a licence is, mildest first. ``unknown`` counts as the strictest: nobody gave leave."""

    OPEN = "open"
    SHAREALIKE = "sharealike"
    NONCOMMERCIAL = "noncommercial"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """0 for the mildest class, 3 for the strictest."""
        return list(LicenceClass).index(self)


_OPEN = re.compile(
    r"(0BSD|Apache|Artistic|BlueOak|BSD|BSL|CC0|CC-BY-\d|CC-PDDC|EDL|ISC|LicenseRef-public-domain|MIT|NIST|ODC-By|PDDL|"
    r"PSF|Python|Unicode|Unlicense|WordNet|WTFPL|X11|Zlib)",
    re.IGNORECASE,
)
_SHAREALIKE = re.compile(
    r"(A?GPL|LGPL|CC-BY-SA|CDDL|CECILL|EPL|EUPL|FreeBSD-DOC-SA|GFDL|LicenseRef-GPL|MPL|ODbL|OSL)", re.IGNORECASE
)
_NONCOMMERCIAL = re.compile(r"(^|-)(NC|ND)(-|$)|NonCommercial", re.IGNORECASE)


def licence_class(expression: str) -> LicenceClass:
    """The class of an SPDX expression: ``A AND B`` is as strict as its strictest part, ``A OR B`` as its mildest.

    Brackets are not weighed: any ``AND`` outside counts first, which errs on the strict side.
    """
    expression = " ".join(expression.split()).strip("() ")
    allof = re.split(" AND ", expression, flags=re.IGNORECASE)
    if len(allof) > 1:
        return max((licence_class(part) for part in allof), key=lambda strictness: strictness.rank)
    anyof = re.split(" OR ", expression, flags=re.IGNORECASE)
    if len(anyof) > 1:
        return min((licence_class(part) for part in anyof), key=lambda strictness: strictness.rank)
    return _class_of_one(expression)


def _class_of_one(licence: str) -> LicenceClass:
    name = re.split(" WITH ", licence, flags=re.IGNORECASE)[0]
    if _NONCOMMERCIAL.search(name):
        return LicenceClass.NONCOMMERCIAL
    if _SHAREALIKE.match(name):
        return LicenceClass.SHAREALIKE
    return LicenceClass.OPEN if _OPEN.match(name) else LicenceClass.UNKNOWN


def strictest(licences: Iterable[str]) -> str:
    """The licence that binds something made from all of ``licences``: the strictest; equals are joined by AND."""
    distinct = sorted(set(licences))
    if not distinct:
        return ""
    top = max(licence_class(licence).rank for licence in distinct)
    binding = [licence for licence in distinct if licence_class(licence).rank == top]
    if "" in binding:
        return ""
    return binding[0] if len(binding) == 1 else " AND ".join(f"({x})" if " " in x else x for x in binding)


def permits(limit: Collection[str] | None, licence: str) -> bool:
    """Whether something under ``licence`` may be used within ``limit``; ``None`` permits everything.

    A limit names SPDX licences (exactly these) or classes (``sharealike`` lets open licences through as well).
    """
    if limit is None:
        return True
    names = {name.casefold() for name in limit}
    strictness = licence_class(licence).rank
    classes = [kind for kind in LicenceClass if kind.value in names]
    return licence.casefold() in names or any(strictness <= kind.rank for kind in classes)
