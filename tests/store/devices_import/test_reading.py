"""Reading exports of products: which column is which, and what their values mean."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.devices_import.columns import NO_MAPPING, read_mapping
from certfleet.store.devices_import.dates import DateOrder
from certfleet.store.devices_import.formats import FIELDS
from certfleet.store.devices_import.lines import DeviceLine
from certfleet.store.devices_import.reading import ReadExport, read_export
from certfleet.store.errors import Refusal
from certfleet.store.model.device import EnrollmentKind, Ownership, Platform

EXPORTS = Path(__file__).parents[3] / "fixtures" / "exports"
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def export_named(name: str, **options: Any) -> ReadExport:
    """An export of the fixtures, with its mapping if there is one."""
    mapping = EXPORTS / f"{name}.toml"
    options.setdefault("mapping", read_mapping(mapping.read_bytes()) if mapping.exists() else NO_MAPPING)
    return read_export((EXPORTS / f"{name}.csv").read_bytes(), NOW, **options)


def read(text: str, **options: Any) -> DeviceLine:
    """The only line of an export."""
    [line] = read_export(text.encode(), NOW, **options).lines
    return line


def why(text: str) -> str:
    """The code of the refusal of an export's only line."""
    [one] = read_export(text.encode(), NOW).refused
    return one.refusal.code


def test_intune() -> None:
    export = export_named("intune")
    assert export.layout.format.name == "intune"
    assert [(one.line, one.refusal.code) for one in export.refused] == [(6, "platform-unknown")]
    laptop, phone, work_profile, mac = export.lines
    assert (laptop.identity.platform, laptop.identity.serial_number) == (Platform.WINDOWS, "PF4XK2L9")
    assert (laptop.identity.os_version, laptop.identity.os_edition) == ("10.0.26100.7171", "Enterprise")
    assert (phone.identity.imei, phone.kind, phone.ownership) == (
        "356938035643809",
        EnrollmentKind.SUPERVISED,
        Ownership.COMPANY,
    )
    assert phone.last_check_in == datetime(2026, 11, 28, 5, 31, 50, tzinfo=UTC)
    assert phone.not_after == datetime(2026, 12, 20, 9, 40, tzinfo=UTC)
    assert (phone.identity.enrollment_id, phone.identity.wifi_mac) == (None, "0C:3B:50:21:AA:01")
    assert (work_profile.identity.serial_number, work_profile.kind) == ("", EnrollmentKind.USER)
    assert work_profile.identity.known_by == "0B1F4A3C-7A55-4D1E-9A11-1D0C2B7F0003"
    assert (work_profile.owner, work_profile.ownership) == ("Martin, Chloé", Ownership.PERSONAL)
    assert mac.identity.platform is Platform.MACOS


def test_citrix_needs_the_zone_of_its_times() -> None:
    assert {one.refusal.code for one in export_named("citrix").refused} == {"time-zone-unknown"}
    export = export_named("citrix", zone=UTC)
    assert export.layout.format.name == "citrix"
    phone, galaxy, laptop = export.lines
    assert (phone.identity.model_name, phone.identity.imei) == ("iPhone 14", "356938035643916")
    assert phone.last_check_in == datetime(2026, 11, 28, 8, 32, tzinfo=UTC)
    assert galaxy.identity.meid == "A0000049F11D2B"
    # 11/3/26: the order is that of 11/28/26.
    assert galaxy.last_check_in == datetime(2026, 11, 3, 19, 5, tzinfo=UTC)
    assert (laptop.identity.platform, laptop.upn) == (Platform.WINDOWS, "ines.vidal@example.com")


def test_jamf() -> None:
    computers = export_named("jamf-computers", zone=UTC)
    assert computers.layout.format.name == "jamf-computers"
    assert [(one.line, one.refusal.code) for one in computers.refused] == [(4, "not-managed")]
    assert [line.identity.platform for line in computers.lines] == [Platform.MACOS] * 2
    assert computers.lines[0].identity.model == "Mac15,3"
    assert computers.lines[0].identity.model_name == "MacBook Pro (14-inch 2023)"
    mobile = export_named("jamf-mobile-devices")
    assert mobile.layout.format.name == "jamf-mobile-devices"
    assert [line.identity.os_name for line in mobile.lines] == ["iPadOS", ""]
    assert mobile.lines[0].identity.udid == "00008110-001A2B3C4D5E6F70"


