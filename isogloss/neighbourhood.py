"""The guard against foreign packages that carry the generic names of ours."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

OURS = ("data", "kg", "lexicon", "meta")
HOME = Path(__file__).resolve().parent.parent


def check_packages(names: tuple[str, ...] = OURS, home: Path = HOME) -> None:
    """Make sure that ``import lexicon`` and its sisters find isogloss and nothing else.

    Raises:
        ImportError: One of ``names`` is missing beside ``isogloss`` or resolves elsewhere, as when dns-lexicon,
            which also installs a package ``lexicon``, comes first on the path.
    """
    for name in names:
        spec = find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != home / name / "__init__.py":
            raise ImportError(
                f"isogloss needs its own package '{name}' in {home} but found {found or 'none'}. Another distribution "
                f"or a folder named '{name}' is in the way: install isogloss in an environment of its own and start "
                "it from another folder."
            )
