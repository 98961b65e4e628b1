"""``certfleet``: the global options, and the console if no command is given."""

from __future__ import annotations

from pathlib import Path

import click

from .. import __version__
from .commands import COMMANDS
from .frame.application import Application
from .frame.forced import fix
from .frame.parameters import PLACE, WORKSPACE
from .frame.session import Session, pass_session


def _say_json(context: click.Context, option: click.Parameter, value: bool) -> bool:
    """Note it before other options are read, which may be refused."""
    context.ensure_object(Session).json = value
    return value


@click.group(
    cls=Application,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done, 1 refused, 2 usage; with --dry-run --exit-code also 3 and 4. "
    "CERTFLEET_PASSPHRASE_FILE names a file with the passphrase.",
)
@click.option(
    "--workspace",
    "workspaces",
    type=WORKSPACE,
    multiple=True,
    envvar="CERTFLEET_WORKSPACE",
    help="The workspace to use: a folder, or postgresql://USER@HOST/DATABASE?schema=NAME. Lists and `check` take "
    "several, side by side. Default: CERTFLEET_WORKSPACE, the setting workspace, otherwise one in your data folder.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,
    callback=_say_json,
    help="Print one JSON document on standard output.",
)
@click.option(
    "--say",
    metavar="ANSWER",
    help="In a scenario that asks first: what the command will stop. nothing:90%, check-in:40:80%.",
)
@click.option(
    "--workspace-name",
    metavar="NAME",
    help="The name of a protected workspace: you mean this one, whatever the command stops in it.",
)
@click.option(
    "--as",
    "account",
    metavar="ACCOUNT",
    help="Act with the name and role of this account, as the owner of the workspace's files. Default: CERTFLEET_AS.",
)
@click.option(
    "--confined",
    "folder",
    type=PLACE,
    metavar="DIR",
    help="For people who come by SSH: read and write files in DIR only, and run no other program. Default: "
    "CERTFLEET_CONFINED.",
)
@click.version_option(__version__, message="certfleet %(version)s")
@click.pass_context
@pass_session
def main(
    session: Session,
    context: click.Context,
    workspaces: tuple[Path, ...],
    as_json: bool,
    say: str | None,
    workspace_name: str | None,
    account: str | None,
    folder: Path | None,
) -> None:
    """Manage the certificates of a device fleet. Without a command: open the console on the workspace."""
    session.workspace_paths = workspaces
    session.json = as_json
    session.say = say
    session.workspace_name = workspace_name
    fix(session, context, workspaces, account, folder)
    if context.invoked_subcommand is None:
        if as_json:
            raise click.UsageError("--json needs a command.", context)
        session.refuse_several()
        from .console import open_console

        open_console(session)
