"""Another push topic put in place by mistake, as on real servers (fleetdm/fleet 53252, 52469, 49045, 26038).

Whichever way it comes, the number of Apple devices that it cuts off is told before; the right one put back brings them
back. The console's dialogs are in ``tests/tui/dialogs/test_effects.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from litestar.testing import TestClient
from msgspec import to_builtins

from certfleet.api.server.application import create_application, served
from certfleet.api.server.surfaces import OWN, PRODUCT
from certfleet.cli.main import main
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.account import Role
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.device import Platform
from certfleet.store.views.effects import effects_document
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued
from tests.store.deployment import OTHER_TOPIC, TOPIC, push, use
from tests.store.devices.handset import Handset

APPLE = {1: Platform.IOS, 2: Platform.IOS, 3: Platform.MACOS}
OTHERS = {4: Platform.ANDROID, 5: Platform.WINDOWS}
PASSWORD = "correct horse"
IN_USE, WRONG_ONE = 1, 2
"""The entries: the push certificate in use, and one of another topic."""


def keystore(issued: Issued) -> bytes:
    encryption = BestAvailableEncryption(PASSWORD.encode())
    return serialize_key_and_certificates(b"push", issued.key, issued.certificate, None, encryption)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace in which three Apple devices are enrolled under a topic, and two others."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder, start=NOW) as workspace:
        use(workspace, "apns", push(), chain=False)
        workspace.inventory.import_from(KeystoreSource(data=keystore(push(OTHER_TOPIC)), password=PASSWORD))
        for platform in (APPLE | OTHERS).values():
            Handset(workspace, platform)
        workspace.accounts.add("ann", Role.ADMINISTRATOR, PASSWORD)
    return folder


class Face(Protocol):
    """How somebody changes the push certificate, and tries it first; each answers with the effects."""

    def bind(self, id: int, *, dry_run: bool = False) -> Any: ...

    def replace(self, id: int, file: bytes, *, dry_run: bool = False) -> Any: ...

    def import_as_apns(self, file: bytes, *, dry_run: bool = False) -> Any: ...


class ByUseCases:
    """The workspace itself."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.workspace = stack.enter_context(Workspace.open(folder))

    def change(self, change: Callable[[], object], *, dry_run: bool) -> Any:
        return to_builtins(effects_document(self.workspace.trials.perform(change, lambda _: not dry_run).effects))

    def bind(self, id: int, *, dry_run: bool = False) -> Any:
        return self.change(lambda: self.workspace.components.bind("apns", id), dry_run=dry_run)

    def replace(self, id: int, file: bytes, *, dry_run: bool = False) -> Any:
        source = KeystoreSource(data=file, password=PASSWORD)
        return self.change(lambda: self.workspace.inventory.replace(id, source), dry_run=dry_run)

    def import_as_apns(self, file: bytes, *, dry_run: bool = False) -> Any:
        source = KeystoreSource(data=file, password=PASSWORD)
        return self.change(lambda: self.workspace.inventory.import_from(source, use_as=UseAs.APNS), dry_run=dry_run)


