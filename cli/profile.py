"""``certfleet profile``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "import": Lazy("profile_import", "import_profiles", "Import provisioning profiles."),
    "list": Lazy("profile_list", "list_profiles", "List the provisioning profiles."),
    "show": Lazy("profile_list", "show", "Show one profile."),
    "remove": Lazy("profile_edit", "remove", "Remove a profile that no component uses."),
    "export": Lazy("profile_edit", "export", "Write a profile as a file."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def profile() -> None:
    """The provisioning profiles of wrapped iOS apps."""
