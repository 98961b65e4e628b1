"""``certfleet authority``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("authority_list", "list_groups", "List the CA groups, and how many devices hold their certificates."),
    "show": Lazy("authority_list", "show", "Show one group with its CAs."),
    "refresh": Lazy("authority_refresh", "refresh", "Request a new CA group."),
    "export": Lazy("authority_export", "export", "Write a CA's certificate as PEM."),
    "crl": Lazy("authority_export", "crl", "Make a revocation list of a group's device CA."),
    "issue-listener": Lazy("authority_listener", "issue_listener", "Issue the SSL listener's certificate."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def authority() -> None:
    """The CA groups: a root CA, a device CA and a server CA each."""
