"""A workspace of schema version 2, from the release before components: nothing is stopped in it, nothing is lost.

``fixtures/fleet-2.json`` has eight devices in the first hours of a CA rotation, and two components known by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.store.model.component import Use
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.schema import INDEXES, SCHEMA_VERSION, migrate
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.workspace import Workspace

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Workspace]:
    """The workspace, as this release opens it."""
    data = (FIXTURES / "fleet-2.json").read_bytes()
    Workspace.import_json(data, tmp_path / "fleet", key_file=FIXTURES / "fleet-2.key")
    with Workspace.open(tmp_path / "fleet") as workspace:
        yield workspace


def test_it_holds_together(old: Workspace) -> None:
    assert old.settings()["schema_version"] == SCHEMA_VERSION
    assert old.check().problems == ()
    assert old.devices.counts().total == 8
    assert [notice.kind for notice in old.notices.list(unread_by="ann")] == ["authority-ready"]


def test_components_that_had_a_name_alone_are_resources_of_that_name(old: Workspace) -> None:
    named = {component.name: component for component in old.components.list() if component.need == "other"}
    assert named.keys() == {"gateway", "syslog"}
    assert (named["gateway"].certificate_id, named["syslog"].certificate_id) == (1, None)
    assert old.components.users_of(1) == ("gateway",)
    (dependence,) = old.impact.dependences(1)
    assert dependence.title == "gateway"


def test_a_fleet_that_was_enrolled_without_a_push_certificate_goes_on_without_one(old: Workspace) -> None:
    apns = old.components.find("apns")
    assert apns is not None and apns.use is Use.NOT_USED
    old.settle()
    assert old.impact.gate().enroll == {} == old.impact.gate().act
    assert old.impact.gate().check_in is None
    before = old.devices.counts().states
    with Simulator(old) as simulator:
        simulator.run(old.now() + timedelta(days=30))
    after = old.devices.counts()
    assert after.states[DeviceState.ENROLLED] > before[DeviceState.ENROLLED]
    assert after.groups["group-2"] >= 7  # the user of a Windows device may take longer
    happened = {event.kind for event in old.devices.events(1000)}
    assert EventKind.RENEWED in happened
    assert not happened & {EventKind.PUSH_LOST, EventKind.CHECK_IN_FAILED, EventKind.ENROLLMENT_REFUSED}
    assert {notice.kind for notice in old.notices.list()} == {"authority-ready"}


def test_with_a_push_certificate_it_becomes_like_any_other(old: Workspace) -> None:
    old.apns.renew("it@company.example")
    assert old.components.find("apns").use is Use.REQUIRED  # type: ignore[union-attr]
    assert {device.state for device in old.devices.all() if device.platform is Platform.IOS} == {DeviceState.ENROLLED}


def test_without_devices_a_push_certificate_is_missing_as_anywhere() -> None:
    tables = json.loads((FIXTURES / "fleet-2.json").read_bytes())
    database = Database(SqliteEngine(None), INDEXES)
    database.storage.write({name: tables[name] for name in ("workspace", "components", "certificates")})
    with database.transaction():
        assert migrate(database) == 2
    assert {document["need"] for document in database.table("components")} == {"other"}
