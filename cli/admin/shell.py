"""``certfleet admin shell``: roles of people at the machine's shell."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ...store.accounts.shell_access import others_text
from ...store.model.account import Account, Role
from ...store.views.account import account_document
from ...store.workspace import Workspace
from ..frame.answer import Answer, Text
from ..frame.command import command
from ..frame.parameters import TEXT, EnumChoice
from ..frame.session import Session
from ..frame.tables import Listing
from .admin import name_argument

EVERYTHING = "everything"


@command(examples=["certfleet admin shell show"])
def show(session: Session) -> Answer:
    """Show whose login has which role, what everybody else may do, and as whom you work here."""
    workspace = session.open()
    mapped = [account for account in workspace.accounts.list() if account.login is not None]
    now = workspace.accounts.now()
    document = {
        "you": {"user": workspace.actor.user, "role": workspace.actor.role},
        "others": workspace.shell.get().others,
        "accounts": [account_document(account, now) for account in mapped],
    }
    return Answer(document, _lines(workspace, mapped))


def _lines(workspace: Workspace, mapped: list[Account]) -> Iterator[Text]:
    role = workspace.actor.role
    what = "everything" if role is None else f"what the role {role} allows"
    yield f"you are {workspace.actor.user}, and may do {what}"
    yield others_text(workspace.shell.get())
    yield Listing(
        (
            {"UNIX LOGIN": account.login or "", "ACCOUNT": account.name, "ROLE": account.role.value}
            for account in mapped
        ),
        least={"UNIX LOGIN": 12, "ACCOUNT": 12},
        none="no account is mapped to a Unix login",
    )


@command("map", examples=["certfleet admin shell map ann"], changes=True)
@name_argument
@click.argument("login", type=TEXT, required=False, metavar="[LOGIN]")
def map_login(session: Session, name: str, login: str | None) -> Answer:
    """Give the person with the Unix login LOGIN (default: the account's name) the role of the account NAME at the
    shell. The audit trail names them by their login."""
    workspace = session.open()
    account = workspace.accounts.set_login(name, login or name)
    return _changed(workspace, account, f"{account.login} is {account.role} at the shell, as account {account.name}")


@command(examples=["certfleet admin shell unmap ann"], changes=True)
@name_argument
def unmap(session: Session, name: str) -> Answer:
    """Map the account NAME to no login any more. The person is then one of those without an account."""
    workspace = session.open()
    account = workspace.accounts.set_login(name, None)
    return _changed(workspace, account, f"account {account.name} is mapped to no login")


def _changed(workspace: Workspace, account: Account, said: str) -> Answer:
    return Answer({"account": account_document(account, workspace.accounts.now())}, said)


@command("others", examples=["certfleet admin shell others viewer"], changes=True)
@click.argument("others", type=EnumChoice([*Role, EVERYTHING]), metavar="ROLE|everything")
def set_others(session: Session, others: str) -> Answer:
    """Say what people may do at the shell to whose login no account is mapped. At first they may do everything, since
    whoever can write the workspace's files could go round it anyway: see docs/ssh.md."""
    workspace = session.open()
    after = workspace.shell.set(workspace.audit, None if others == EVERYTHING else Role(others))
    return Answer({"others": after.others}, others_text(after))
