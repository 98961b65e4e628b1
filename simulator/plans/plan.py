"""A plan: dated actions, each of which is one of the workspace's use cases.

A plan file is read by ``reading.read_plan`` and carried out by ``running.PlanRun``.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ...store.authorities.groups import READY_AFTER
from ...store.model.bulk import IdentityType
from ...store.model.certificate import UseAs
from ...store.model.component import Use
from ...store.model.device import Platform
from ...store.model.policy import VpnSettings
from ..engine.campaigns.campaign import DEADLINE, HELP_DESK, SECOND_MAIL

MORNING = time(8, tzinfo=UTC)
"""When an action is due on a day without a time."""


class Action(Struct, frozen=True, kw_only=True, tag_field="do"):
    """An action. It is due ``at`` a time (UTC, aware), or ``after`` the plan began. ``line`` is where it begins in the
    file, 0 without one."""

    at: datetime | None = None
    after: timedelta | None = None
    line: int = 0

    def due(self, started_at: datetime) -> datetime:
        """When it is due in a run that began at ``started_at``."""
        return self.at if self.at is not None else started_at + (self.after or timedelta(0))


class Choice(Struct, frozen=True, kw_only=True):
    """Which devices an action is for: those that every given part allows; all if nothing is given.

    ``devices`` are ids or identities; ``search`` is a filter in the console's language, evaluated when it is needed.
    """

    issuer: tuple[str, ...] = ()
    platform: tuple[Platform, ...] = ()
    search: str = ""
    devices: tuple[str, ...] = ()


class Renew(Action, frozen=True, kw_only=True, tag="renew"):
    """Certificate Renewal for devices, ``per_day`` of them a day at this time of day (None: all at once), by their ids.
    With ``working_days`` none is asked on Saturdays and Sundays (UTC)."""

    choice: Choice = Choice()
    per_day: int | None = None
    working_days: bool = False


class Ring(Struct, frozen=True, kw_only=True):
    """A part of the devices of a ``RenewInRings``: the named ones, those that a filter finds, or a ``share`` of all.

    ``within`` is how long the devices have to answer before the next ring may open; ``most_misses`` the share of those
    that answered whose renewal may fail.
    """

    name: str
    choice: Choice = Choice()
    share: float | None = None
    within: timedelta
    most_misses: float


class RenewInRings(Action, frozen=True, kw_only=True, tag="renew-in-rings"):
    """Certificate Renewal ring by ring. A device is asked in the first ring that it belongs to."""

    choice: Choice = Choice()
    rings: tuple[Ring, ...] = ()


class RefreshAuthority(Action, frozen=True, kw_only=True, tag="refresh-authority"):
    """Request a new CA group, which issues after ``ready_after``."""

    name: str | None = None
    ready_after: timedelta = READY_AFTER


class NewCertificate(Struct, frozen=True, kw_only=True):
    """Where a new certificate comes from: a ``file`` beside the plan (with ``key``, or a keystore; passwords in files),
    or one like another (see ``new_certificate.make_like``) that is valid for ``valid`` from then on."""

    file: str | None = None
    key: str | None = None
    password_file: str | None = None
    like: str | None = None
    valid: timedelta | None = None


class ReplaceCertificate(Action, frozen=True, kw_only=True, tag="replace-certificate"):
    """Replace ``certificate`` (an id, a SHA-256 fingerprint, a name, or a need: what is bound to it)."""

    certificate: str
    new: NewCertificate


class ImportCertificate(Action, frozen=True, kw_only=True, tag="import-certificate"):
    """Import a certificate."""

    new: NewCertificate
    use_as: UseAs | None = None
    description: str = ""


class RenewApns(Action, frozen=True, kw_only=True, tag="renew-apns"):
    """Renew a push certificate in the simulated portal, signed in as an Apple ID. ``anyway``: even if the topic changes
    by it, which cuts devices off."""

    apple_id: str
    need: str = "apns"
    create: bool = False
    anyway: bool = False


class Bind(Action, frozen=True, kw_only=True, tag="bind"):
    """Bind ``certificate`` to a need; ``name`` is that of the app, CA entity or resource."""

    need: str
    certificate: str
    name: str = ""
    apple_id: str | None = None


class UseComponent(Action, frozen=True, kw_only=True, tag="use-component"):
    """Say whether the deployment uses what a need stands for; ``name`` as in ``Bind``."""

    need: str
    use: Use
    name: str = ""


class ImportProfile(Action, frozen=True, kw_only=True, tag="import-profile"):
    """Import the provisioning profile in ``file``, and bind it to its app."""

    file: str


class ImportDeviceCertificates(Action, frozen=True, kw_only=True, tag="import-device-certificates"):
    """Import the archive ``file`` of PKCS #12 files named after devices; ``credentials`` names the passwords in it."""

    file: str
    identity_type: IdentityType
    credentials: str | None = None