def test_workspace_one() -> None:
    export = export_named("workspace-one")
    assert export.layout.format.name == "workspace-one"
    phone, scanner = export.lines
    assert (phone.identity.platform, phone.identity.os_version) == (Platform.IOS, "26.1.0")
    assert phone.identity.udid == "00008120-001A2B3C4D5E6F72"
    assert (scanner.identity.platform, scanner.identity.model) == (Platform.ANDROID, "TC53")
    assert [one.refusal.code for one in export.refused] == ["not-managed"]


def test_a_mapping_file_names_other_columns_and_platforms() -> None:
    phone, laptop = export_named("other").lines
    assert (phone.identity.platform, laptop.identity.platform) == (Platform.IOS, Platform.WINDOWS)
    assert phone.last_check_in == datetime(2026, 11, 28, 8, 12, tzinfo=UTC)
    assert phone.issuer == "CN=Example Device CA 1"
    with pytest.raises(Refusal) as refused:
        export_named("other", mapping=NO_MAPPING)
    assert refused.value.code == "columns-unknown"
    assert "'Seriennummer', 'Geräteart'" in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "columns = 1",
        '[columns]\nserial = "x"',
        '[platforms]\n"x" = "linux"',
        'time_zone = "Mars/Olympus"',
        'dates = "sideways"',
        "not toml",
        "[columns]\nudid = 1",
    ],
)
def test_a_wrong_mapping_file_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="mapping-invalid"):
        read_mapping(text.encode())
    with pytest.raises(Refusal, match="mapping-invalid"):
        read_mapping(b"\xff")


def test_a_mapping_names_columns_that_are_there() -> None:
    mapping = read_mapping(b'[columns]\nserial_number = "Nummer"')
    with pytest.raises(Refusal) as refused:
        read_export(b"Serial,Model\n1,2\n", NOW, mapping)
    assert refused.value.message == "the file has no column 'Nummer'"


def test_our_own_names_are_read_however_they_are_written() -> None:
    line = read("Serial number;OS-Version;PLATFORM;Issuer Group;NOT_AFTER\nab12;17.1;ios;Example CA;2027-01-01\n")
    assert (line.identity.serial_number, line.identity.os_version, line.issuer) == ("AB12", "17.1", "Example CA")
    assert line.not_after == datetime(2027, 1, 1, tzinfo=UTC)


def test_of_columns_of_one_name_the_first_is_read() -> None:
    export = read_export(b"serial_number,model,Serial Number\nA1,iPhone,B2\n", NOW)
    assert export.lines[0].identity.serial_number == "A1"
    assert export.notes == ("There are several columns 'serial_number'; the first one was read.",)


def test_what_excel_does_to_numbers() -> None:
    export = read_export(b'platform,serial_number,imei\nios,"=""0012""",3.56938E+14\nios,\'0013,356938035643809\n', NOW)
    first, second = export.lines
    assert (first.identity.serial_number, first.identity.imei) == ("0012", None)
    assert export.notes == ("Line 2: '3.56938E+14' has been rounded by a spreadsheet. It was left out.",)
    assert (second.identity.serial_number, second.identity.imei) == ("0013", "356938035643809")


@pytest.mark.parametrize("placeholder", ["Default string", "To be filled by O.E.M.", "None", "0", "N/A", "", "000000"])
def test_placeholders_identify_nothing(placeholder: str) -> None:
    assert why(f"platform,serial_number\nwindows,{placeholder}\n") == "identity-missing"


@pytest.mark.parametrize(
    ("platform", "model", "os_name"),
    [
        ("iOS/iPadOS", "iPhone 15", ""),
        ("iOS/iPadOS", "iPad Air (5th generation)", "iPadOS"),
        ("iOS/iPadOS", "", ""),
        ("iPadOS", "", "iPadOS"),
        ("iOS", "iPad14,1", "iPadOS"),
    ],
)
def test_an_ipad_is_told_by_its_model_before_its_platform(platform: str, model: str, os_name: str) -> None:
    assert read(f'platform,serial_number,model\n{platform},A1,"{model}"\n').identity.os_name == os_name


