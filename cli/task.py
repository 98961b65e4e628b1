"""``certfleet task``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("task_list", "list_tasks", "List the follow-ups that wait to be done."),
    "done": Lazy("task_list", "done", "Mark a follow-up done."),
    "export": Lazy("task_export", "export", "Write the PFX file for support, and its password."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def task() -> None:
    """What has to be done elsewhere after a certificate was replaced."""
