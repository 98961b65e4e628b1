"""Actions on a deployment for tests: importing, binding and replacing certificates."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.components.needs import NEEDS
from certfleet.store.inventory.importing import Arrival, new_entry
from certfleet.store.inventory.sources import CertificateSource, ReplaceResult
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.model.component import Component, Use
from certfleet.store.model.device import Platform
from certfleet.store.push.topics import app_subject, management_subject
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, issue
from tests.store.devices.handset import Handset, identity, signing_request

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TOPIC, OTHER_TOPIC = UUID(int=1), UUID(int=2)
EVERYBODY = "ios macos android windows"


def use_nothing(workspace: Workspace) -> Workspace:
    """Say of every need that the deployment doesn't have it: binding something takes that back."""
    for need in NEEDS:
        if need.listed:
            workspace.components.set_use(need.id, Use.NOT_USED)
    return workspace


def push(topic: UUID = TOPIC, *, days: int = 365, not_before: datetime = NOW - DAY) -> Issued:
    """A push certificate for device management."""
    return issue(subject=management_subject(topic), days=days, not_before=not_before)


def app_push(*, days: int = 365, not_before: datetime = NOW - DAY) -> Issued:
    """A push certificate for Secure Mail."""
    return issue(subject=app_subject("com.company.securemail"), days=days, not_before=not_before)


def source(issued: Issued, *, chain: bool = True, key: bool = True) -> CertificateSource:
    """As a file, with its chain and its key unless the test leaves them out."""
    return CertificateSource(
        data=issued.chain_pem if chain else issued.pem, name="file.pem", key=issued.key_pem if key else None
    )


def bring(workspace: Workspace, issued: Issued, *, chain: bool = True, key: bool = True) -> Certificate:
    """Import it; the answer is its entry. A CA certificate comes without its key."""
    taken = workspace.inventory.import_from(source(issued, chain=chain, key=key), use_as=UseAs.SERVER)
    wanted = sha256(issued.der).hexdigest()
    return next(entry for entry in (*taken.imported, *taken.linked) if entry.fingerprint_sha256 == wanted)


def entry_of(issued: Issued, id: int = 1) -> Certificate:
    """An entry as the rules take it, without a workspace."""
    facts = parse_certificate(issued.der).facts
    return new_entry(facts, id=id, use_as=UseAs.SERVER, came=Arrival("file.pem", NOW, "alice"))


def use(workspace: Workspace, need: str, issued: Issued, *, name: str = "", chain: bool = True) -> Component:
    """Import a certificate and bind it."""
    return workspace.components.bind(need, bring(workspace, issued, chain=chain).id, name=name)


def trusted(workspace: Workspace, need: str, issued: Issued) -> Component:
    """The same, of a CA that every device comes with."""
    component = use(workspace, need, issued)
    top = workspace.inventory.chain(component.certificate_id or 0)[-1]
    workspace.trust.set_preinstalled(top.id, True)
    return component


def replace(workspace: Workspace, component: Component, issued: Issued, *, chain: bool = True) -> ReplaceResult:
    """Update what a component uses."""
    current = workspace.components.get(component.id).certificate_id
    assert current is not None
    return workspace.inventory.replace(current, source(issued, chain=chain))


def stops(workspace: Workspace, at: datetime | None = None) -> set[str]:
    """What isn't as it should be: ``"check-in stopped (expired): ios macos android windows"``."""
    return {
        f"{one.capability} {one.level} ({one.reason}): {' '.join(one.platforms)}"
        for one in workspace.impact.consequences(at)
    }


def notices(workspace: Workspace, kind: str = "") -> list[str]:
    """The keys of the notices that were given, oldest first."""
    return [notice.key for notice in reversed(workspace.notices.list()) if not kind or notice.kind == kind]


def enrolled(workspace: Workspace, platform: Platform = Platform.IOS) -> Handset:
    """A device that is enrolled, under whatever holds now."""
    return Handset(workspace, platform)


def newcomer(workspace: Workspace, platform: Platform = Platform.IOS) -> int:
    """A device that is yet to enroll."""
    return workspace.devices.add(identity(platform)).id


__all__ = ["EVERYBODY", "Handset", "signing_request"]
