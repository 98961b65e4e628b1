"""Many documents at once: read as records, and written whole."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from certfleet.store.model.device import ActionKind, CertificateState, Device, HeldCertificate, PendingAction, Platform
from certfleet.store.model.device_event import DeviceEvent, EventKind
from certfleet.store.model.documents import from_text, to_document, to_text
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Row
from tests.material import NOW
from tests.store.persistence.engine_places import EnginePlace, place_for

INDEXES = {"devices": ("serial",)}
WRITE = """
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Row
database = Database(engine)
database.table("devices").write([Row(2, {"serial": "B2"}), Row(7, {"serial": "G"}), Row(1, None)])
"""


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    serial: str
    days: int = 0


@pytest.fixture(params=["memory", "file", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    return Database(place_for(request, request.param).open(INDEXES), INDEXES)


def test_documents_come_as_records_by_id(database: Database) -> None:
    devices = database.table("devices")
    assert devices.records(Phone) == []
    devices.write([Row(5, {"serial": "E", "days": 3}), Row(2, {"serial": 'quote " and ä'}), Row(9, {"serial": ""})])
    devices.remove(doc_ids=[9])
    assert devices.records(Phone) == [Phone(id=2, serial='quote " and ä'), Phone(id=5, serial="E", days=3)]


def test_a_document_that_is_no_such_record_is_refused(database: Database) -> None:
    database.table("devices").write([Row(1, {"serial": 17})])
    with pytest.raises(msgspec.ValidationError):
        database.table("devices").records(Phone)


@pytest.mark.parametrize("loaded", [False, True])
def test_writing_inserts_and_puts_in_place(database: Database, loaded: bool) -> None:
    devices = database.table("devices")
    devices.write([Row(1, {"serial": "A"}), Row(2, {"serial": "B"})])
    if loaded:
        devices.all()
    devices.write([Row(2, {"serial": "B2"}), Row(3, {"serial": "C"})])
    devices.write([])
    assert [(found.doc_id, found["serial"]) for found in devices] == [(1, "A"), (2, "B2"), (3, "C")]
    assert (devices.find("serial", "B"), len(devices.find("serial", "B2"))) == ([], 1)
    assert devices.highest_id() == 3
    assert devices.insert({"serial": "D"}) == 4


def test_what_was_written_can_be_changed_by_its_writer_without_harm(database: Database) -> None:
    body = {"serial": "A"}
    database.table("devices").all()
    database.table("devices").write([Row(1, body)])
    body["serial"] = "changed"
    assert database.table("devices").get(doc_id=1) == {"serial": "A"}
    assert database.table("devices").records(Phone) == [Phone(id=1, serial="A")]


@pytest.mark.parametrize("loaded", [False, True])
def test_what_was_rolled_back_was_never_written(database: Database, loaded: bool) -> None:
    devices = database.table("devices")
    devices.write([Row(1, {"serial": "A"})])
    if loaded:
        devices.all()
    database.poll()
    with pytest.raises(KeyError), database.transaction():
        devices.write([Row(1, {"serial": "A2"}), Row(2, {"serial": "B"})])
        assert len(devices.records(Phone)) == 2
        raise KeyError
    assert devices.records(Phone) == [Phone(id=1, serial="A")]
    assert [dict(found) for found in devices] == [{"serial": "A"}]
    assert database.poll() is None


@pytest.mark.parametrize("loaded", [False, True])
def test_another_process_hears_of_it(place: EnginePlace, loaded: bool) -> None:
    database = Database(place.open(INDEXES), INDEXES)
    devices = database.table("devices")
    devices.write([Row(1, {"serial": "A"}), Row(2, {"serial": "B"})])
    if loaded:
        devices.all()
    database.poll()
    subprocess.run([sys.executable, "-c", place.program(INDEXES) + WRITE], check=True)
    changes = database.poll()
    assert changes is not None
    assert changes.tables == {"devices": {1, 2, 7}}
    assert devices.records(Phone) == [Phone(id=2, serial="B2"), Phone(id=7, serial="G")]
    assert devices.find("serial", "B2")[0].doc_id == 2
    assert devices.find("serial", "A") == []


def test_a_record_as_text_is_its_document() -> None:
    held = HeldCertificate(3, "default", NOW, CertificateState.ACTIVE)
    action = PendingAction(kind=ActionKind.REVOKE, requested_at=NOW, requested_by='ann "id":7,')
    device = Device(
        id=7,
        platform=Platform.IOS,
        model_name='"id":7,',
        serial_number="A",
        state_since=NOW,
        certificates=(held,),
        pending=(action,),
    )
    event = DeviceEvent(id=2, at=NOW, device_id=7, kind=EventKind.ERROR, detail="é\n")
    for record in (device, Phone(id=1, serial="A"), event):
        assert to_text(record) == msgspec.json.encode(to_document(record)).decode()
        assert from_text(to_text(record), record.id, type(record)) == record
