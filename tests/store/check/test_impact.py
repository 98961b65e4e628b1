"""`workspace check` names what somebody has changed behind the workspace's back: what certificates are for.

The deployment: a gateway that was missing for a day (component 1), an app with its profile (2), an MDM certificate that
was replaced on a migrated site (3, which goes on with certificate 2 until task 1 is done), push (4).
"""

from __future__ import annotations

import base64

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.device import Platform
from certfleet.store.persistence.engine import Row
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.check.test_damage import Damage, change, found, remove
from tests.store.deployment import DAY, bring, push, replace, use
from tests.store.profiles.material import make_profile


@pytest.fixture
def deployed(workspace: Workspace, clock: FixedClock) -> Workspace:
    gateway = use(workspace, "gateway-ssl", issue("gateway.example.com"))
    workspace.components.bind_profile(workspace.profiles.import_file(make_profile()).profile.id)
    mdm = use(workspace, "mdm-ssl", issue("mdm.example.com"))
    use(workspace, "apns", push())
    root = bring(workspace, make_ca("A Root"), key=False)
    clock.at += DAY
    workspace.trust.deploy(root.id, platforms=[Platform.IOS])
    workspace.trust.deploy(root.id, platforms=[Platform.MACOS])
    workspace.components.unbind("gateway-ssl")
    clock.at += DAY
    workspace.components.bind("gateway-ssl", gateway.certificate_id or 0)
    workspace.site.set(migrated=True)
    replace(workspace, mdm, issue("mdm.example.com"))
    write("renewal_failures", NOW.toordinal(), day=f"{NOW:%Y-%m-%d}", failing=2, ended=1)(workspace)
    assert workspace.check().clean
    assert [component.need for component in workspace.components.list()] == [
        "gateway-ssl",
        "provisioning-profile",
        "mdm-ssl",
        "apns",
    ]
    assert (workspace.components.get(3).still_serves, len(workspace.tasks.list(done=False))) == (2, 1)
    assert len(workspace.impact.interruptions().list()) == 2
    return workspace


ROOT = 4  # the entry of the root that is deployed


def write(table: str, id: int, **body: object) -> Damage:
    return lambda workspace: workspace.database.table(table).write([Row(id, body)])


def interruption_again(workspace: Workspace) -> None:
    """The first one once more, an hour after it began."""
    body = dict(workspace.database.table("interruptions").get(doc_id=1))
    workspace.database.table("interruptions").insert({**body, "since": "2026-01-02T01:00:00Z"})


def another_file(workspace: Workspace) -> None:
    other = make_profile("com.company.other")
    change("profile_der", 1, der=base64.b64encode(other).decode())(workspace)


SCHEMA: list[tuple[Damage, str]] = [
    (change("components", 1, use="maybe"), "components:1"),
    (change("components", 1, bound_at="2026-01-01T00:00:00"), "components:1"),
    (change("tasks", 1, kind="whatever"), "tasks:1"),
    (change("tasks", 1, done_at="2026-01-01T00:00:00", done_by="alice"), "tasks:1"),
    (change("interruptions", 1, since=None), "interruptions:1"),
    (change("interruptions", 1, since="2026-01-01T00:00:00"), "interruptions:1"),
    (change("trust_anchors", ROOT, platforms=["symbian"]), f"trust_anchors:{ROOT}"),
    (change("push_channel", 1, valid_until="never"), "push_channel:1"),
    (change("settings", 1, apns_grace_days=-1), "settings:1"),
    (change("settings", 1, gateway_notice_days=["30"]), "settings:1"),
    (write("settings", 2, smtp={"host": 5}), "settings:2"),
    (change("renewal_failures", NOW.toordinal(), failing="many"), f"renewal_failures:{NOW.toordinal()}"),
    (change("profiles", 1, not_after="x"), "profiles:1"),
    (write("deliveries", 1, notice_id="?"), "deliveries:1"),
    (write("tasks", 5), "tasks:5"),
]

