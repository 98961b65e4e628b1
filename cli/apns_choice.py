"""What the commands about push certificates have in common: which one is meant, and asking before an upload."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import msgspec

from ..store.errors import Refusal
from ..store.impact.apns import SERVICES
from ..store.model.push import PushCertificate
from ..store.printable import printable
from ..store.workspace import Workspace
from .frame.answer import say
from .frame.parameters import TEXT, Words
from .frame.passwords import interactive

MAIL = "securemail-apns"

apple_id_option = click.option(
    "--apple-id", type=TEXT, required=True, metavar="MAIL-ADDRESS", help="Sign in to the portal as this Apple ID."
)
create_option = click.option("--create", is_flag=True, help="A new one, with a new topic, in place of a renewal.")
bundle_option = click.option(
    "--bundle", type=TEXT, metavar="BUNDLE-ID", help="With --mail: the app; else that of the one in use."
)
yes_option = click.option("--yes", is_flag=True, help="Don't ask.")


def need_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--need`` and ``--mail``, which is short for Secure Mail's; the command gets them as ``need``."""

    @wraps(command)
    def wrapped(*args: Any, need: str | None, mail: bool, **options: Any) -> None:
        if mail and need not in (None, MAIL):
            raise click.UsageError("--mail and --need say two different things.")
        command(*args, need=MAIL if mail else need or "apns", **options)

    for option in (
        click.option("--mail", is_flag=True, help="Secure Mail's: the same as --need securemail-apns."),
        click.option("--need", type=Words(list(SERVICES)), help="Which one; else apns, for managing devices."),
    ):
        wrapped = option(wrapped)
    return wrapped


def check_options(need: str, bundle: str | None, *, renew: int | None = None, create: bool) -> None:
    """A bundle id is an app's, and there is nothing to choose about its topic."""
    if bundle is not None and need != MAIL:
        raise click.UsageError("--bundle goes with --mail.")
    if need == MAIL and (create or renew is not None):
        raise click.UsageError("The topic of an app is its bundle id: --mail goes without --create and --renew.")


def confirm_upload(
    workspace: Workspace, apple_id: str, need: str, *, renew: int | None = None, create: bool = False, yes: bool
) -> str | None:
    """What is to be known before this upload, once somebody has said that it is meant; None where all is well.

    Refuses with ``push-upload-warned`` where nobody is there to ask, and with ``not-confirmed``.
    """
    warning = workspace.apns.warning(apple_id, need, renew=renew, create=create)
    if warning is None or yes:
        return warning
    if not interactive():
        raise Refusal(
            "push-upload-warned",
            warning,
            "Sign in with the Apple ID that the certificate was made with, or add --yes where this is meant.",
        )
    say(f"warning: {warning}", err=True)
    if not click.confirm("Upload all the same?", err=True):
        raise Refusal("not-confirmed", "nothing was uploaded")
    return warning


def confirm(question: str, message: str) -> None:
    """Ask; refuses with ``confirmation-needed`` where nobody is there, or with ``not-confirmed``."""
    if not interactive():
        raise Refusal("confirmation-needed", message, "Add --yes.")
    if not click.confirm(printable(question), err=True):
        raise Refusal("not-confirmed", "nothing was changed")


def push_title(record: PushCertificate) -> str:
    """``push certificate 2 (APSP:…)``."""
    return f"push certificate {record.id} ({record.name})"


def request_as_json(made: msgspec.Struct) -> dict[str, Any]:
    """A signing request as programs get it."""
    record: dict[str, Any] = msgspec.to_builtins(made)
    return record
