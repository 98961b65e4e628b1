"""The acts before which a simulated workspace keeps a moment by itself, by the actions of the audit trail."""

from __future__ import annotations

DESTRUCTIVE_FAMILIES = frozenset({"component", "policy", "site", "trust"})
DESTRUCTIVE_ACTIONS = frozenset(
    {
        "authority.activate",
        "authority.delete",
        "authority.refresh",
        "bulk.delete",
        "certificate.delete",
        "certificate.overwrite",
        "certificate.replace",
        "device.delete",
        "device.renew",
        "device.revoke",
        "moment.go",
        "push.revoke",
        "simulation.campaign",
        "simulation.outage",
        "workspace.clock",
    }
)
_HARMLESS = frozenset({"policy.export-profile"})


def is_destructive(action: str) -> bool:
    """Whether an action takes away, replaces or turns over something that devices or people rely on."""
    family = action.partition(".")[0]
    return action in DESTRUCTIVE_ACTIONS or (family in DESTRUCTIVE_FAMILIES and action not in _HARMLESS)
