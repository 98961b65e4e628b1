"""Asking before something is done that can't be taken back, or that shows a secret."""

from __future__ import annotations

import click

from ...store.errors import Refusal
from ...store.printable import printable
from .passwords import interactive


def unconfirmed(message: str) -> Refusal:
    """The refusal where there is nobody to ask."""
    return Refusal("confirmation-needed", message, "Add --yes.")


def confirm(
    question: str, refusal: Refusal, *, declined: str = "nothing was changed", warning: str | None = None
) -> None:
    """Ask, after a warning where there is one. Refuses with ``refusal`` where there is nobody to ask, and with
    ``not-confirmed`` where the answer is no."""
    if not interactive():
        raise refusal
    if warning is not None:
        click.echo(printable(f"warning: {warning}"), err=True)
    if not click.confirm(printable(question), err=True):
        raise Refusal("not-confirmed", declined)
