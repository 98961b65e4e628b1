"""``certfleet notice webhook``: where notices are posted to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..store.model.notice import Channel, WebhookSettings
from ..store.notices.channels import shown
from .frame.answer import details, emit, say
from .frame.parameters import FILE, TEXT
from .frame.passwords import ask, interactive, read_optional
from .frame.session import Session, pass_session


@click.group()
def webhook() -> None:
    """The webhook that notices are posted to, as JSON."""


@webhook.command("set")
@click.argument("url", type=TEXT)
@click.option("--secret-file", type=FILE, help="Sign them with the secret in this file; - is standard input.")
@click.option("--no-secret", is_flag=True, help="Don't sign them; a secret that is kept is deleted.")
@pass_session
def set_webhook(session: Session, url: str, secret_file: Path | None, no_secret: bool) -> None:
    """Post notices to URL from now on; what is waiting is tried again at once. The secret that signs them (HMAC,
    SHA-256) is asked for, or in a file; without one, the one that is kept stays."""
    if no_secret and secret_file is not None:
        raise click.UsageError("--secret-file and --no-secret exclude each other.")
    secret = "" if no_secret else read_optional(secret_file)
    if secret is None and interactive():
        secret = ask("Secret (empty for none, or for the one that is kept)") or None
    with session.open() as workspace:
        settings = workspace.deliveries.set_webhook(url=url, secret=secret)
    if session.json:
        emit({"webhook": _as_json(settings)})
    else:
        say(f"notices are posted to {shown(settings)}, {_signed(settings)}")


@webhook.command()
@pass_session
def show(session: Session) -> None:
    """Show where notices are posted to: scheme and host alone, as many services put a key into the path."""
    with session.open() as workspace:
        settings = workspace.deliveries.get().webhook
    if session.json:
        emit({"webhook": None if settings is None else _as_json(settings)})
    elif settings is None:
        say("no webhook is configured")
    else:
        details([("webhook", shown(settings)), ("signature", _signed(settings))])


@webhook.command()
@pass_session
def remove(session: Session) -> None:
    """Post no more notices. What is waiting for it is given up; its secret is deleted."""
    with session.open() as workspace:
        workspace.deliveries.remove(Channel.WEBHOOK)
    if session.json:
        emit({"removed": Channel.WEBHOOK.value})
    else:
        say("notices are no longer posted")


@webhook.command()
@pass_session
def test(session: Session) -> None:
    """Post a test message now, and say whether it was taken."""
    with session.open() as workspace:
        workspace.courier.send_test(Channel.WEBHOOK)
    if session.json:
        emit({"sent": Channel.WEBHOOK.value})
    else:
        say("the webhook has taken a test message")


def _as_json(settings: WebhookSettings) -> dict[str, Any]:
    return {"url": shown(settings), "signed": settings.has_secret}


def _signed(settings: WebhookSettings) -> str:
    return "signed with a secret" if settings.has_secret else "not signed"
