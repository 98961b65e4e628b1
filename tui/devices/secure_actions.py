"""The security actions that the console offers for devices, with their wording and options."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ...store.components.needs import Group
from ...store.model.certificate import Certificate
from ...store.model.device import ActionKind
from ...store.views.device import ACTION_TITLES
from ...store.workspace import Workspace


class SecurityAction(StrEnum):
    """The actions that the dialog offers."""

    RENEW = "renew"
    REVOKE = "revoke"
    REFRESH = "refresh"
    INSTALL = "install"


class ActionWords(NamedTuple):
    """The wording of an action: its name, its effect, its button, and the headings of its plan. A renewal has headings
    of its own."""

    title: str
    says: str
    label: str
    asked: str
    already: str


WORDS = {
    SecurityAction.RENEW: ActionWords(
        ACTION_TITLES[ActionKind.CERTIFICATE_RENEWAL],
        "At its next check-in each device gets a new certificate from the newest ready CA group, without disruption; "
        "the old one works until the new one is used.",
        "Renew",
        "to renew",
        "pending already",
    ),
    SecurityAction.REVOKE: ActionWords(
        ACTION_TITLES[ActionKind.REVOKE],
        "Each device's certificates go on the revocation list, and it is turned away from now on.",
        "Revoke …",
        "to revoke",
        "revoked already",
    ),
    SecurityAction.REFRESH: ActionWords(
        "Deploy now",
        "What is pending for each device goes out at once, also what waits to be tried again.",
        "Deploy",
        "to deploy",
        "nothing pending",
    ),
    SecurityAction.INSTALL: ActionWords(
        "Install a CA certificate",
        "By hand, for devices that get SSL Error 61 and can't be reached: each trusts what the CA issued from now on.",
        "Install",
        "to install",
        "has it",
    ),
}


def authorities_shown(workspace: Workspace) -> list[Certificate]:
    """The CA certificates of the chains that devices are shown. First those that devices most likely lack: the top of a
    chain that not every device trusts."""
    gate, landscape = workspace.impact.gate(), workspace.impact.landscape()
    chains = sorted({*gate.to_check_in, *gate.to_enroll}, key=lambda chain: (chain.everywhere, chain.ids))
    found = {chain.ids[-1]: landscape.certificates[chain.ids[-1]] for chain in chains}
    for group in (Group.SERVER, Group.GATEWAY):
        for entry in landscape.authorities_of(group):
            found.setdefault(entry.id, entry)
    return list(found.values())
