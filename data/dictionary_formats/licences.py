"""SPDX names for the licences that dictionaries state in words or by a link."""

from __future__ import annotations

import re

_WORDS = (
    (r"(?<!Affero )(?<!Lesser )General Public License,? (?:ver\. |version )(\d)", "GPL-{}.0"),
    (r"Affero General Public License,? (?:ver\. |version )(\d)", "AGPL-{}.0"),
    (r"Attribution-Share ?Alike (\d\.\d)", "CC-BY-SA-{}"),
    (r"Attribution (\d\.\d)", "CC-BY-{}"),
)
_LINKS = (
    (r"gnu\.org/(?:copyleft|licenses)/(?:old-licenses/)?gpl-(\d)\.0", "GPL-{}.0"),
    (r"gnu\.org/licenses/agpl-(\d)\.0", "AGPL-{}.0"),
    (r"creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)", "CC-{}-{}"),
    (r"creativecommons\.org/publicdomain/zero/(\d\.\d)", "CC0-{}"),
)


def spdx(text: str) -> str:
    """The SPDX expression for what a dictionary says of its licence, empty where it is not understood."""
    terms = " ".join(text.split()).split("Published at:")[0].split('The "source form"')[0]
    later = "-or-later" if "any later version" in terms or "or later" in terms else "-only"
    return _named(_WORDS, terms, later) or _named(_LINKS, terms, later)


def _named(patterns: tuple[tuple[str, str], ...], terms: str, later: str) -> str:
    names = []
    for pattern, name in patterns:
        for match in re.finditer(pattern, terms, re.IGNORECASE):
            licence = name.format(*match.groups()).upper()
            names.append(licence + later if "GPL" in licence else licence)
    return " AND ".join(dict.fromkeys(names))
