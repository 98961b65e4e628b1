"""``certfleet notice deliver``, ``retry``, ``smtp`` and ``webhook``: notices by mail and webhook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from ...store.errors import Refusal
from ...store.model.notice import Channel, Security, WebhookSettings
from ...store.notices.channels import shown
from ...store.notices.courier_thread import CourierThread
from ...store.notices.delivery import DeliveryReport
from ...store.notices.settings import usual_port
from ...store.views.notice import smtp_document, webhook_document
from ...store.words import moment, plural
from ...store.workspace import Workspace
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.parameters import FILE, ID, TEXT, choice_option, password_file_option
from ..frame.passwords import ask, interactive, needed, read_optional
from ..frame.session import Session

GRACE = 1.5
"""Seconds that a command waits at its end for due deliveries."""


@command(examples=["certfleet notice deliver", "certfleet notice deliver --quiet"])
@click.option("--quiet", is_flag=True, help="Say nothing if nothing is due, for cron, which mails what is printed.")
def deliver(session: Session, quiet: bool) -> Answer:
    """Deliver what is due by mail and webhook, once, and exit: for cron. Failed deliveries are tried again later; the
    exit status is 1 if one failed."""
    workspace = session.open()
    if workspace.outbox.counts().waiting and workspace.deliveries.get().with_secret:
        workspace.vault.unlock()  # may ask for the passphrase
    report = workspace.courier.deliver_due()
    parts = [(report.delivered, "delivered"), (report.failed, "failed"), (report.given_up, "given up")]
    done = ", ".join(f"{count:,} {what}" for count, what in parts if count)

    def text() -> Iterator[str]:
        if report.busy:
            yield "another process is delivering"
            return
        if done or report.trouble:
            yield f"{done or 'nothing delivered'}; {report.waiting:,} waiting"
        elif not quiet:
            yield _not_due(workspace, report)
        if report.trouble:
            yield report.trouble

    return Answer(
        msgspec.structs.asdict(report),
        text(),
        status=1 if report.failed or report.trouble else 0,
    )


def _not_due(workspace: Workspace, report: DeliveryReport) -> str:
    settings = workspace.deliveries.get()
    if not any(settings.has(channel) for channel in Channel):
        return "nothing is due: neither a mail server nor a webhook is configured"
    if report.next_attempt_at is None:
        return "nothing is due; nothing is waiting"
    return f"nothing is due; {report.waiting:,} waiting, the next attempt is on {moment(report.next_attempt_at)}"


@command(examples=["certfleet notice retry", "certfleet notice retry 4"], changes=True)
@click.argument("id", type=ID, metavar="[ID]", required=False)
@click.option("--again", is_flag=True, help="Send notice ID once more where it has arrived.")
def retry(session: Session, id: int | None, again: bool) -> Answer:
    """Send notice ID, from the start: by every channel by which it has not arrived, also one that was configured after
    it was given. Without ID: all that wait or have failed. `certfleet notice deliver`, the console or a simulation
    sends them."""
    if again and id is None:
        raise click.UsageError("--again goes with the ID of a notice.")
    workspace = session.open()
    count = workspace.outbox.retry_all() if id is None else len(workspace.outbox.retry(id, again=again))
    counts = workspace.outbox.counts()
    return Answer(
        {"retried": count, "waiting": counts.waiting, "failed": counts.failed},
        f"{count:,} will be tried again; {counts.waiting:,} waiting",
    )


@contextmanager
def delivering(workspace: Workspace) -> Iterator[CourierThread]:
    """Deliver notices while the block runs. At the end, what is due has about two more seconds."""
    courier = CourierThread(workspace.courier).start()
    try:
        yield courier
    finally:
        courier.nudge()
        until = time.monotonic() + GRACE
        while _is_under_way(workspace) and time.monotonic() < until:
            time.sleep(0.05)
        courier.close()


def _is_under_way(workspace: Workspace) -> bool:
    """Whether something is due, or at its first attempt."""
    now = datetime.now(UTC)
    return any(
        delivery.next_try_at <= now or (delivery.attempts and not delivery.last_error)
        for delivery in workspace.outbox.pending()
    )


@command(
    "set",
    examples=[
        "certfleet notice smtp set --host mail.example.com --from certfleet@example.com --to it@example.com "
        "--user certfleet --password-file pw"
    ],
    changes=True,
)
@click.option("--host", type=TEXT, required=True, help="The mail server.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Default: 587; 465 with --security tls, 25 with --security none.",
)
@choice_option("--security", of=Security, default=Security.STARTTLS, help="How the connection is encrypted.")
@click.option("--from", "sender", type=TEXT, required=True, metavar="MAIL-ADDRESS", help="The sender.")
@click.option(
    "--to",
    type=TEXT,
    multiple=True,
    required=True,
    metavar="MAIL-ADDRESS",
    help="A recipient of every notice; repeatable.",
)
@click.option("--user", type=TEXT, help="Log in with this name.")
@password_file_option("that user's password")
def set_smtp(
    session: Session,
    host: str,
    port: int | None,
    security: Security,
    sender: str,
    to: tuple[str, ...],
    user: str | None,
    password_file: Path | None,
) -> Answer:
    """Send notices through this mail server from now on; waiting ones are tried again at once. Prompts for the
    password, or reads --password-file; if none is given, the stored password of the same user is kept."""
    if password_file is not None and user is None:
        raise click.UsageError("--password-file goes with --user.")
    password = read_optional(password_file)
    workspace = session.open()
    if user is not None and password_file is None:
        password = _password(workspace, user)
    settings = workspace.deliveries.set_smtp(
        host=host,
        port=usual_port(security) if port is None else port,
        security=security,
        sender=sender,
        recipients=to,
        user=user,
        password=password,
    )
    said = f"notices go to {', '.join(settings.recipients)}, through {settings.host}:{settings.port}"
    return Answer({"smtp": smtp_document(settings)}, said + _waiting(workspace))


def _password(workspace: Workspace, user: str) -> str | None:
    """The typed password; None keeps the stored one."""
    stored = workspace.deliveries.get().smtp
    keeps = stored is not None and stored.user == user
    if interactive():
        return ask(f"Password of {user}{' (empty keeps the stored one)' if keeps else ''}") or None
    if not keeps:
        raise needed(Refusal("password-needed", f"the password of {user} is needed"), "--password-file")
    return None


@command("show", examples=["certfleet notice smtp show"])
def show_smtp(session: Session) -> Answer:
    """Show the mail server; its password is never shown."""
    settings = session.open().deliveries.get().smtp
    if settings is None:
        return Answer({"smtp": None}, "no mail server is configured")
    return Answer(
        {"smtp": smtp_document(settings)},
        Facts(
            [
                ("server", f"{settings.host}, port {settings.port}"),
                ("security", settings.security.value),
                ("user", "none" if settings.user is None else f"{settings.user}, with a password"),
                ("from", settings.sender),
                ("to", "\n".join(settings.recipients)),
            ]
        ),
    )


@command("remove", examples=["certfleet notice smtp remove"], changes=True)
def remove_smtp(session: Session) -> Answer:
    """Send no more mail. Waiting mails are given up; the password is deleted."""
    session.open().deliveries.remove(Channel.SMTP)
    return Answer({"removed": Channel.SMTP.value}, "notices no longer go out by mail")


@command("test", examples=["certfleet notice smtp test"])
def test_smtp(session: Session) -> Answer:
    """Send a test message now, and say whether the server accepted it."""
    session.open().courier.send_test(Channel.SMTP)
    return Answer({"sent": Channel.SMTP.value}, "the mail server has accepted a test message")


@command(
    "set", examples=["certfleet notice webhook set https://chat.example.com/hooks/1 --secret-file secret"], changes=True
)
@click.argument("url", type=TEXT)
@click.option(
    "--secret-file", type=FILE, metavar="FILE", help="Sign with the secret in this file; - is standard input."
)
@click.option("--no-secret", is_flag=True, help="Don't sign; a stored secret is deleted.")
def set_webhook(session: Session, url: str, secret_file: Path | None, no_secret: bool) -> Answer:
    """Post notices to URL from now on; waiting ones are tried again at once. Prompts for the secret that signs them
    (HMAC, SHA-256), or reads --secret-file; if none is given, the stored secret is kept."""
    if no_secret and secret_file is not None:
        raise click.UsageError("--secret-file and --no-secret exclude each other.")
    secret = "" if no_secret else read_optional(secret_file)
    if secret is None and interactive():
        secret = ask("Secret (empty for none, or to keep the stored one)") or None
    workspace = session.open()
    settings = workspace.deliveries.set_webhook(url=url, secret=secret)
    said = f"notices are posted to {shown(settings)}, {_signed(settings)}"
    return Answer({"webhook": webhook_document(settings)}, said + _waiting(workspace))


def _waiting(workspace: Workspace) -> str:
    """What goes out next, in particular what was given before the channel was configured."""
    count = len({one.notice_id for one in workspace.outbox.pending()})
    if not count:
        return ""
    holds, goes = ("holds", "goes") if count == 1 else ("hold", "go")
    return f"; {plural(count, 'notice')} that still {holds} {goes} out next"


@command("show", examples=["certfleet notice webhook show"])
def show_webhook(session: Session) -> Answer:
    """Show where notices are posted to: only scheme and host, because many services put a key into the path."""
    settings = session.open().deliveries.get().webhook
    if settings is None:
        return Answer({"webhook": None}, "no webhook is configured")
    return Answer(
        {"webhook": webhook_document(settings)}, Facts([("webhook", shown(settings)), ("signature", _signed(settings))])
    )


def _signed(settings: WebhookSettings) -> str:
    return "signed with a secret" if settings.has_secret else "not signed"


@command("remove", examples=["certfleet notice webhook remove"], changes=True)
def remove_webhook(session: Session) -> Answer:
    """Post no more notices. Waiting ones are given up; the secret is deleted."""
    session.open().deliveries.remove(Channel.WEBHOOK)
    return Answer({"removed": Channel.WEBHOOK.value}, "notices are no longer posted")


@command("test", examples=["certfleet notice webhook test"])
def test_webhook(session: Session) -> Answer:
    """Post a test message now, and say whether it was accepted."""
    session.open().courier.send_test(Channel.WEBHOOK)
    return Answer({"sent": Channel.WEBHOOK.value}, "the webhook has accepted a test message")