DAMAGES: dict[str, tuple[Damage, set[str]]] = {
    "a component uses a certificate that is not there": (
        change("components", 1, certificate_id=99),
        {"reference-broken component:1"},
    ),
    "a component goes on with one that is not there": (
        change("components", 3, still_serves=99),
        {"reference-broken component:3"},
    ),
    "an app has a profile that is not there": (
        change("components", 2, profile_id=99),
        {"reference-broken component:2"},
    ),
    "a component is for no need": (change("components", 1, need="coffee"), {"component-differs component:1"}),
    "two components are the same": (change("components", 1, need="mdm-ssl"), {"same-name component:3"}),
    "a component has a name that it can't have": (
        change("components", 1, name="another"),
        {"component-differs component:1"},
    ),
    "a gateway uses a profile": (change("components", 1, profile_id=1), {"component-differs component:1"}),
    "an app uses a certificate": (change("components", 2, certificate_id=1), {"component-differs component:2"}),
    "a component goes on with an old one without a new one": (
        change("components", 3, certificate_id=None),
        {"component-differs component:3"},
    ),
    "nothing is left to do for a component that waits": (
        change("tasks", 1, done_at="2026-01-05T00:00:00Z", done_by="alice"),
        {"component-differs component:3"},
    ),
    "a component doesn't wait for its task": (change("components", 3, still_serves=None), {"task-differs task:1"}),
    "a task is about a component that is not there": (
        change("tasks", 1, component_id=99),
        {"reference-broken task:1", "component-differs component:3"},
    ),
    "a task is about certificates that are not there": (
        change("tasks", 1, certificate_id=98, old_certificate_id=99),
        {"reference-broken task:1"},
    ),
    "a task is about a request that is not there": (change("tasks", 1, request_id=9), {"reference-broken task:1"}),
    "a task is for no need": (change("tasks", 1, need="coffee"), {"task-differs task:1"}),
    "a task is done by nobody": (
        change("tasks", 1, done_at="2026-01-05T00:00:00Z"),
        {"task-differs task:1", "component-differs component:3"},
    ),
    "an interruption is of something unknown": (
        change("interruptions", 1, capability="flying"),
        {"interruption-differs interruption:1"},
    ),
    "an interruption is on a platform unknown": (
        change("interruptions", 1, platforms=["symbian"]),
        {"interruption-differs interruption:1"},
    ),
    "an interruption ends before it begins": (
        change("interruptions", 1, until="2020-01-01T00:00:00Z"),
        {"interruption-differs interruption:1"},
    ),
    "two interruptions are the same": (interruption_again, {"interruption-differs interruption:3"}),
    "an anchor is of a certificate that is not there": (
        write("trust_anchors", 99),
        {"reference-broken trust-anchor:99"},
    ),
    "an anchor is deployed at no time": (
        change("trust_anchors", ROOT, deployed_at=None),
        {f"trust-anchor-differs trust-anchor:{ROOT}"},
    ),
    "an anchor was deployed earlier to others": (
        change("trust_anchors", ROOT, earlier={"windows": "2026-01-01T00:00:00Z"}),
        {f"trust-anchor-differs trust-anchor:{ROOT}"},
    ),
    "the push channel is broken at no time": (
        change("push_channel", 1, reason="topic-changed"),
        {"push-channel-differs push-channel:1"},
    ),
    "failures are of another day": (
        change("renewal_failures", NOW.toordinal(), day="2020-01-01"),
        {f"record-differs renewal-failures:{NOW.toordinal()}"},
    ),
    "failures are less than none": (
        change("renewal_failures", NOW.toordinal(), ended=-1),
        {f"record-differs renewal-failures:{NOW.toordinal()}"},
    ),
    "a profile says another end": (
        change("profiles", 1, not_after="2090-01-01T00:00:00Z"),
        {"record-differs profile:1"},
    ),
    "a profile's file is gone": (remove("profile_der", 1), {"der-missing profile:1"}),
    "a profile's file is damaged": (change("profile_der", 1, der="AAAA"), {"der-damaged profile:1"}),
    "a profile's file is no base64": (change("profile_der", 1, der="~"), {"der-damaged profile:1"}),
    "a profile's file is another app's": (another_file, {"record-differs profile:1"}),
    "a profile is gone": (
        remove("profiles", 1),
        {"reference-broken component:2", "der-orphaned profile:1"},
    ),
}


@pytest.mark.parametrize(("damage", "record"), SCHEMA, ids=[f"{n} {record}" for n, (_, record) in enumerate(SCHEMA)])
def test_a_document_that_is_no_record(deployed: Workspace, damage: Damage, record: str) -> None:
    damage(deployed)
    assert found(deployed) == {f"document-invalid {record}"}


@pytest.mark.parametrize(("damage", "expected"), DAMAGES.values(), ids=DAMAGES)
def test_it_is_named_where(deployed: Workspace, damage: Damage, expected: set[str]) -> None:
    damage(deployed)
    assert found(deployed) == expected


def test_a_deleted_certificate_leaves_nothing_behind(deployed: Workspace) -> None:
    deployed.trust.withdraw(ROOT)
    deployed.trust.set_preinstalled(ROOT, True)
    deployed.inventory.delete(ROOT)
    assert deployed.trust.list() == ()
    assert deployed.check().clean
