"""Any bytes at all give a request or a refusal, never anything else."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.push.portal import PushPortal
from certfleet.store.push.requests import read_csr, read_portal_request
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.mutated import mutated
from tests.store.push.desk import csr, portal_of, signed


@pytest.fixture(scope="module")
def some_portal() -> PushPortal:
    return portal_of(Workspace.open(None, clock=FixedClock(NOW)))


@pytest.fixture(scope="module")
def files(some_portal: PushPortal) -> list[bytes]:
    good = signed(some_portal)
    return [good, base64.b64decode(good), csr(), some_portal.chain_pem(some_portal.upload("it@example.com", good).id)]


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_file_gives_a_request_or_a_refusal(
    some_portal: PushPortal, files: list[bytes], data: st.DataObject
) -> None:
    damaged = data.draw(mutated(files))
    for read in (
        lambda: read_portal_request(damaged),
        lambda: some_portal.upload("it@example.com", damaged),
        lambda: read_csr(damaged),
        lambda: some_portal.adopt("it@example.com", damaged),
    ):
        with contextlib.suppress(Refusal):
            read()


@pytest.mark.slow
@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["PushCertRequestCSR", "PushCertSignature", "x"]), st.binary() | st.text()))
def test_any_strings_in_the_property_list(parts: dict[str, bytes | str]) -> None:
    """Written by hand: plistlib refuses to write control characters."""
    inside = b"".join(
        b"<key>%s</key><string>%s</string>" % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in parts.items()
    )
    chain = b"<key>PushCertCertificateChain</key><string>x</string>"
    with pytest.raises(Refusal):
        read_portal_request(b"<plist><dict>" + inside + chain + b"</dict></plist>")
