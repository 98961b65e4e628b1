"""The permissions of a role: by the rule, and over everything that the workspace can do."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.component import Use
from certfleet.store.model.device import DeviceState
from certfleet.store.model.notice import Channel
from certfleet.store.model.permissions import FAMILIES, WEIGHTY, least_role, may
from certfleet.store.model.request import KeySpec
from certfleet.store.workspace import Workspace
from tests.material import ec_key, issue, make_chain
from tests.store.accounts.conftest import PASSWORD
from tests.store.conftest import content
from tests.store.devices.handset import Handset, identity, signing_request
from tests.store.inventory.test_inventory import p12
from tests.store.profiles.material import make_profile

ROOT = Path(__file__).parents[3]
OWNER = "it@company.example"
ADMINISTRATOR, OPERATOR, VIEWER = Role.ADMINISTRATOR, Role.OPERATOR, Role.VIEWER


def actions_in_the_source() -> Iterator[str]:
    """The action of every audit line; where only its beginning is written there, that (``certificate.``)."""
    for folder in ("store", "simulator", "tui", "cli", "api"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            # To parse all files takes seconds.
            for node in ast.walk(ast.parse(text)) if re.search(r"\b(record|permit)\(|[a-z]\.\{", text) else ():
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=audit, attr="record" | "permit"),
                        args=[ast.Constant(value=str(action)), *_],
                    ) if "audit" in ast.unparse(audit):
                        yield action
                    case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue()]):
                        if re.fullmatch(r"[a-z]+\.", beginning):
                            yield beginning


def test_somebody_has_thought_of_every_action_in_the_source() -> None:
    found = set(actions_in_the_source())
    assert {"vault.protect", "push.lost", "certificate.", "device.", "trust.", "simulation.control"} <= found
    assert {action.partition(".")[0] for action in found} <= FAMILIES.keys()


def test_what_each_role_may_do() -> None:
    for action in (*(f"{family}.anything" for family in FAMILIES), *WEIGHTY):
        assert may(None, action)
        assert may(ADMINISTRATOR, action)
        assert not may(VIEWER, action)
        assert may(OPERATOR, action) == (least_role(action) is OPERATOR)
    assert may(OPERATOR, "certificate.import")
    assert may(OPERATOR, "device.revoke")
    assert not may(OPERATOR, "certificate.export-key")
    assert not may(OPERATOR, "authority.refresh")
    assert not may(OPERATOR, "nobody-has.thought-of-it")


Cases = Mapping[str, tuple[Role, Callable[[], object]]]


@pytest.fixture
def cases(workspace: Workspace) -> Cases:
    """What can be changed, in an order in which it can, and the least role for it."""
    w = workspace
    w.inventory.import_from(p12(make_chain()))  # 1 to 3
    w.inventory.import_from(CertificateSource(data=issue("spare.example").pem))  # 4
    w.apns.renew(OWNER)
    waiting = w.apns.request().id
    phone, new_phone = Handset(w), w.devices.add(identity())
    w.profiles.import_file(make_profile())
    w.profiles.import_file(make_profile("com.company.other"))
    w.components.bind_profile(1)
    w.trust.deploy(3)
    w.deliveries.set_webhook(url="https://hooks.example/a")
    return {
        "import": (OPERATOR, lambda: w.inventory.import_from(p12(make_chain("other.example")))),
        "describe": (OPERATOR, lambda: w.inventory.describe(1, "described")),
        "replace": (OPERATOR, lambda: w.inventory.replace(1, p12(issue("mdm.example.com")))),
        "delete": (OPERATOR, lambda: w.inventory.delete(4)),
        "export a key": (ADMINISTRATOR, lambda: w.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD)),
        "reveal a password": (ADMINISTRATOR, lambda: w.inventory.reveal_password(1)),
        "request": (OPERATOR, lambda: w.requests.create(subject="CN=a", key=KeySpec.EC_P256, use_as=UseAs.SERVER)),
        "task done": (OPERATOR, lambda: w.tasks.done(1)),
        "cancel a request": (OPERATOR, lambda: w.requests.cancel(waiting)),
        "set a use": (OPERATOR, lambda: w.components.set_use("saml", Use.NOT_USED)),
        "remove a component": (OPERATOR, lambda: w.components.remove(w.components.list()[-1].id)),
        "deploy": (OPERATOR, lambda: w.trust.deploy(2)),
        "preinstalled": (OPERATOR, lambda: w.trust.set_preinstalled(3, True)),
        "install": (OPERATOR, lambda: w.trust.install(3, [phone.id])),
        "withdraw": (OPERATOR, lambda: w.trust.withdraw(3)),
        "bind a profile": (OPERATOR, lambda: w.components.bind_profile(2)),
        "import a profile": (OPERATOR, lambda: w.profiles.import_file(make_profile("com.company.third"))),
        "request for push": (OPERATOR, lambda: w.apns.request()),
        "renew push": (OPERATOR, lambda: w.apns.renew(OWNER)),
        "add a device": (OPERATOR, lambda: w.devices.add(identity())),
        "enroll": (OPERATOR, lambda: w.devices.enroll(new_phone.id, signing_request(ec_key()))),
        "renew": (OPERATOR, lambda: w.devices.renew([phone.id])),
        "revoke": (OPERATOR, lambda: w.devices.revoke([phone.id])),
        "listener": (OPERATOR, lambda: w.authorities.issue_listener(["mdm.example.com"])),
        "refresh": (ADMINISTRATOR, lambda: w.authorities.refresh(ready_after=timedelta(0))),
        "revocation list": (ADMINISTRATOR, lambda: w.authorities.crl("default")),
        "site": (ADMINISTRATOR, lambda: w.site.set(migrated=True)),
        "webhook": (ADMINISTRATOR, lambda: w.deliveries.set_webhook(url="https://hooks.example/b", secret="s")),
        "no webhook": (ADMINISTRATOR, lambda: w.deliveries.remove(Channel.WEBHOOK)),
        "passphrase": (ADMINISTRATOR, lambda: w.change_passphrase("a passphrase")),
        "key file": (ADMINISTRATOR, lambda: w.change_passphrase(None)),
        "account": (ADMINISTRATOR, lambda: w.accounts.add("Zoe", ADMINISTRATOR, PASSWORD)),
        "timeout": (ADMINISTRATOR, lambda: w.logins.timeout.set(minutes=5)),
        "revoke push": (ADMINISTRATOR, lambda: w.apns.revoke(OWNER, w.portal.list()[-1].id)),
    }


def acting(workspace: Workspace, role: Role) -> AbstractContextManager[None]:
    return workspace.acting_as(Actor(f"the {role}", "192.0.2.7", role))


@pytest.mark.parametrize("role", Role)
def test_a_role_changes_what_it_may_and_nothing_else(workspace: Workspace, cases: Cases, role: Role) -> None:
    before = content(workspace)
    for name, (least, change) in cases.items():
        allowed = role is ADMINISTRATOR or role is least
        with acting(workspace, role):
            if allowed:
                change()
            else:
                with pytest.raises(Refusal, match="not-permitted") as refused:
                    change()
                assert f"role {least}" in refused.value.message, name
        after = content(workspace)
        assert (after != before) == allowed, name
        before = after
    assert workspace.check().clean


def test_a_viewer_enrolls_nobody_not_even_in_vain(workspace: Workspace) -> None:
    phone = workspace.devices.add(identity())
    before = content(workspace)
    with acting(workspace, VIEWER), pytest.raises(Refusal, match="not-permitted"):
        workspace.devices.enroll(phone.id, signing_request(ec_key()))
    assert content(workspace) == before
    with pytest.raises(Refusal, match="apns-missing"):
        workspace.devices.enroll(phone.id, signing_request(ec_key()))
    assert content(workspace) != before  # that it was tried is on record


def test_a_viewer_makes_no_push_authorities_by_the_way(workspace: Workspace) -> None:
    before = content(workspace)
    with acting(workspace, VIEWER):
        for attempt in (lambda: workspace.apns.renew(OWNER), workspace.portal.authorities.current):
            with pytest.raises(Refusal, match="not-permitted"):
                attempt()
    assert content(workspace) == before


def test_of_many_files_each_is_refused(workspace: Workspace) -> None:
    before = content(workspace)
    with acting(workspace, VIEWER):
        outcomes = list(workspace.inventory.import_all([p12(make_chain(name)) for name in ("a.example", "b.example")]))
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)] == ["not-permitted"] * 2
    assert content(workspace) == before


def test_a_surface_can_ask_before_it_begins(workspace: Workspace) -> None:
    workspace.audit.permit("workspace.import")
    with acting(workspace, OPERATOR):
        workspace.audit.permit("certificate.import")
        with pytest.raises(Refusal, match="not-permitted") as refused:
            workspace.audit.permit("delivery.test")
    assert "the role operator may not" in refused.value.message
    assert "it takes the role administrator" in refused.value.message


def test_a_viewer_looks_and_keeps_marks(workspace: Workspace) -> None:
    workspace.inventory.import_from(p12(make_chain()))
    workspace.notices.tell("test", "workspace:1", "Read this", "", workspace.now())
    lines = workspace.audit.tail(1)[0].id
    with acting(workspace, VIEWER):
        assert len(workspace.inventory.list()) == 3
        assert workspace.inventory.export(1, ExportFormat.CHAIN)
        assert workspace.impact.checklist()
        assert workspace.check().clean
        assert workspace.notices.mark_read([1], workspace.actor.user) == 1
    assert workspace.notices.get(1).read_by == ("the viewer",)
    assert workspace.audit.tail(1)[0].id == lines


def test_what_is_due_is_done_also_while_a_viewer_looks(workspace: Workspace, clock: FixedClock) -> None:
    workspace.apns.renew(OWNER)
    phone = Handset(workspace)
    clock.at += timedelta(days=400)
    with acting(workspace, VIEWER):
        workspace.settle()
    assert phone.device.state is DeviceState.MUST_RE_ENROLL
    line = workspace.audit.tail(1)[0]
    assert (line.user, line.origin, line.action) == ("certfleet", None, "push.lost")
    assert workspace.notices.list()
