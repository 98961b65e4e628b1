"""``certfleet site``."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ..store.model.site import SiteSettings
from .frame.answer import details, emit
from .frame.session import Session, pass_session

LONGEST = 3650  # days


class DaysType(click.ParamType[tuple[int, ...]]):
    """``30,14,7,1``; ``never`` is none at all."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        if value.strip().lower() == "never":
            return ()
        parts = [part.strip() for part in value.split(",")]
        if not all(part.isascii() and part.isdecimal() and int(part[:5]) <= LONGEST for part in parts):
            self.fail(f"{value!r} is no list of days up to {LONGEST}; write 30,14,7,1 or never", param, ctx)
        return tuple(int(part) for part in parts)


@click.group()
def site() -> None:
    """What is peculiar to the deployment."""


@site.command()
@pass_session
def show(session: Session) -> None:
    """Show the settings."""
    with session.open() as workspace:
        _tell(session, workspace.site.get())


@site.command("set")
@click.option("--migrated/--no-migrated", default=None, help="It came from XenMobile Server; support has to be told.")
@click.option("--ssl-offload/--no-ssl-offload", default=None, help="NetScaler Gateway is set up for SSL offload.")
@click.option(
    "--apns-grace-days",
    type=click.IntRange(0, LONGEST),
    metavar="N",
    help="A push certificate can be renewed so many days after its end without losing the devices.",
)
@click.option(
    "--gateway-notice-days",
    type=DaysType(),
    metavar="30,14,7,1",
    help="People are told so many days before the end of a gateway certificate; never for not at all.",
)
@pass_session
def set_site(
    session: Session,
    migrated: bool | None,
    ssl_offload: bool | None,
    apns_grace_days: int | None,
    gateway_notice_days: tuple[int, ...] | None,
) -> None:
    """Change some of the settings."""
    settings = {
        "migrated": migrated,
        "ssl_offload": ssl_offload,
        "apns_grace_days": apns_grace_days,
        "gateway_notice_days": gateway_notice_days,
    }
    wanted = {name: value for name, value in settings.items() if value is not None}
    if not wanted:
        raise click.UsageError("Name a setting to change.")
    with session.open() as workspace:
        _tell(session, workspace.site.set(**wanted))


def _tell(session: Session, settings: SiteSettings) -> None:
    if session.json:
        emit({"site": msgspec.to_builtins(settings)})
        return
    days = ", ".join(str(days) for days in settings.gateway_notice_days)
    details(
        [
            ("migrated from XenMobile", "yes" if settings.migrated else "no"),
            ("SSL offload", "yes" if settings.ssl_offload else "no"),
            ("APNs grace", f"{settings.apns_grace_days} day{'' if settings.apns_grace_days == 1 else 's'}"),
            ("gateway notices", f"{days} days before the end" if days else "never"),
        ]
    )
