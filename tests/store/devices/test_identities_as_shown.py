"""Identities as phones and makers write them."""

from __future__ import annotations

import pytest

from certfleet.store.devices.identity import checked
from certfleet.store.devices.placeholders import is_placeholder
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace


@pytest.mark.parametrize(
    "imei",
    [
        "35 909206 123456 7",
        "35-909206-123456-7",
        " 35.909206/123456.7 ",
        "IMEI: 359092061234567",
        "IMEI 1 35 909206 123456 7",
        "35–909206–123456–7",
        "359092061234567.0",
    ],
)
def test_an_imei_as_phones_show_it(imei: str) -> None:
    identity = DeviceIdentity(platform=Platform.IOS, serial_number="S1", imei=imei)
    assert checked(identity).imei == "359092061234567"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("imei", "35 490908 012345 01", "is an IMEISV"),
        ("imei", "A0000049A1B2C3", "is a MEID, not an IMEI"),
        ("meid", "268435456010201020", "is a MEID in decimal digits; in hexadecimal ones it is A00000009BA7BC"),
        ("meid", "490154203237518", "is an IMEI, not a MEID"),
        ("meid", "A0000049A1B2C35", "without a check digit at the end it is A0000049A1B2C3"),
        ("meid", "999999999999999999", "is no MEID"),
        ("imei", "3.59092E+14", "format the column as text"),
    ],
)
def test_what_is_something_else_is_named(field: str, value: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(DeviceIdentity(platform=Platform.ANDROID, serial_number="S1", **{field: value}))
    assert refused.value.code == "identity-invalid"
    assert said in refused.value.message


@pytest.mark.parametrize("meid", ["A0 000049 A1B2C3", "0xA0000049A1B2C3", "MEID:a0000049a1b2c3"])
def test_a_meid_as_it_is_shown(meid: str) -> None:
    identity = DeviceIdentity(platform=Platform.ANDROID, serial_number="S1", meid=meid)
    assert checked(identity).meid == "A0000049A1B2C3"


PLACEHOLDERS = [
    "None",
    "0",
    "Default string",
    "To be filled by O.E.M.",
    "System Serial Number",
    "00000000",
    "N/A",
    "XXXXXXX",
    "To Be Filled By O.E.M",
    "ToBeFilledByO.E.M.",
    "Default_String",
    "System SerialNumb",
    "SerNum0",
    "Type1ProductConfigId",
    "Not Settable",
    "00000000-0000-0000-0000-000000000000",
    "........",
    "(none)",
    "1111111111",
]


@pytest.mark.parametrize("serial_number", PLACEHOLDERS)
def test_a_placeholder_is_no_serial_number(serial_number: str) -> None:
    assert is_placeholder(serial_number)
    with pytest.raises(Refusal) as refused:
        checked(DeviceIdentity(platform=Platform.WINDOWS, serial_number=serial_number))
    assert refused.value.code == "identity-invalid"
    identity = checked(
        DeviceIdentity(platform=Platform.WINDOWS, serial_number=serial_number, windows_device_id="AB" * 32)
    )
    assert (identity.serial_number, identity.known_by) == ("", "AB" * 32)


@pytest.mark.parametrize(
    "serial_number", ["F2LX0001", "5CG1234ABC", "NONE1", "0A", "R58M00000000", "1", "12345", "SN-0007", "デフォルト"]
)
def test_a_serial_number_is_no_placeholder(serial_number: str) -> None:
    assert not is_placeholder(serial_number)


def test_two_boards_with_the_same_placeholder_are_two_devices(workspace: Workspace) -> None:
    for number in (1, 2):
        identity = DeviceIdentity(
            platform=Platform.WINDOWS, serial_number="To be filled by O.E.M.", windows_device_id=f"{number:064X}"
        )
        assert workspace.devices.add(identity).id == number


def test_android_without_a_serial_number_is_known_by_its_android_id(workspace: Workspace) -> None:
    device = workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, android_id="9774D56D682E549C"))
    assert device.known_by == "9774d56d682e549c"
    assert workspace.devices.find("9774d56d682e549c").id == device.id
    with pytest.raises(Refusal, match="identity-invalid"):
        workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID))