def test_two_imeis_in_one_column() -> None:
    line = read('platform,serial_number,imei\nandroid,A1,"356938035643809, 356938035643817"\n')
    assert (line.identity.imei, line.identity.second_imei) == ("356938035643809", "356938035643817")


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("iPadOS", Platform.IOS),
        ("Apple iOS 17.1", Platform.IOS),
        ("iPhone14,7", Platform.IOS),
        ("AppleOsX", Platform.MACOS),
        ("Mac OS X 10.15", Platform.MACOS),
        ("MacBookPro18,3", Platform.MACOS),
        ("Mac14,2", Platform.MACOS),
        ("ANDROID", Platform.ANDROID),
        ("AndroidEnterprise", Platform.ANDROID),
        ("Microsoft Windows 11", Platform.WINDOWS),
        ("WinRT", Platform.WINDOWS),
        ("tvOS", None),
        ("Chrome OS", None),
        ("Linux", None),
        ("Darwin", None),
    ],
)
def test_platforms(text: str, platform: Platform | None) -> None:
    export = read_export(f'platform,serial_number\n"{text}",A1\n'.encode(), NOW)
    assert [line.identity.platform for line in export.lines] == ([] if platform is None else [platform])


@pytest.mark.parametrize(
    ("platform", "text", "kind"),
    [
        ("ios", "User Enrollment", EnrollmentKind.USER),
        ("ios", "Automated Device Enrollment", EnrollmentKind.SUPERVISED),
        ("ios", "Unsupervised device", EnrollmentKind.DEVICE),
        ("android", "Corporate-owned work profile", EnrollmentKind.SUPERVISED),
        ("android", "Dedicated (COSU)", EnrollmentKind.KIOSK),
        ("macos", "Kiosk", None),
        ("windows", "Automated", None),
        ("ios", "something else", None),
    ],
)
def test_kinds_of_enrollment(platform: str, text: str, kind: EnrollmentKind | None) -> None:
    id = "0b1f4a3c-7a55-4d1e-9a11-1d0c2b7f0003"
    field, value = ("enrollment_id", id) if kind is EnrollmentKind.USER else ("serial_number", "A1")
    assert read(f"platform,enrollment kind,{field}\n{platform},{text},{value}\n").kind is kind


def test_a_device_with_a_serial_number_is_not_one_of_user_enrollment() -> None:
    line = read("platform,enrollment,serial_number,enrollment_id\nandroid,work profile,A1,xx\n")
    assert (line.kind, line.identity.enrollment_id) == (None, None)


def test_a_check_in_is_in_the_past() -> None:
    head = "platform,serial_number,last_check_in\nios,A1,"
    assert why(f"{head}2027-05-01T00:00:00Z\n") == "date-in-future"
    assert read(f"{head}2026-11-29T00:10:00Z\n").last_check_in == NOW


def test_ambiguous_dates_are_refused_line_by_line() -> None:
    text = "platform,serial_number,not_after\nios,A1,03/04/2027\nios,A2,2027-04-03\n"
    export = read_export(text.encode(), NOW)
    assert [(one.line, one.refusal.code) for one in export.refused] == [(2, "date-ambiguous")]
    first, _ = read_export(text.encode(), NOW, order=DateOrder.DAY_FIRST).lines
    assert first.not_after == datetime(2027, 4, 3, tzinfo=UTC)


def test_a_value_that_is_read_has_an_end() -> None:
    assert why(f"platform,serial_number,owner\nios,A1,{'x' * 2000}\n") == "value-too-long"
    assert read(f"platform,serial_number,notes\nios,A1,{'x' * 2000}\n").owner == ""


def test_the_mapping_file_in_the_documentation_is_one() -> None:
    page = (EXPORTS.parents[1] / "docs" / "device-import.md").read_text()
    [text] = [block for block in page.split("```") if block.startswith("toml")]
    mapping = read_mapping(text.partition("\n")[2].encode())
    assert mapping.columns["not_after"] == "Zertifikat bis"
    assert mapping.platforms == {"Diensthandy": Platform.IOS, "Notebook": Platform.WINDOWS}


def test_the_documentation_names_every_field() -> None:
    page = (EXPORTS.parents[1] / "docs" / "device-import.md").read_text()
    assert [field for field in FIELDS if f"`{field}`" not in page] == []
