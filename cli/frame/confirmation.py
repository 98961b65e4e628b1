"""Asking before an action that can't be undone, or that shows a secret."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ...store.errors import Refusal
from ...store.printable import printable
from .passwords import interactive


def unconfirmed(message: str) -> Refusal:
    """The refusal if there is nobody to ask."""
    return Refusal("confirmation-needed", message, "Add --yes.")


def confirm(
    question: str,
    refusal: Refusal,
    *,
    declined: str = "nothing was changed",
    warning: str | None = None,
    above: Iterable[str] = (),
) -> None:
    """Ask, below the lines ``above`` and a warning if there is one. Refuses with ``refusal`` if there is nobody to ask,
    and with ``not-confirmed`` if the answer is no."""
    if not interactive():
        raise refusal
    for line in above:
        click.echo(printable(line), err=True)
    if warning is not None:
        click.echo(printable(f"warning: {warning}"), err=True)
    if not click.confirm(printable(question), err=True):
        raise Refusal("not-confirmed", declined)
