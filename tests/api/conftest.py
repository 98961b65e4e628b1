"""The REST API over a workspace on disk with a clock set by the test, without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from certfleet.api.server.application import served
from certfleet.api.server.surfaces import OWN, PRODUCT, Surface
from certfleet.store.clock import FixedClock
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.model.component import Use
from certfleet.store.second_handle import second_handle
from certfleet.store.workspace import Workspace
from tests.applications import application_over
from tests.engines import copied
from tests.material import NOW, Issued, issue, make_ca
from tests.store.bulk.material import fleet_archive

PASSWORD = "correct horse"
SEED_JSON = """
    {
        "alias": "",
        "useAs": "device",
        "uploadType": "keystore",
        "keystoreType": "PKCS12",
        "identityType":"SERIAL_NUMBER",        # identity type can be "SERIAL_NUMBER","IMEI","MEID"
        "credentialFileName":"credential.txt"   # The credential file name in .zip
    }
"""

Answer = httpx.Response
Client = TestClient[ASGIApp]


class Rest:
    """A client of a surface in the name of an account; paths are below its prefix."""

    def __init__(self, client: Client, token: str | None, surface: Surface = PRODUCT) -> None:
        self.client = client
        self.token = token
        self.surface = surface

    @property
    def own(self) -> Rest:
        """The same person at our own surface."""
        return Rest(self.client, self.token, OWN)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """The answer, whatever it is."""
        headers = {**({"auth_token": self.token} if self.token else {}), **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        answer = self.client.request(method, f"{self.surface.prefix}/{path}", headers=headers, **options)
        if answer.status_code >= 400 and answer.headers["content-type"] == "application/json" and answer.content:
            hint = answer.json().get("hint") or ""
            assert "certfleet " not in hint, hint
            assert " --" not in hint, hint
        return answer

    def done(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The document of what succeeds."""
        answer = self.ask(method, path, body, **options)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        if self.surface is PRODUCT:
            assert (document["status"], document["message"]) == (0, "Success")
        else:
            assert "message" not in document
        return document

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """The HTTP status and the code of what is refused, in the product's shape."""
        answer = self.ask(method, path, body, **options)
        document = answer.json()
        assert document.keys() == {"status", "message", "code", "hint"}, document
        assert document["status"] == answer.status_code >= 400
        return answer.status_code, document["code"]

    def upload(self, path: str, data: bytes, said: dict[str, Any] | str | None = None, **options: Any) -> Any:
        """Upload a file with what is said about it, as JSON."""
        method = options.pop("method", "POST")
        return self.done(method, path, files=parts(data, said, options.pop("key", None)), **options)

    def not_uploaded(
        self, path: str, data: bytes, said: dict[str, Any] | str | None = None, **options: Any
    ) -> tuple[int, str]:
        """The same, refused."""
        method = options.pop("method", "POST")
        return self.refused(method, path, files=parts(data, said, options.pop("key", None)), **options)


def parts(data: bytes, said: dict[str, Any] | str | None = None, key: bytes | None = None) -> list[tuple[str, Any]]:
    """The parts of an upload."""
    text = said if isinstance(said, str) else json.dumps(said or {})
    found: list[tuple[str, Any]] = [
        ("certImportData", (None, text, "application/json")),
        ("uploadFile", ("file.bin", data, "application/octet-stream")),
    ]
    if key is not None:
        found.append(("privateKeyFile", ("key.pem", key, "application/octet-stream")))
    return found


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


class Template(NamedTuple):
    """A workspace to be copied, and the token of somebody of each role who is logged in to it."""

    folder: Path
    tokens: dict[Role, str]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("api") / "workspace"
    with Workspace.open(folder, actor=Actor("the shell"), clock=FixedClock(NOW)) as workspace:
        workspace.logins._now = FixedClock(NOW).now
        workspace.components.set_use("apns", Use.NOT_USED)
        tokens = {}
        for role in Role:
            workspace.accounts.add(f"the {role}", role, PASSWORD)
            tokens[role] = workspace.logins.login(f"the {role}", PASSWORD)
    return Template(folder, tokens)


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock, template: Template) -> Iterator[Workspace]:
    copied(template.folder, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace", actor=Actor("the shell"), clock=clock) as workspace:
        workspace.logins._now = FixedClock(NOW).now  # a session is noted as used when a minute has gone by
        yield workspace


@pytest.fixture
def app(workspace: Workspace) -> Iterator[Litestar]:
    with second_handle(workspace) as reading:
        yield application_over(workspace, reading)


@pytest.fixture
def client(app: Litestar) -> Iterator[Client]:
    with TestClient(served(app), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def rest(client: Client, template: Template) -> Rest:
    """An administrator."""
    return Rest(client, template.tokens[Role.ADMINISTRATOR])


@pytest.fixture
def operator(client: Client, template: Template) -> Rest:
    return Rest(client, template.tokens[Role.OPERATOR])


@pytest.fixture
def viewer(client: Client, template: Template) -> Rest:
    return Rest(client, template.tokens[Role.VIEWER])


@pytest.fixture
def stranger(client: Client) -> Rest:
    """Somebody who isn't logged in."""
    return Rest(client, None)


@pytest.fixture(scope="session")
def server_certificate() -> Issued:
    """The certificate of the MDM server, with its key and its CA."""
    return issue("mdm.company.example", issuer=make_ca("Company CA"))


@pytest.fixture(scope="session")
def archive() -> bytes:
    """Device certificates of three serial numbers."""
    return fleet_archive("A12BC3D4EFGH", "A12BC3D4EFIJ", "A12BC3D4EFKL").getvalue()
