"""The forms of the identities: each as its maker or its standard writes it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities import Platform
from certfleet.simulator.identities.device import numberings
from certfleet.simulator.identities.mobile import tacs
from certfleet.simulator.identities.model import Model
from certfleet.simulator.identities.tables import tables

from .forms import FORMS, form, luhn_holds

ALL = tables().models
any_model = st.sampled_from(ALL)


@given(any_model, st.data())
def test_every_identity_has_its_form(model: Model, data: st.DataObject) -> None:
    for field, numbering in numberings(model).items():
        number = data.draw(st.integers(0, numbering.size - 1), label=field)
        assert re.fullmatch(form(model, field), numbering.write(number)), field


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.identifier)
def test_the_first_and_the_last_number_have_it_too(model: Model) -> None:
    for field, numbering in numberings(model).items():
        for number in (0, numbering.distinct - 1, numbering.size - 1):
            assert re.fullmatch(form(model, field), numbering.write(number)), field


@given(any_model, st.data())
def test_different_numbers_are_written_differently(model: Model, data: st.DataObject) -> None:
    for field, numbering in numberings(model).items():
        number = st.integers(0, numbering.distinct - 1)
        one, other = data.draw(number, label=field), data.draw(number)
        rest = st.integers(0, numbering.variants - 1)
        texts = {numbering.write(n + numbering.distinct * data.draw(rest)) for n in (one, other)}
        assert len(texts) == 2 or one == other


@given(st.sampled_from([model for model in ALL if model.cellular]), st.integers(0, 2_999_999))
def test_an_imei_is_of_its_model_and_luhn_holds(model: Model, number: int) -> None:
    imei = numberings(model)["imei"].write(number)
    assert luhn_holds(imei)
    assert imei[:8] in tacs(model)


def test_a_known_imei_passes_the_check_that_the_tests_use() -> None:
    assert luhn_holds("490154203237518")
    assert not luhn_holds("490154203237517")


def test_no_two_models_share_a_type_allocation_code_or_a_mark_in_serial_numbers() -> None:
    cellular = [model for model in ALL if model.cellular]
    assert len({code for model in cellular for code in tacs(model)}) == 6 * len(cellular)
    codes = [model.code for model in ALL if model.code]
    assert len(set(codes)) == len(codes)


def test_a_model_of_lenovo_has_the_ten_characters_of_its_type() -> None:
    assert all(re.fullmatch(r"2[01][A-Z0-9]{2}CTO1WW", model.identifier) for model in ALL if model.maker == "Lenovo")


def test_which_platform_has_what() -> None:
    fields = {one: {field for m in ALL if m.platform is one for field in numberings(m)} for one in Platform}
    common = {"serial_number", "wifi_mac"}
    assert fields == {
        Platform.IOS: common | {"imei", "second_imei", "meid", "udid"},
        Platform.MACOS: common | {"udid"},
        Platform.ANDROID: common | {"imei", "second_imei", "meid", "android_id"},
        Platform.WINDOWS: common | {"windows_device_id"},
    }


@given(any_model, st.data())
def test_a_serial_number_tells_a_day_on_which_the_model_was_made(model: Model, data: st.DataObject) -> None:
    numbering = numberings(model)["serial_number"]
    serial = numbering.write(data.draw(st.integers(0, numbering.size - 1)))
    days = [model.made_from + timedelta(days=n) for n in range((model.made_until - model.made_from).days + 1)]
    match model.maker:
        case "Apple" if model.code:
            assert any(apple_date(day) == serial[3:5] for day in days)
        case "Samsung":
            year = 2019 + "MNRTWXYL".index(serial[3])
            assert any((day.year, day.month) == (year, int(serial[4], 16)) for day in days)
        case "Google":
            said = (int(serial[0]), int(serial[1], 16), int(serial[2:4]))
            assert any((day.year % 10, day.month, day.day) == said for day in days)
        case "Zebra" | "Honeywell":
            assert any(f"{day:%y%j}" == serial[:5] for day in days)
        case "Dell":
            assert int(serial[-1]) - 2 in {sum(day >= since for since in DELL) for day in days}
        case "HP":
            assert any(f"{day.isocalendar().year % 10}{day.isocalendar().week:02}" == serial[3:6] for day in days)


DELL = (date(2019, 10, 1), date(2022, 10, 1), date(2026, 1, 1))


def apple_date(day: date) -> str:
    """Half-years count from C for the first of 2010, weeks from 1."""
    half_years = {2017: "TV", 2018: "WX", 2019: "YZ", 2020: "CD", 2021: "FG", 2022: "HJ", 2023: "KL", 2024: "MN"}
    first_of_half = day.replace(month=1 if day.month < 7 else 7, day=1)
    week = (day - first_of_half).days // 7
    return half_years[day.year][day.month >= 7] + "123456789CDFGHJKLMNPQRTVWXY"[week]


def test_known_serial_numbers_have_the_forms() -> None:
    """Serial numbers that have been published."""
    assert re.fullmatch(FORMS["serial_number", "Samsung", ""], "R58M315CL4T")
    assert re.fullmatch(FORMS["serial_number", "Zebra", ""], "18114522500538")
    assert re.fullmatch(FORMS["serial_number", "Honeywell", ""], "17305D8174")
    assert re.fullmatch(FORMS["serial_number", "Google", ""], "21151FDF6005DE")
    assert re.fullmatch(FORMS["serial_number", "Google", ""], "24121JEGR04513")
    assert re.fullmatch(FORMS["serial_number", "Apple", "until 2021"], "C02L13ECF8J2")
    assert re.fullmatch(FORMS["serial_number", "Apple", "until 2021"], "C8QH6T96DPNG")
