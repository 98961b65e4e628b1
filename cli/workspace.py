"""``certfleet workspace``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "info": Lazy("workspace_info", "info", "Where it is, how it is protected, what it holds."),
    "check": Lazy("workspace_check", "check", "Check everything that can be checked."),
    "export": Lazy("workspace_transfer", "export", "Write the whole workspace as one JSON file."),
    "import": Lazy("workspace_transfer", "import_export", "Make a workspace out of such a file."),
    "passphrase": Lazy("workspace_passphrase", "passphrase", "Set, change or remove the passphrase."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def workspace() -> None:
    """The workspace: one store with its clock."""