class CommandLine:
    """The command line, without a terminal."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        (folder.parent / "password").write_text(f"{PASSWORD}\n")

    def change(self, *words: object, dry_run: bool) -> Any:
        line = ["--json", "--workspace", str(self.folder), *map(str, words)]
        tried = CliRunner().invoke(main, [*line, "--dry-run"])
        assert tried.exit_code == 0, tried.output
        effects = json.loads(tried.stdout)["effects"]
        if dry_run:
            return effects
        if effects["harmful"]:
            refused = CliRunner().invoke(main, line)
            assert json.loads(refused.stderr)["error"]["code"] == "would-stop"
        done = CliRunner().invoke(main, [*line, "--expect", effects["code"]])
        assert done.exit_code == 0, done.output
        return effects

    def file(self, data: bytes) -> tuple[object, ...]:
        path = self.folder.parent / "push.p12"
        path.write_bytes(data)
        return (path, "--password-file", self.folder.parent / "password")

    def bind(self, id: int, *, dry_run: bool = False) -> Any:
        return self.change("component", "bind", "apns", id, dry_run=dry_run)

    def replace(self, id: int, file: bytes, *, dry_run: bool = False) -> Any:
        return self.change("certificate", "replace", id, *self.file(file), dry_run=dry_run)

    def import_as_apns(self, file: bytes, *, dry_run: bool = False) -> Any:
        words = ("certificate", "import-keystore", *self.file(file), "--use-as", "apns")
        return self.change(*words, dry_run=dry_run)


class RestApi:
    """REST, whose calls act at once and tell their effects."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        workspace = stack.enter_context(Workspace.open(folder))
        self.client = stack.enter_context(TestClient(served(create_application(workspace))))
        self.client.headers["auth_token"] = workspace.logins.login("ann", PASSWORD)

    def change(self, method: str, path: str, *, dry_run: bool, **body: Any) -> Any:
        params = {"dryRun": "true"} if dry_run else {}
        answer = self.client.request(method, path, params=params, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["effects"]

    def upload(self, method: str, path: str, file: bytes, *, dry_run: bool) -> Any:
        said = json.dumps({"password": PASSWORD, "keystoreType": "PKCS12"})
        parts = [
            ("certImportData", (None, said, "application/json")),
            ("uploadFile", ("push.p12", file, "application/octet-stream")),
        ]
        return self.change(method, path, dry_run=dry_run, files=parts)

    def bind(self, id: int, *, dry_run: bool = False) -> Any:
        body = {"need": "apns", "certificate_id": id}
        return self.change("POST", f"{OWN.prefix}/components/bind", dry_run=dry_run, json=body)

    def replace(self, id: int, file: bytes, *, dry_run: bool = False) -> Any:
        return self.upload("PUT", f"{OWN.prefix}/certificates/{id}", file, dry_run=dry_run)

    def import_as_apns(self, file: bytes, *, dry_run: bool = False) -> Any:
        return self.upload("POST", f"{PRODUCT.prefix}/certificates/import/keystore/apns", file, dry_run=dry_run)


@pytest.fixture(params=[ByUseCases, CommandLine, RestApi], ids=["use cases", "command line", "REST"])
def face(request: pytest.FixtureRequest, folder: Path) -> Iterator[Face]:
    with ExitStack() as stack:
        yield request.param(folder, stack)


def states(folder: Path) -> dict[int, str]:
    with Workspace.open(folder) as workspace:
        return {device.id: device.state.value for device in workspace.devices.all()}


def told(effects: Any) -> dict[int, str]:
    """The devices that change their state, and to which."""
    return {id: one["after"] for one in effects["devices"] for id in one["ids"]}


CUT_OFF, BACK = dict.fromkeys(APPLE, "must re-enroll"), dict.fromkeys(APPLE, "enrolled")
UNTOUCHED = dict.fromkeys(OTHERS, "enrolled")


def topic(uuid: UUID) -> bytes:
    """The file of a new push certificate of a topic."""
    return keystore(push(uuid, days=400))


def is_cut_off_by(folder: Path, change: Callable[..., Any]) -> None:
    """It is told with every device that it cuts off, and only then happens."""
    tried = change(dry_run=True)
    assert tried["harmful"]
    assert told(tried) == CUT_OFF
    assert all(one["returns"] for one in tried["devices"])
    assert tried["undo"]["how"].startswith("put a push certificate of the earlier topic back")
    assert states(folder) == BACK | UNTOUCHED
    assert told(change()) == CUT_OFF
    assert states(folder) == CUT_OFF | UNTOUCHED


def comes_back_by(folder: Path, change: Callable[..., Any]) -> None:
    """The devices that it brings back are told, and it harms nobody."""
    tried = change(dry_run=True)
    assert told(tried) == BACK
    assert not tried["harmful"]
    assert states(folder) == CUT_OFF | UNTOUCHED
    assert told(change()) == BACK
    assert states(folder) == BACK | UNTOUCHED


def test_binding(face: Face, folder: Path) -> None:
    is_cut_off_by(folder, lambda **how: face.bind(WRONG_ONE, **how))
    comes_back_by(folder, lambda **how: face.bind(IN_USE, **how))


def test_replacing(face: Face, folder: Path) -> None:
    wrong, right = topic(OTHER_TOPIC), topic(TOPIC)
    is_cut_off_by(folder, lambda **how: face.replace(IN_USE, wrong, **how))
    comes_back_by(folder, lambda **how: face.replace(WRONG_ONE + 1, right, **how))


def test_importing_where_none_is_bound(face: Face, folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.components.unbind("apns")
    wrong = topic(OTHER_TOPIC)
    is_cut_off_by(folder, lambda **how: face.import_as_apns(wrong, **how))
    comes_back_by(folder, lambda **how: face.bind(IN_USE, **how))


def test_importing_another_one_changes_nothing_while_one_is_bound(face: Face, folder: Path) -> None:
    effects = face.import_as_apns(topic(OTHER_TOPIC))
    assert not effects["harmful"]
    assert states(folder) == BACK | UNTOUCHED
