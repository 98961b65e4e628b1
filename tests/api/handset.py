"""A device with its own key that talks to the server over REST alone."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.material import ec_key
from tests.store.devices.handset import signature, signing_request

from .conftest import Rest


class RestHandset:
    """An iPhone, added and enrolled."""

    def __init__(self, rest: Rest, serial_number: str, **more: Any) -> None:
        self.rest = rest
        self.key = ec_key()
        device = {"platform": "iOS", "serial_number": serial_number, **more}
        self.id = rest.own.done("POST", "devices", device)["device"]["id"]
        enrolled = rest.own.done("POST", f"devices/{self.id}/enroll", {"csr": pem(signing_request(self.key))})
        self.certificate = enrolled["pem"]

    def presented(self, **more: Any) -> dict[str, Any]:
        """What it comes with: its certificate, a challenge, and the signature over that."""
        challenge = self.rest.own.done("GET", "devices/challenge")["challenge"]
        proof = base64.b64encode(signature(self.key, base64.b64decode(challenge))).decode()
        return {"certificate": self.certificate, "challenge": challenge, "signature": proof, **more}

    def check_in(self, **more: Any) -> Any:
        """Come, and be let in."""
        return self.rest.own.done("POST", "devices/check-in", self.presented(**more))

    @property
    def details(self) -> Any:
        """What the server knows of it."""
        return self.rest.own.done("GET", f"devices/{self.id}")


def pem(request: bytes) -> str:
    """A signing request as PEM."""
    return x509.load_der_x509_csr(request).public_bytes(Encoding.PEM).decode()
