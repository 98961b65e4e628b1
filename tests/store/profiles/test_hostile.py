"""Any bytes at all give facts or a refusal, and no file grows beyond its own size."""

from __future__ import annotations

import base64
import contextlib
import plistlib
import struct
from typing import Any

import pytest
from asn1crypto import core as _core
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certfleet.store.certificates.asn1 import cms
from certfleet.store.errors import Refusal
from certfleet.store.profiles.reading import read_profile
from tests.material import issue
from tests.mutated import mutated
from tests.store.profiles.material import developer, make_plist, make_profile, sign

core: Any = _core
SIGNER = issue("Portal")  # an EC key, which signs quickly
XML = plistlib.dumps(make_plist(developers=(developer(),)))
BINARY = plistlib.dumps(make_plist(developers=(developer(),)), fmt=plistlib.FMT_BINARY)


def in_pieces(data: bytes) -> bytes:
    """The same in BER: indefinite lengths, the content in two octet strings."""
    info = cms.ContentInfo.load(data)
    signed = info["content"]
    content = signed["encap_content_info"]["content"].contents
    halves = core.OctetString(content[:500]).dump() + core.OctetString(content[500:]).dump()
    kind = signed["encap_content_info"]["content_type"].dump()
    encapsulated = _indefinite(0x30, kind + _indefinite(0xA0, _indefinite(0x24, halves)))
    names = ("version", "digest_algorithms"), ("certificates", "signer_infos")
    before, after = (b"".join(signed[name].dump() for name in some) for some in names)
    inside = _indefinite(0x30, before + encapsulated + after)
    return _indefinite(0x30, info["content_type"].dump() + _indefinite(0xA0, inside))


def _indefinite(tag: int, contents: bytes) -> bytes:
    return bytes([tag, 0x80]) + contents + b"\0\0"


GOOD = make_profile(signer=SIGNER)
SEEDS = [
    GOOD,
    in_pieces(GOOD),
    sign(BINARY, SIGNER),
    b"-----BEGIN CMS-----\n" + base64.encodebytes(GOOD) + b"-----END CMS-----\n",
    b"Content-Type: application/pkcs7-mime\n\n" + base64.encodebytes(GOOD),
]


def facts_or_refusal(data: bytes) -> None:
    with contextlib.suppress(Refusal):
        read_profile(data)


@pytest.mark.parametrize("data", SEEDS, ids=range(len(SEEDS)))
def test_the_seeds_themselves(data: bytes) -> None:
    assert read_profile(data) == read_profile(GOOD)


@pytest.mark.slow
@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes(data: bytes) -> None:
    facts_or_refusal(data)


@pytest.mark.slow
@given(mutated(SEEDS))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_damaged_files(data: bytes) -> None:
    facts_or_refusal(data)


@pytest.mark.slow
@given(mutated([XML, BINARY]))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_damaged_property_lists_that_are_well_signed(content: bytes) -> None:
    facts_or_refusal(sign(content, SIGNER))


SINGLE = st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.binary(max_size=20) | st.datetimes()
KEYS = st.sampled_from(["application-identifier", "get-task-allow", "a"])
VALUES = st.recursive(
    SINGLE | st.text("ab.<&\u202e\U0001f4f1", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=5,
)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(sorted(make_plist())), VALUES, max_size=4))
@settings(max_examples=200)
def test_values_of_any_kind(changes: dict[str, object]) -> None:
    content = plistlib.dumps(make_plist() | changes, fmt=plistlib.FMT_BINARY)
    facts_or_refusal(sign(content, SIGNER))


# Small files that would be large


DOCTYPES = {
    "a billion laughs": b'<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghij"),
    "a file of this machine": b'<!ENTITY j SYSTEM "file:///etc/passwd">',
    "a parameter entity": b'<!ENTITY % j SYSTEM "http://127.0.0.1:9/a.dtd"> %j;',
    "a quadratic one": b'<!ENTITY j "' + b"x" * 100_000 + b'">',
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_and_not_expanded(doctype: bytes, encoding: str) -> None:
    text = b"<!DOCTYPE plist [%s]>" % doctype + XML[XML.index(b"<plist") :].replace(b"Secure Mail In-House", b"&j;")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + text.decode()
    with pytest.raises(Refusal, match="profile-no-plist"):
        read_profile(sign(declared.encode(encoding), SIGNER))


def test_objects_of_a_binary_property_list_that_lie_upon_one_another() -> None:
    """Three hundred lists of 20,000 elements each, all the same 40 kB."""
    many, size = 300, 20_000
    root = b"\xaf\x11" + struct.pack(f">H{many}H", many, *range(1, many + 1))
    shared = b"\xaf\x11" + struct.pack(">H", size) + struct.pack(">H", many + 1) * size
    objects = b"bplist00" + root + shared + b"\x09"
    offsets = [8] + [8 + len(root)] * many + [len(objects) - 1]
    trailer = struct.pack(">6xBBQQQ", 4, 2, len(offsets), 0, len(objects))
    content = objects + struct.pack(f">{len(offsets)}I", *offsets) + trailer
    assert len(plistlib.loads(content)) == many  # plistlib takes it
    with pytest.raises(Refusal, match="profile-no-plist") as refused:
        read_profile(sign(content, SIGNER))
    assert "not a property list" in refused.value.message


def test_lists_in_lists_beyond_any_depth() -> None:
    depth = 100_000
    xml = b'<plist version="1.0"><dict><key>a</key>' + b"<array>" * depth + b"</array>" * depth + b"</dict></plist>"
    with pytest.raises(Refusal, match="profile-incomplete"):
        read_profile(sign(xml, SIGNER))
    objects = b"\xa1".join(number.to_bytes(3) for number in range(1, depth))
    offsets = b"".join((8 + 4 * number).to_bytes(3) for number in range(depth))
    content = b"bplist00\xa1" + objects + b"\xa1\0\0\0" + offsets
    trailer = struct.pack(">6xBBQQQ", 3, 3, depth, 0, len(content) - len(offsets))
    with pytest.raises(Refusal, match="profile-no-plist"):
        read_profile(sign(content + trailer, SIGNER))


@pytest.mark.parametrize(
    "signers",
    [
        b"\x30\0" * 500_000,
        core.Sequence(contents=core.ObjectIdentifier(contents=b"\xff" * 1_000_000 + b"\1").dump()).dump(),
    ],
    ids=["many", "a large one"],
)
def test_what_is_said_of_the_signers_has_a_limit(signers: bytes) -> None:
    info = cms.ContentInfo.load(GOOD)
    parts = [info["content"][name].dump() for name in ("version", "digest_algorithms", "encap_content_info")]
    parts += [info["content"]["certificates"].dump(), core.SetOf(contents=signers).dump()]
    signed = _indefinite(0xA0, core.Sequence(contents=b"".join(parts)).dump())
    with pytest.raises(Refusal, match="profile-unreadable"):
        read_profile(core.Sequence(contents=info["content_type"].dump() + signed).dump())


def test_a_content_in_very_many_pieces() -> None:
    pieces = _indefinite(0x24, b"\x04\x01a" * 200_000)
    data = in_pieces(GOOD)
    start = data.index(b"\x24\x80")
    stop = data.index(b"\0\0\0\0\0\0", start) + 2
    with pytest.raises(Refusal, match="profile-signature-invalid"):
        read_profile(data[:start] + pieces + data[stop:])
    nested = data[:start] + b"\x24\x80" * 200_000
    with pytest.raises(Refusal):
        read_profile(nested)
