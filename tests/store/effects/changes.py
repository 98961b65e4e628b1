"""Changes of a deployment, one for each family of use cases, for the tests of trials."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.clock import FixedClock
from certfleet.store.devices.results import Visit
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.endpoints.reading import ServedFiles
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.account import Role
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.model.endpoint import AddressReading
from certfleet.store.model.notice import Channel, Security
from certfleet.store.model.policy import Assignment, VpnSettings
from certfleet.store.model.start_by import StartBy
from certfleet.store.workspace import Workspace
from tests.forecasts import forecast
from tests.material import NOW, Issued, ec_key, issue, make_ca
from tests.store.bulk.material import fleet_archive
from tests.store.deployment import OTHER_TOPIC, bring, push, source, trusted, use
from tests.store.devices.handset import Handset, identity, signature, signing_request
from tests.store.profiles.material import make_profile

Change = Callable[[Workspace], object]
OWNER, BUNDLE = "it@company.example", "com.company.securemail"
KEYS = {platform: ec_key() for platform in Platform}
HOST, SAML, LONER = "mdm.company.example", "saml.company.example", "old.company.example"
VPN = VpnSettings(server="vpn.company.example", identity_type=IdentityType.SERIAL_NUMBER)
FREEZE = date(2026, 12, 20), date(2027, 1, 6)
NEW_ROOT = make_ca("Another Root CA")


def deployment(workspace: Workspace) -> None:
    """Certificates in use and one that nothing uses, a push certificate, a policy, a task, and a device a platform."""
    workspace.site.set(ssl_offload=True)
    trusted(workspace, "mdm-ssl", issue(HOST))
    use(workspace, "saml", issue(SAML))
    use(workspace, "apns", push())
    gateway = trusted(workspace, "gateway-ssl", issue("gateway.company.example"))
    workspace.inventory.replace(gateway.certificate_id or 0, source(issue("gateway.company.example", days=500)))
    bring(workspace, issue(LONER), chain=False)
    for platform, key in KEYS.items():
        Handset(workspace, platform, key)
    serials = [device.serial_number for device in workspace.devices.all()]
    workspace.bulk.import_archive(fleet_archive(*serials[:1]), identity_type=IdentityType.SERIAL_NUMBER)
    workspace.policies.create("Field VPN", vpn=VPN)
    workspace.profiles.import_file(make_profile("com.company.mail", not_after=NOW + timedelta(90)))
    workspace.accounts.add("ann", Role.OPERATOR, "correct horse")
    workspace.requests.create(subject="CN=new.company.example")


def named(workspace: Workspace, name: str) -> int:
    """The id of the newest entry of a name; of none where there is none."""
    return max((entry.id for entry in workspace.inventory.list() if entry.name == name), default=99)


def put_back(workspace: Workspace) -> Certificate:
    """An entry that was deleted."""
    id = named(workspace, LONER)
    entry, der = workspace.inventory.get(id), workspace.inventory.export(id, ExportFormat.DER)
    workspace.inventory.delete(id)
    return workspace.inventory.put_back(entry, der)


def component(workspace: Workspace, need: str) -> int:
    found = workspace.components.find(need)
    return 99 if found is None else found.id


def replaced_by(issued: Issued) -> Change:
    return lambda workspace: workspace.inventory.replace(named(workspace, HOST), source(issued))


RENEWED, MOVED = issue(HOST, days=300), issue(HOST, issuer=NEW_ROOT)
STRANGER = issue("new.company.example")
OTHER_PUSH = push(OTHER_TOPIC)
NEWCOMER = identity(Platform.ANDROID, "NEWCOMER")
REQUEST = signing_request(ec_key())
WEBHOOK = "https://hooks.company.example/1"


def visit(workspace: Workspace, platform: Platform = Platform.MACOS) -> Visit:
    """The first device of a platform checks in, asked for a renewal."""
    id = list(Platform).index(platform) + 1
    workspace.devices.renew([id])
    challenge = workspace.devices.challenge()
    held = base64.b64decode(workspace.devices.certificates(id)[0].der)
    return workspace.devices.check_in(held, challenge, signature(KEYS[platform], challenge))


def renewed(workspace: Workspace) -> object:
    """A device renews its certificate."""
    return workspace.devices.renew_certificate(visit(workspace), REQUEST, signature(KEYS[Platform.MACOS], REQUEST))


def notified(workspace: Workspace) -> int:
    """A notice that goes to a webhook."""
    workspace.deliveries.set_webhook(url=WEBHOOK)
    told = workspace.notices.tell("test", "workspace:1", "Read this", "", workspace.now())
    assert told is not None
    return told


def forgotten(workspace: Workspace) -> object:
    """The push certificate in use is registered in the portal, and forgotten there."""
    return workspace.portal.forget(OWNER, workspace.apns.register(OWNER).id)


def root_of(workspace: Workspace, name: str) -> int:
    """The top of the chain of an entry."""
    return workspace.inventory.chain(named(workspace, name))[-1].id


def all_of(*changes: Change) -> Change:
    """One after the other."""
    return lambda workspace: [change(workspace) for change in changes]


def asked(workspace: Workspace, issued: Issued = STRANGER) -> int:
    """An endpoint for the gateway that has been asked what it serves; its id."""
    endpoint = workspace.endpoints.add(NewEndpoint(where="new.company.example", need="gateway-ssl"))
    certificate = parse_certificate(issued.der)
    fingerprint = certificate.facts.fingerprint_sha256
    reading = AddressReading(address="192.0.2.1", tls_version="TLSv1.3", chain=(fingerprint,), path=(fingerprint,))
    workspace.endpoint_checks.take_in(endpoint, ServedFiles((reading,), {fingerprint: certificate}))
    return endpoint.id


CHANGES: Mapping[str, Change] = {
    "an endpoint": lambda workspace: workspace.endpoints.add(NewEndpoint(where="new.company.example")),
    "an endpoint is asked": asked,
    "endpoints are checked": lambda workspace: list(workspace.endpoint_checks.check()),
    "what an endpoint serves": lambda workspace: workspace.endpoint_imports.import_chain(asked(workspace)),
    "no endpoint": lambda workspace: workspace.endpoints.remove(asked(workspace)),
    "import": lambda workspace: workspace.inventory.import_from(source(STRANGER)),
    "describe": lambda workspace: workspace.inventory.describe(named(workspace, LONER), "of old"),
    "use": lambda workspace: workspace.inventory.set_use_as(named(workspace, LONER), UseAs.SAML),
    "delete": lambda workspace: workspace.inventory.delete(named(workspace, LONER)),
    "replace": replaced_by(RENEWED),
    "replace, of another root": replaced_by(MOVED),
    "request": lambda workspace: workspace.requests.create(subject="CN=next.company.example"),
    "cancel a request": lambda workspace: workspace.requests.cancel(1),
    "bind": lambda workspace: workspace.components.bind("saml", named(workspace, LONER)),
    "bind another topic": lambda workspace: workspace.components.bind("apns", bring(workspace, OTHER_PUSH).id),
    "unbind": lambda workspace: workspace.components.unbind("mdm-ssl"),
    "unbind push": lambda workspace: workspace.components.unbind("apns"),
    "required": lambda workspace: workspace.components.set_use("gateway-szc-ssl", Use.REQUIRED),
    "not used": lambda workspace: workspace.components.set_use("saml", Use.NOT_USED),
    "remove": lambda workspace: workspace.components.remove(component(workspace, "saml")),
    "import a profile": lambda workspace: workspace.profiles.import_file(make_profile("com.company.web")),
    "deploy a root": lambda workspace: workspace.trust.deploy(workspace.inventory.chain(named(workspace, HOST))[-1].id),
    "not preinstalled": lambda workspace: workspace.trust.set_preinstalled(
        workspace.inventory.chain(named(workspace, HOST))[-1].id, False
    ),
    "task done": lambda workspace: workspace.tasks.done(1),
    "site": lambda workspace: workspace.site.set(migrated=True),
    "a change freeze": lambda workspace: workspace.site.add_freeze(*FREEZE),
    "no change freeze": lambda workspace: (
        workspace.site.add_freeze(*FREEZE),
        workspace.site.remove_freeze(*FREEZE),
        workspace.site.set(certificate_lead_days=3),
    ),
    "a kept forecast": lambda workspace: workspace.kept_forecasts.keep(forecast(days=30)),
    "no kept forecast": lambda workspace: (
        workspace.kept_forecasts.keep(forecast(days=30), "rotation"),
        workspace.kept_forecasts.forget("rotation"),
    ),
    "last days to start": lambda workspace: workspace.start_by.keep(
        StartBy(computed_at=NOW, share=0.9, seeds=1, devices=3, drawn_habits=0, basis="", starts=())
    ),
    "a CA group": lambda workspace: workspace.authorities.refresh(ready_after=timedelta(0)),
    "a CA group, later": lambda workspace: workspace.authorities.refresh(ready_after=timedelta(days=1)),
    "activate a CA group": all_of(
        lambda workspace: workspace.authorities.refresh(name="next", ready_after=timedelta(0)),
        lambda workspace: workspace.ca_groups.activate("default"),
    ),
    "delete a CA group": all_of(
        lambda workspace: workspace.ca_groups.generate("spare"),
        lambda workspace: workspace.ca_groups.delete("spare"),
    ),
    "the listener": lambda workspace: workspace.authorities.issue_listener(["console.company.example"]),
    "a revocation list": lambda workspace: workspace.authorities.crl("default"),
    "add a device": lambda workspace: workspace.devices.add(NEWCOMER),
    "enroll a device again": lambda workspace: workspace.devices.enroll(1, REQUEST),
    "renew": lambda workspace: workspace.devices.renew([1, 2, 3, 4]),
    "revoke": lambda workspace: workspace.devices.revoke([1, 2]),
    "deploy now": all_of(
        lambda workspace: workspace.devices.renew([1]), lambda workspace: workspace.devices.refresh([1])
    ),
    "change a device": lambda workspace: workspace.device_changes.change(1, {"serial_number": "NEWBOARD1"}),
    "import devices": lambda workspace: workspace.device_imports.take_in(b"platform,serial_number\nios,NEW1\n"),
    "delete devices": lambda workspace: workspace.deletions.delete([1, 3]),
    "keep a moment": lambda workspace: workspace.moments.save("today"),
    "forget a moment": lambda workspace: (workspace.moments.save("today"), workspace.moments.forget("today")),
    "import an archive": lambda workspace: workspace.bulk.import_archive(
        fleet_archive("A12BC3D4EFGH"), identity_type=IdentityType.SERIAL_NUMBER
    ),
    "a policy": lambda workspace: workspace.policies.create(
        "Sales", vpn=VPN, assignment=Assignment(filter="platform:ios")
    ),
    "deploy a policy": lambda workspace: workspace.policies.deploy(1),
    "delete a policy": lambda workspace: workspace.policies.delete(1),
    "an account": lambda workspace: workspace.accounts.add("ben", Role.VIEWER, "battery staple"),
    "another role": lambda workspace: workspace.accounts.set_role("ann", Role.ADMINISTRATOR),
    "a login of an account": lambda workspace: workspace.accounts.set_login("ann", "ann"),
    "roles at the shell": lambda workspace: workspace.shell.set(workspace.audit, Role.VIEWER),
    "the Apple ID": lambda workspace: workspace.apns.register(OWNER),
    "import of several files": lambda workspace: list(workspace.inventory.import_all([source(STRANGER)])),
    "bind a profile": lambda workspace: workspace.components.bind_profile(1),
    "remove a profile": lambda workspace: workspace.profiles.remove(1),
    "install a root": lambda workspace: workspace.trust.install(root_of(workspace, HOST), [1, 2]),
    "withdraw a root": all_of(
        lambda workspace: workspace.trust.deploy(root_of(workspace, HOST)),
        lambda workspace: workspace.trust.withdraw(root_of(workspace, HOST)),
    ),
    "change a policy": lambda workspace: workspace.policies.change(1, name="Road VPN"),
    "a policy's profile": lambda workspace: workspace.policies.profile_for(1, 1),
    "delete of bulk certificates": lambda workspace: workspace.bulk.delete(
        [workspace.devices.get(1).serial_number or ""], identity_type=IdentityType.SERIAL_NUMBER
    ),
    "a device checks in": visit,
    "a device renews": renewed,
    "a device is busy": lambda workspace: workspace.devices.answer_not_now(visit(workspace)),
    "a device fails": lambda workspace: workspace.devices.answer_error(visit(workspace), "no space"),
    "a device is silent": lambda workspace: workspace.devices.no_answer(visit(workspace)),
    "request for push": lambda workspace: workspace.apns.request(),
    "renew push": all_of(
        lambda workspace: workspace.apns.register(OWNER), lambda workspace: workspace.apns.renew(OWNER)
    ),
    "push for the mail app": lambda workspace: workspace.apns.renew(
        OWNER, "securemail-apns", create=True, bundle=BUNDLE
    ),
    "revoke push": all_of(
        lambda workspace: workspace.apns.register(OWNER),
        lambda workspace: workspace.apns.revoke(OWNER, workspace.portal.list()[-1].id),
    ),
    "forget in the portal": forgotten,
    "a mail server": lambda workspace: workspace.deliveries.set_smtp(
        host="mail.company.example", port=587, security=Security.STARTTLS, sender=OWNER, recipients=[OWNER]
    ),
    "a webhook": lambda workspace: workspace.deliveries.set_webhook(url=WEBHOOK),
    "no webhook": all_of(notified, lambda workspace: workspace.deliveries.remove(Channel.WEBHOOK)),
    "a delivery is tried again": lambda workspace: workspace.outbox.retry(notified(workspace)),
    "deliveries are tried again": all_of(notified, lambda workspace: workspace.outbox.retry_all()),
    "a notice is read": all_of(notified, lambda workspace: workspace.notices.mark_all_read("ann")),
    "one notice is read": lambda workspace: workspace.notices.mark_read([notified(workspace)], "ann"),
    "one notice is unread": all_of(
        lambda workspace: workspace.notices.mark_read([notified(workspace)], "ann"),
        lambda workspace: workspace.notices.mark_unread([note.id for note in workspace.notices.list()], "ann"),
    ),
    "an owner": lambda workspace: workspace.owners.set("certificate:1", owner=OWNER),
    "a drill": all_of(
        lambda workspace: workspace.owners.set("certificate:1", owner=OWNER),
        lambda workspace: workspace.drills.start(),
    ),
    "a handover": all_of(
        lambda workspace: workspace.owners.set("certificate:1", owner=OWNER),
        lambda workspace: workspace.handing_over.hand_over(OWNER, "bob@company.example"),
    ),
    "a notice is acknowledged": lambda workspace: workspace.acknowledgements.acknowledge([notified(workspace)]),
    "a notice is no longer acknowledged": all_of(
        lambda workspace: workspace.acknowledgements.acknowledge([notified(workspace)]),
        lambda workspace: workspace.acknowledgements.withdraw([note.id for note in workspace.notices.list()]),
    ),
    "a scrape token": lambda workspace: workspace.scrape_tokens.add("prometheus"),
    "no scrape token": all_of(
        lambda workspace: workspace.scrape_tokens.add("prometheus"),
        lambda workspace: workspace.scrape_tokens.revoke("Prometheus"),
    ),
    "an undo": lambda workspace: workspace.undoing.undo(workspace.audit.about("policy:1")[-1].id),
    "put back": put_back,
    "no account": lambda workspace: workspace.accounts.remove("ann"),
    "a password": lambda workspace: workspace.accounts.set_password("ann", "battery staple"),
    "unlock": lambda workspace: workspace.accounts.unlock("ann"),
    "sessions": lambda workspace: workspace.logins.timeout.set(minutes=5),
    "a passphrase": lambda workspace: workspace.change_passphrase("battery staple"),
    "the clock": lambda workspace: workspace.set_clock(NOW + timedelta(days=3)),
}
NO_DIFFERENCE = {
    "endpoints are checked",  # there are none
    "no endpoint",  # the one that was added a moment ago
    "keep a moment",
    "a kept forecast",
    "no kept forecast",
    "forget a moment",
    "deploy a policy",  # it is on its way already
    "install a root",  # which these devices trust already
    "a policy's profile",
    "unlock",  # nobody has locked it
    "no scrape token",  # the one that was made a moment ago
}
"""Those whose effects are empty."""


def in_memory() -> Workspace:
    """The deployment, in memory, at a fixed time."""
    workspace = Workspace.open(None, clock=FixedClock(NOW))
    deployment(workspace)
    return workspace
