"""``certfleet trust``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("trust_list", "list_anchors", "List which CA certificates devices have to trust, and do."),
    "deploy": Lazy("trust_edit", "deploy", "Deploy a certificate to devices."),
    "withdraw": Lazy("trust_edit", "withdraw", "End a deployment."),
    "preinstalled": Lazy("trust_edit", "preinstalled", "Say that devices come with a CA certificate."),
    "install": Lazy("trust_edit", "install", "Install a certificate on single devices, as by hand."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def trust() -> None:
    """Which certificates devices trust; one that lacks the server's root gets SSL Error 61."""
