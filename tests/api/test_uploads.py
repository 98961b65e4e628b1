"""Uploads as clients of all kinds send them: names in any way of writing, nothing lost or contradicted in silence."""

from __future__ import annotations

import gzip

import pytest

from certfleet.api.server.surfaces import OWN
from tests.material import issue

from .conftest import Rest

BOUNDARY = b"a-boundary"
PATH = "certificates?dryRun=true"


def form(*parts: tuple[bytes, bytes]) -> bytes:
    """A form of parts: what their Content-Disposition says, and their bytes."""
    said = (b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY, *part) for part in parts)
    return b"".join(said) + b"--%s--\r\n" % BOUNDARY


def sent(rest: Rest, *parts: tuple[bytes, bytes], path: str = PATH) -> tuple[int, str]:
    """The HTTP status of an upload on our surface, and the message if it is refused."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}"}
    answer = Rest(rest.client, rest.token, OWN).ask("POST", path, content=form(*parts), headers=headers)
    return answer.status_code, answer.json().get("message", "")


FILE = b'name="uploadFile"; filename="mdm.pem"'


@pytest.mark.parametrize(
    "said",
    (
        b'name="uploadFile"; filename="zertifik\xc3\xa4t.pem"',
        b'name="uploadFile"; filename="zertifik\xe4t.pem"',
        b"name=uploadFile; filename=mdm.pem; filename*=utf-8''mdm.pem",
        b"name=\"uploadFile\"; filename*=UTF-8''zertifik%C3%A4t.pem",
        b'name="uploadFile"; filename="../../mdm.pem"',
        b'name="uploadFile"; filename=""',
    ),
    ids=("utf-8", "latin-1", "both", "encoded", "path", "empty"),
)
def test_a_file_may_be_called_in_any_way(rest: Rest, said: bytes) -> None:
    assert sent(rest, (said, issue().pem)) == (200, "")


def test_files_that_would_get_lost_are_refused(rest: Rest, archive: bytes) -> None:
    one, other = issue("a.example.com"), issue("b.example.com")
    status, message = sent(rest, (FILE, one.pem), (FILE, one.key_pem), (FILE, other.pem))
    assert (status, message) == (400, "the request has 3 files, and a certificate and its private key are expected")
    kind = (b'name="identity_type"', b"SERIAL_NUMBER")
    status, message = sent(rest, kind, (FILE, archive), (FILE, archive), path="bulk?dryRun=true")
    assert (status, message) == (400, "the request has 2 files, and one is expected")
    assert sent(rest, kind, (FILE, archive), path="bulk?dryRun=true")[0] == 200


def test_what_is_said_twice_and_differently_is_refused(rest: Rest) -> None:
    file, saml = (FILE, issue().pem), (b'name="use_as"', b"saml")
    assert sent(rest, saml, saml, file) == (200, "")
    for other in ((b'name="use_as"', b"server"), (b'name="importData"', b'{"use_as": "server"}')):
        assert sent(rest, saml, other, file) == (400, "use_as: it is said twice, and differently")


def test_a_name_that_comes_twice_in_a_body_is_refused(rest: Rest) -> None:
    for body in (b'{"name": "a", "name": "b"}', b'{"name": "a", "more": [{"x": 1, "x": 1}]}'):
        headers = {"Content-Type": "application/json"}
        answer = rest.own.ask("POST", "moments?dryRun=true", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "request-invalid")
        assert "comes twice" in answer.json()["message"]


def test_a_compressed_body_is_refused(rest: Rest) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = rest.own.ask("POST", "moments?dryRun=true", content=gzip.compress(b'{"name": "a"}'), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["message"] == "the body is encoded as 'gzip', and is expected as it is"
    headers["Content-Encoding"] = "identity"
    assert rest.own.ask("POST", "moments?dryRun=true", content=b'{"name": "a"}', headers=headers).status_code == 200
