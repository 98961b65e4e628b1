"""certfleet called by a script that is being rehearsed: the workspace is out of its reach."""

from __future__ import annotations

import os
from pathlib import Path

from ...store.errors import Refusal

VARIABLE = "CERTFLEET_REHEARSED"
"""In the environment of the script: the workspaces that it doesn't get, one a line."""


def refuse_rehearsed(path: Path) -> None:
    """Refuse with ``in-rehearsal`` the workspace of the rehearsal that this process belongs to: what is done there
    would be done in earnest."""
    kept = [Path(one) for one in os.environ.get(VARIABLE, "").split("\n") if one]
    if kept and path.resolve() in (one.resolve() for one in kept):
        raise Refusal(
            "in-rehearsal",
            "this script is being rehearsed, and the workspace is out of its reach: it would be changed in earnest",
            "The script works with the server at CERTFLEET_URL. `--dry-run` tries a command of certfleet.",
        )
