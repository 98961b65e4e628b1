"""What an administrator fixes for those who come by SSH: workspace, account and folder; and the command that they send.

sshd runs ``certfleet --confined DIR`` for them (``ForceCommand``), and hands over what they asked for in
``SSH_ORIGINAL_COMMAND``, see sshd_config(5). It is split into words as a shell would, and never given to one.
"""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path, PurePath

import click
from click.core import ParameterSource

from ...store.confinement import VARIABLE, check_confinement, confined_to
from ...store.errors import Refusal
from ...store.postgresql_uri import is_address
from ...store.workspace_place import place_of
from .session import Session

ORIGINAL = "SSH_ORIGINAL_COMMAND"
_WORKSPACE = "CERTFLEET_WORKSPACE"
_TRANSFER = ("scp", "sftp", "sftp-server", "internal-sftp", "rsync")


def fix(
    session: Session, context: click.Context, workspaces: tuple[Path, ...], account: str | None, folder: Path | None
) -> None:
    """Let the options ``--as`` and ``--confined`` stand for this command and for the processes that it starts.

    Refuses with ``confined`` what somebody says otherwise: in the command that they sent, or where the environment has
    it. Raises ``ForcedWords`` if they sent a command.
    """
    said = (workspaces, account, folder)
    if session.fixed not in (None, said):
        raise Refusal("confined", "--workspace, --as and --confined are set here", "Leave them out.")
    named = context.get_parameter_source("workspaces") is ParameterSource.COMMANDLINE
    if confined_to() is not None and named and not session.fixed and not _known(workspaces, session.usual_path):
        raise Refusal("confined", "the workspace is set here", "Leave out --workspace.")
    if account is not None:
        _inherit(context, "CERTFLEET_AS", account, "--as")
    if folder is not None:
        _inherit(context, VARIABLE, str(check_confinement(folder)), "--confined")
    if (confined := confined_to()) is None:
        return
    check_confinement(confined)
    _hand_on(context, workspaces or (session.usual_path,))
    if os.isatty(0):
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # there is no shell to go to
    if session.fixed is None and context.invoked_subcommand is None:
        group = context.command
        assert isinstance(group, click.Group)
        if words := words_asked_for(group.list_commands(context)):
            raise ForcedWords(words, said)


def _known(workspaces: tuple[Path, ...], usual: Path) -> bool:
    """Whether these are no others than the environment says: the processes that certfleet starts name them again."""
    said = os.environ.get(_WORKSPACE, "")
    names = [said] if is_address(said) else said.split(os.pathsep)
    return {one.resolve() for one in workspaces} <= {
        one.resolve() for one in [place_of(name) for name in names if name] or [usual]
    }


def _hand_on(context: click.Context, workspaces: tuple[Path, ...]) -> None:
    """Let the processes that this command starts work on the same workspaces only."""
    before = os.environ.get(_WORKSPACE)
    os.environ[_WORKSPACE] = os.pathsep.join(str(one.absolute()) for one in workspaces)

    def restore() -> None:
        os.environ.pop(_WORKSPACE, None)
        if before is not None:
            os.environ[_WORKSPACE] = before

    context.call_on_close(restore)


def _inherit(context: click.Context, variable: str, value: str, option: str) -> None:
    """Set a variable of the environment until the command has ended."""
    before = os.environ.get(variable)
    if before and before != value:
        hint = f"Leave out {option}."
        raise Refusal("confined", f"{variable} is set to {before}, so {option} can't say otherwise", hint)
    os.environ[variable] = value
    if not before:
        context.call_on_close(lambda: os.environ.pop(variable, None))


class ForcedWords(Exception):
    """What was asked for, as the words after the global options that stand."""

    def __init__(self, words: list[str], fixed: Fixed) -> None:
        super().__init__()
        self.words, self.fixed = words, fixed


Fixed = tuple[tuple[Path, ...], str | None, Path | None]
"""Workspaces, account and folder: what the person can't say otherwise."""


def words_asked_for(commands: list[str]) -> list[str]:
    """The words of the command that was sent, without the program's own name; none if none was sent.

    Refuses with ``no-file-transfer`` (scp, sftp and the like), and with ``confined`` what is no command of certfleet.
    """
    sent = os.environ.get(ORIGINAL, "")
    try:
        words = shlex.split(sent)
    except ValueError as error:
        raise Refusal(
            "confined", f"the command can't be split into words: {error}", "Close its quotation marks."
        ) from error
    if not words:
        return []
    program = PurePath(words[0]).name
    if program in _TRANSFER:
        raise Refusal(
            "no-file-transfer",
            f"{program} can't be used with this account",
            "Send a file on standard input: `ssh HOST certificate import - < chain.pem`; get one with `--output -`. "
            "Or ask your administrator for an SFTP account on the same folder.",
        )
    if program == "certfleet":
        words = words[1:]
    elif not words[0].startswith("-") and words[0] not in commands:
        raise Refusal(
            "confined",
            f"{words[0]!r} is no command of certfleet, and no other program runs here",
            "`ssh HOST certfleet --help` lists the commands; without one, `ssh -t HOST` opens the console.",
        )
    return words
