"""What a role may do, by the actions of the audit trail: every change has one."""

from __future__ import annotations

from collections.abc import Mapping

from .account import Role

FAMILIES: Mapping[str, Role] = {
    "account": Role.ADMINISTRATOR,
    "authority": Role.ADMINISTRATOR,
    "bulk": Role.OPERATOR,
    "certificate": Role.OPERATOR,
    "change": Role.OPERATOR,
    "component": Role.OPERATOR,
    "delivery": Role.ADMINISTRATOR,
    "device": Role.OPERATOR,
    "endpoint": Role.OPERATOR,
    "notice": Role.OPERATOR,
    "owner": Role.OPERATOR,
    "plan": Role.OPERATOR,
    "moment": Role.ADMINISTRATOR,
    "policy": Role.OPERATOR,
    "profile": Role.OPERATOR,
    "push": Role.OPERATOR,
    "request": Role.OPERATOR,
    "scenario": Role.OPERATOR,
    "simulation": Role.ADMINISTRATOR,
    "site": Role.ADMINISTRATOR,
    "task": Role.OPERATOR,
    "trust": Role.OPERATOR,
    "vault": Role.ADMINISTRATOR,
    "workspace": Role.ADMINISTRATOR,
}
"""The lowest role for the actions with this prefix (``certificate.import``)."""

WEIGHTY = frozenset({"certificate.export-key", "certificate.reveal-password", "policy.export-profile", "push.revoke"})
"""Actions for administrators only, whatever their family: secrets become readable, or every Apple device is lost."""

_RANK = (Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR)


def least_role(action: str) -> Role:
    """The lowest role that may perform an action. Unlisted actions are for administrators."""
    family = action.partition(".")[0]
    return Role.ADMINISTRATOR if action in WEIGHTY else FAMILIES.get(family, Role.ADMINISTRATOR)


def may(role: Role | None, action: str) -> bool:
    """Whether a role may make changes with this action in the audit trail.

    None is the person at the shell of this machine, who can read and write the workspace's files anyway.
    """
    return role is None or _RANK.index(role) >= _RANK.index(least_role(action))


def exceeds(role: Role, other: Role | None) -> bool:
    """Whether a role may do more than another one."""
    return other is not None and _RANK.index(role) > _RANK.index(other)
