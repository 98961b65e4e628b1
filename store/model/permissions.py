"""What a role may do. It is asked by the actions of the audit trail: every change has one."""

from __future__ import annotations

from collections.abc import Mapping

from .account import Role

FAMILIES: Mapping[str, Role] = {
    "account": Role.ADMINISTRATOR,
    "authority": Role.ADMINISTRATOR,
    "bulk": Role.OPERATOR,
    "certificate": Role.OPERATOR,
    "component": Role.OPERATOR,
    "delivery": Role.ADMINISTRATOR,
    "device": Role.OPERATOR,
    "policy": Role.OPERATOR,
    "profile": Role.OPERATOR,
    "push": Role.OPERATOR,
    "request": Role.OPERATOR,
    "simulation": Role.ADMINISTRATOR,
    "site": Role.ADMINISTRATOR,
    "task": Role.OPERATOR,
    "trust": Role.OPERATOR,
    "vault": Role.ADMINISTRATOR,
    "workspace": Role.ADMINISTRATOR,
}
"""The least role for the actions that begin so (``certificate.import``)."""

WEIGHTY = frozenset({"certificate.export-key", "certificate.reveal-password", "policy.export-profile", "push.revoke"})
"""What only an administrator may do, whatever its family: secrets leave the house, or every Apple device is lost."""

_RANK = (Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR)


def least_role(action: str) -> Role:
    """The least role that may do something. What nobody has thought of is for administrators."""
    family = action.partition(".")[0]
    return Role.ADMINISTRATOR if action in WEIGHTY else FAMILIES.get(family, Role.ADMINISTRATOR)


def may(role: Role | None, action: str) -> bool:
    """Whether a role may do what leaves an audit line of this action.

    None is the person at the shell of this machine, who can read and write the workspace's files anyway.
    """
    return role is None or _RANK.index(role) >= _RANK.index(least_role(action))
