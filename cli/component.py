"""``certfleet component``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("component_list", "list_components", "List what uses which certificate."),
    "candidates": Lazy("component_list", "candidates", "List what can be bound to a need."),
    "bind": Lazy("component_bind", "bind", "Say which certificate, or profile, a component uses."),
    "unbind": Lazy("component_bind", "unbind", "Let a component use nothing."),
    "use": Lazy("component_bind", "use", "Say whether the deployment has what a component stands for."),
    "remove": Lazy("component_bind", "remove", "Forget a component."),
    "needs": Lazy("component_needs", "needs", "What certificates are needed for, and what stops without them."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def component() -> None:
    """What consumes certificates: the server's parts, apps, the gateway, other resources."""
