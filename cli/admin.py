"""``certfleet admin``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("admin_list", "list_accounts", "List the accounts with their roles."),
    "add": Lazy("admin_edit", "add", "Add an account."),
    "remove": Lazy("admin_edit", "remove", "Remove an account and end its sessions."),
    "password": Lazy("admin_edit", "password", "Set an account's password."),
    "role": Lazy("admin_edit", "role", "Give an account another role."),
    "unlock": Lazy("admin_edit", "unlock", "Let an account in again that failed logins have locked."),
    "sessions": Lazy("admin_list", "sessions", "List who is logged in."),
    "timeout": Lazy("admin_timeout", "timeout", "When sessions end: look up, set."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def admin() -> None:
    """The accounts that log in over the network, and what each may do. Whoever works at the shell needs none."""
