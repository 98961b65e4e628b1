"""One call of ``certfleet``: what the global options say, and the workspace that is open."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...store.errors import Refusal
from .passwords import ask, interactive, read_password_file

if TYPE_CHECKING:
    from ...store.workspace import Workspace

PASSPHRASE_FILE = "CERTFLEET_PASSPHRASE_FILE"  # noqa: S105 - a name, not a secret


@dataclass
class Session:
    """One call of the command. Whether the answer is JSON concerns only the code that prints it."""

    workspace_path: Path | None = None
    json: bool = False

    @property
    def path(self) -> Path:
        """The workspace: the option's or the environment's, else the one in the user's data folder."""
        if self.workspace_path is not None:
            return self.workspace_path
        from platformdirs import user_data_path

        return user_data_path("certfleet") / "workspace"

    def open(self, *, create: bool = False, start: datetime | None = None) -> Workspace:
        """Open the workspace; it is closed once the command's answer has been printed.

        Only commands that add something create a missing one: a mistyped path must not look like an inventory in which
        nothing expires. A new one gets a virtual clock where ``start`` is given.
        """
        from ...store.workspace import Workspace

        try:
            workspace = Workspace.open(self.path, create=create, passphrase=passphrase_source(), start=start)
        except Refusal as refusal:
            if refusal.code != "workspace-missing":
                raise
            hint = (
                "Name another one with --workspace or CERTFLEET_WORKSPACE, or create one: `certfleet certificate "
                "import`, `certfleet simulate fleet` and the console do."
            )
            raise Refusal(refusal.code, refusal.message, hint) from refusal
        click.get_current_context().with_resource(workspace)
        return workspace


def passphrase_source() -> PassphraseSource | None:
    """Where the vault's passphrase comes from: the file that the environment names, or a prompt."""
    if file := os.environ.get(PASSPHRASE_FILE):
        return PassphraseSource(Path(file))
    return PassphraseSource(None) if interactive() else None


@dataclass(frozen=True)
class PassphraseSource:
    """Called when the vault is first needed."""

    file: Path | None

    def __call__(self) -> str:
        return ask("Passphrase of the workspace") if self.file is None else read_password_file(self.file)


pass_session = click.make_pass_decorator(Session)