class CreatePolicy(Action, frozen=True, kw_only=True, tag="create-policy"):
    """Create a VPN policy, and deploy it to the devices of a choice (``group`` names those of its filter).
    ``certificate`` is the entry that devices authenticate with, if they don't do it each with its own."""

    name: str
    vpn: VpnSettings
    certificate: str | None = None
    choice: Choice = Choice()
    group: str = ""


class DeployPolicy(Action, frozen=True, kw_only=True, tag="deploy-policy"):
    """Deploy a policy again, to the devices that its filter finds then."""

    policy: str


class DeployRoot(Action, frozen=True, kw_only=True, tag="deploy-root"):
    """Deploy a CA or server certificate to devices; to all platforms if none is named."""

    certificate: str
    platform: tuple[Platform, ...] = ()
    antivirus: bool = False


class StartCampaign(Action, frozen=True, kw_only=True, tag="start-campaign"):
    """Tell the owners of simulated devices to re-enroll them, as ``certfleet simulate campaign start`` does."""

    platform: tuple[Platform, ...] = ()
    second_mail: timedelta | None = SECOND_MAIL
    deadline: timedelta | None = DEADLINE
    help_desk: int = HELP_DESK


class SetSite(Action, frozen=True, kw_only=True, tag="set-site"):
    """Set settings of the site, by their names in ``SiteSettings``; ``expiring`` and ``critical`` as limits in text."""

    settings: dict[str, Any]


class AddFreeze(Action, frozen=True, kw_only=True, tag="add-freeze"):
    """Add a change freeze of the site, from the ``first`` day to the ``last``."""

    first: date
    last: date
    why: str = ""


class CompleteTask(Action, frozen=True, kw_only=True, tag="complete-task"):
    """Mark a follow-up done: by its id, its kind, or words of its title; the oldest open one of several."""

    task: str


class AddEndpoint(Action, frozen=True, kw_only=True, tag="add-endpoint"):
    """Add an endpoint, ``HOST`` or ``HOST:PORT``, for a need and, of several, a name."""

    host: str
    need: str
    name: str = ""


AnyAction = (
    Renew
    | RenewInRings
    | RefreshAuthority
    | ReplaceCertificate
    | ImportCertificate
    | RenewApns
    | Bind
    | UseComponent
    | ImportProfile
    | ImportDeviceCertificates
    | CreatePolicy
    | DeployPolicy
    | DeployRoot
    | StartCampaign
    | SetSite
    | AddFreeze
    | CompleteTask
    | AddEndpoint
)


class Plan(Struct, frozen=True, kw_only=True):
    """A plan. ``name`` is the file's without its ending. ``actions`` are in the order of the file."""

    name: str
    title: str = ""
    actions: tuple[AnyAction, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what it does: the same whatever its layout and comments."""
        bare = tuple(replace(action, line=0) for action in self.actions)
        return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def name_of(action: AnyAction) -> str:
    """What a plan file calls an action: ``renew``."""
    return str(action.__struct_config__.tag)
