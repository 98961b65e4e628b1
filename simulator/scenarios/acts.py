"""What counts as an act of a person."""

from __future__ import annotations

from ...store.model.audit import AuditLine
from ..plans.from_audit import FOLLOWS

_NOT_AN_ACT = ("scenario.", "moment.", "workspace.", "account.", "delivery.", "vault.", "plan.", "simulation.control")


def is_an_act(line: AuditLine) -> bool:
    """Whether a person did it, and it didn't follow from something else."""
    follows = line.action in FOLLOWS or "with the chain of" in line.summary
    return not follows and not line.action.startswith(_NOT_AN_ACT)
