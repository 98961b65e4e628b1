"""A client that knows nothing of certfleet: http.client, and what a script writes itself."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BASE = "/xenmobile/api/v1"
BOUNDARY = "----a-script-of-its-own"


class PlainClient:
    """Requests to one server. ``token`` goes into the header of each."""

    def __init__(self, address: str, authority: Path) -> None:
        self._host = urlsplit(address).netloc
        self._context = ssl.create_default_context(cafile=str(authority))
        # Tests import listener certificates of other CAs, and the server shows the newest one at once.
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE
        self.token: str | None = None

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body. ``body`` is sent as it is if it is bytes, else as JSON."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token is not None:
            sent["Auth_Token"] = self.token  # in any case
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection = http.client.HTTPSConnection(self._host, context=self._context, timeout=120)
        try:
            connection.request(method, path if path.startswith("/") else f"{BASE}/{path}", data, sent)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """The document of an answer with HTTP 200."""
        status, _, data = self.ask(method, path, body)
        assert status == 200, data
        return json.loads(data)

    def upload(self, path: str, said: dict[str, Any], *files: bytes, part: str = "certImportData") -> Any:
        """The document that an upload is answered with: JSON in one part, and each file in a part ``uploadFile``."""
        parts = [f'Content-Disposition: form-data; name="{part}"\r\n\r\n{json.dumps(said)}'.encode()]
        parts += [
            b'Content-Disposition: form-data; name="uploadFile"; filename="f%d"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" % number + data
            for number, data in enumerate(files)
        ]
        body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + one + b"\r\n" for one in parts)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        status, _, data = self.ask("POST", path, body + b"--" + BOUNDARY.encode() + b"--\r\n", headers=kind)
        assert status == 200, data
        return json.loads(data)

    def log_in(self, name: str, password: str) -> None:
        """As every script begins."""
        answer = self("POST", "authentication/login", {"login": name, "password": password})
        self.token = answer["auth_token"]
