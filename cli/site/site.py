"""``certfleet site``: settings of the deployment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ...store.confinement import refuse_confined
from ...store.durations import read_number_of
from ...store.inventory.expiry_text import WrittenLimit, limits_words, read_limit, with_limits
from ...store.model.site import SiteSettings
from ...store.start_by.freezes import named
from ...store.words import plural
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.parameters import SHARE, TEXT, NumberOf, Written
from ..frame.session import Session

LONGEST = 3650  # days
_AUTOMATIC = {"on": True, "off": False, "usual": None}


def _days(text: str) -> tuple[int, ...]:
    """``30,14,7,1``; ``never`` is an empty list."""
    if text.strip().lower() == "never":
        return ()
    try:
        days = tuple(read_number_of("d", part) for part in text.split(","))
    except ValueError:
        days = (LONGEST + 1,)
    if max(days) > LONGEST:
        raise ValueError(f"{text[:40]!r} is not a list of days up to {LONGEST}; write 30,14,7,1 or never")
    return days


def _limit_option(name: str, like: str, told: str) -> Callable[..., Any]:
    return click.option(
        f"--{name}",
        type=Written("limit", read_limit),
        multiple=True,
        metavar=like,
        help=f"{told} For one use: USE={like}, or USE=default. Repeatable.",
    )


@command(examples=["certfleet site show"])
def show(session: Session) -> Answer:
    """Show the settings."""
    return _answer(session.open().site.get())


@command(
    "set",
    examples=[
        "certfleet site set --ssl-offload --gateway-notice-days 30,14,7,1",
        "certfleet site set --expiring 45d --expiring apns=60d,1/2 --dry-run",
    ],
    changes=True,
)
@click.option(
    "--migrated/--no-migrated", default=None, help="The site was migrated from XenMobile Server; support must be told."
)
@click.option("--ssl-offload/--no-ssl-offload", default=None, help="NetScaler Gateway is set up for SSL offload.")
@click.option(
    "--apns-grace-days",
    type=NumberOf("d", 0, LONGEST),
    metavar="N",
    help="A push certificate can be renewed up to N days after it expired without losing the devices.",
)
@click.option(
    "--gateway-notice-days",
    type=Written("days", _days),
    metavar="30,14,7,1",
    help="Give notice this many days before a gateway certificate expires, at most for the share of its lifetime that "
    "--expiring has; never for no notice.",
)
@click.option(
    "--delete-inactive-days",
    type=NumberOf("d", 0, LONGEST),
    metavar="N",
    help="Every Monday, delete the devices that have been silent for N days; 0 for never.",
)
@click.option(
    "--start-by-share",
    type=SHARE,
    metavar="SHARE",
    help="The share of devices that a change has to get across in time, for the last day to start it: 99% or 0.99.",
)
@click.option(
    "--certificate-lead-days",
    type=NumberOf("d", 0, LONGEST),
    metavar="N",
    help="It takes N days to get a certificate.",
)
@click.option(
    "--pushes-a-minute",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="The server pushes to N simulated devices a minute that are asked together.",
)
@click.option(
    "--mdm-fqdn",
    type=TEXT,
    metavar="NAME",
    help='The host name of the MDM server; "" for none.',
)
@click.option(
    "--default-owner",
    type=TEXT,
    metavar="PERSON",
    help='Who answers for whatever has no owner of its own; "" for nobody.',
)
@click.option("--default-deputy", type=TEXT, metavar="PERSON", help="The default owner's deputy.")
@click.option(
    "--escalation-hours",
    type=NumberOf("h", 0, 8760),
    metavar="N",
    help="A notice that its owner hasn't acknowledged for N hours goes to the deputy, then to all; 0 for never.",
)
@click.option(
    "--endpoint-hours",
    type=NumberOf("h", 1, 168),
    metavar="N",
    help="Check what endpoints serve every N hours while `certfleet watch` or a server runs.",
)
@click.option(
    "--operator-hours",
    type=NumberOf("h", 0, 8760),
    metavar="N",
    help="On a virtual clock: an operator puts a new certificate on the endpoints N hours after it was bound.",
)
@click.option(
    "--simulated-nodes",
    type=click.IntRange(1, 16),
    metavar="N",
    help="On a virtual clock: an endpoint that is added has N nodes.",
)
@click.option(
    "--forgotten-nodes",
    type=click.IntRange(0, 16),
    metavar="N",
    help="On a virtual clock: the operator forgets the last N nodes of each endpoint.",
)
@click.option("--drills/--no-drills", default=None, help="Ask the owners for an answer twice a year.")
@click.option(
    "--backup-folder",
    type=TEXT,
    metavar="DIR",
    help='Where automatic backups go; "" for beside the workspace.',
)
@click.option(
    "--automatic-backups",
    type=click.Choice(["on", "off", "usual"]),
    help="Back up daily while a console or a server is open, and before migrations and the like; usual: where the "
    "clock is the wall clock.",
)
@click.option(
    "--audit-copy",
    type=TEXT,
    metavar="WHERE",
    help='Copy audit lines to a file that is only appended to, to syslog, or to syslog:ADDRESS:PORT; "" for nowhere.',
)
@click.option(
    "--protected-name",
    type=TEXT,
    metavar="NAME",
    help='Protect the workspace: NAME has to be typed before something is stopped or stranded in it; "" for nothing.',
)
@click.option(
    "--private-endpoints/--no-private-endpoints",
    default=None,
    help="Endpoints that somebody added over the network may have private addresses; those added here always may.",
)
@click.option("--gateway-fqdn", type=TEXT, metavar="NAME", help='The host name of NetScaler Gateway; "" for none.')
@_limit_option(
    "expiring",
    "30d,1/3",
    "A certificate is expiring so many days before its end, at most for this share of its lifetime.",
)
@_limit_option("critical", "10d,1/10", "The same for critical.")
def set_site(
    session: Session, /, expiring: tuple[WrittenLimit, ...], critical: tuple[WrittenLimit, ...], **settings: Any
) -> Answer:
    """Change some of the settings. The uses are server, saml, apns, ssl-listener, device, ca (CA certificates, whatever
    they are used as) and profile (provisioning profiles)."""
    wanted = {name: value for name, value in settings.items() if value is not None}
    if folder := wanted.get("backup_folder"):
        refuse_confined("setting the folder of the backups")
        wanted["backup_folder"] = str(Path(folder).expanduser().absolute())
    if copy := wanted.get("audit_copy"):
        refuse_confined("setting where audit lines are copied to")
        wanted["audit_copy"] = copy if copy.startswith("syslog") else str(Path(copy).expanduser().absolute())
    if automatic := wanted.get("automatic_backups"):
        wanted["automatic_backups"] = _AUTOMATIC[automatic]
    if not wanted and not expiring and not critical:
        raise click.UsageError("Name a setting to change.")
    site = session.open().site
    known = site.get()
    if expiring:
        wanted["expiring"] = with_limits(known.expiring, expiring)
    if critical:
        wanted["critical"] = with_limits(known.critical, critical)
    return _answer(site.set(**wanted))


def _answer(settings: SiteSettings) -> Answer:
    days = ", ".join(str(days) for days in settings.gateway_notice_days)
    inactive = settings.delete_inactive_days
    deleted = f"deleted after {plural(inactive, 'day')} of silence" if inactive else "kept"
    return Answer(
        {"site": settings},
        Facts(
            [
                ("migrated from XenMobile", "yes" if settings.migrated else "no"),
                ("SSL offload", "yes" if settings.ssl_offload else "no"),
                ("APNs grace", plural(settings.apns_grace_days, "day")),
                ("gateway notices", f"{days} days before the end" if days else "never"),
                ("inactive devices", deleted),
                ("start by", f"{settings.start_by_share:.4g} of the devices across in time"),
                ("to get a certificate", plural(settings.certificate_lead_days, "day")),
                ("change freezes", "\n".join(named(one) for one in settings.freezes) or "none"),
                ("pushes a minute", f"{settings.pushes_a_minute:,}"),
                ("endpoints", f"checked every {plural(settings.endpoint_hours, 'hour')}"),
                ("simulated endpoints", _simulated(settings)),
                ("default owner", _default_owner(settings)),
                ("escalation", _escalation(settings)),
                ("drills", "twice a year" if settings.drills else "only by hand"),
                ("backups", _backups(settings)),
                ("audit lines", f"also to {settings.audit_copy}" if settings.audit_copy else "in the workspace only"),
                ("protected", f"by its name: {settings.protected_name}" if settings.protected_name else "no"),
                ("private endpoints", "whoever adds them" if settings.private_endpoints else "only if added here"),
                ("MDM FQDN", settings.mdm_fqdn or "not known"),
                ("Gateway FQDN", settings.gateway_fqdn or "not known"),
                ("expiring", limits_words(settings.expiring).replace("; ", "\n")),
                ("critical", limits_words(settings.critical).replace("; ", "\n")),
            ]
        ),
    )


def _simulated(settings: SiteSettings) -> str:
    hours, nodes, forgotten = settings.operator_hours, settings.simulated_nodes, settings.forgotten_nodes
    missed = f", of which {min(forgotten, nodes)} forgotten" if forgotten else ""
    return f"{plural(nodes, 'node')}{missed}, updated after {plural(hours, 'hour')}"


def _default_owner(settings: SiteSettings) -> str:
    deputy = f", deputy {settings.default_deputy}" if settings.default_deputy else ""
    return f"{settings.default_owner or 'nobody'}{deputy}"


def _escalation(settings: SiteSettings) -> str:
    hours = settings.escalation_hours
    return f"to the deputy after {plural(hours, 'hour')}, after as many again to all" if hours else "never"


def _backups(settings: SiteSettings) -> str:
    automatic = settings.automatic_backups
    when = "daily with the wall clock" if automatic is None else "daily" if automatic else "only by hand"
    return f"{when}, {f'in {settings.backup_folder}' if settings.backup_folder else 'beside the workspace'}"
