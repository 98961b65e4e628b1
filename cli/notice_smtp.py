"""``certfleet notice smtp``: the mail server that notices go out by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from ..store.model.notice import Channel, Security, SmtpSettings
from ..store.workspace import Workspace
from .frame.answer import details, emit, say
from .frame.parameters import FILE, TEXT, Words
from .frame.passwords import ask, interactive, password_needed, read_optional
from .frame.session import Session, pass_session

PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@click.group()
def smtp() -> None:
    """The mail server that notices go out by, and whom they go to."""


@smtp.command("set")
@click.option("--host", type=TEXT, required=True, help="The mail server.")
@click.option("--port", type=click.IntRange(1, 65535), help="Else 587, with --security tls 465, with none 25.")
@click.option("--security", type=Words(list(Security)), default=Security.STARTTLS.value, show_default=True)
@click.option("--from", "sender", type=TEXT, required=True, metavar="MAIL-ADDRESS", help="Who they come from.")
@click.option(
    "--to", type=TEXT, multiple=True, required=True, metavar="MAIL-ADDRESS", help="Whom every notice goes to."
)
@click.option("--user", type=TEXT, help="Log in under this name.")
@click.option("--password-file", type=FILE, help="The password of that user; - is standard input.")
@pass_session
def set_smtp(
    session: Session,
    host: str,
    port: int | None,
    security: Security,
    sender: str,
    to: tuple[str, ...],
    user: str | None,
    password_file: Path | None,
) -> None:
    """Send notices by this mail server from now on; what is waiting is tried again at once. The password is asked for,
    or in a file; without one, the one that is kept stays."""
    if password_file is not None and user is None:
        raise click.UsageError("--password-file goes with --user.")
    password = read_optional(password_file)
    with session.open() as workspace:
        if user is not None and password_file is None:
            password = _password(workspace, user)
        settings = workspace.deliveries.set_smtp(
            host=host,
            port=PORTS[security] if port is None else port,
            security=security,
            sender=sender,
            recipients=to,
            user=user,
            password=password,
        )
    if session.json:
        emit({"smtp": _as_json(settings)})
    else:
        say(f"notices go to {', '.join(settings.recipients)}, through {settings.host}:{settings.port}")


@smtp.command()
@pass_session
def show(session: Session) -> None:
    """Show the mail server; its password is never shown."""
    with session.open() as workspace:
        settings = workspace.deliveries.get().smtp
    if session.json:
        emit({"smtp": None if settings is None else _as_json(settings)})
    elif settings is None:
        say("no mail server is configured")
    else:
        details(
            [
                ("server", f"{settings.host}, port {settings.port}"),
                ("security", settings.security.value),
                ("user", "none" if settings.user is None else f"{settings.user}, with a password"),
                ("from", settings.sender),
                ("to", "\n".join(settings.recipients)),
            ]
        )


@smtp.command()
@pass_session
def remove(session: Session) -> None:
    """Send no more mail. What is waiting for it is given up; its password is deleted."""
    with session.open() as workspace:
        workspace.deliveries.remove(Channel.SMTP)
    if session.json:
        emit({"removed": Channel.SMTP.value})
    else:
        say("notices no longer go out by mail")


@smtp.command()
@pass_session
def test(session: Session) -> None:
    """Send a test message now, and say whether the server took it."""
    with session.open() as workspace:
        workspace.courier.send_test(Channel.SMTP)
    if session.json:
        emit({"sent": Channel.SMTP.value})
    else:
        say("the mail server has taken a test message")


def _password(workspace: Workspace, user: str) -> str | None:
    """What is typed; None keeps the one that is kept."""
    kept = workspace.deliveries.get().smtp
    keeps = kept is not None and kept.user == user
    if interactive():
        return ask(f"Password of {user}{' (empty for the one that is kept)' if keeps else ''}") or None
    if not keeps:
        raise password_needed(f"the password of {user} is needed", "--password-file")
    return None


def _as_json(settings: SmtpSettings) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.to_builtins(settings)
    return {**record, "has_password": settings.user is not None}
