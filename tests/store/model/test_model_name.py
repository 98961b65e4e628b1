"""A maker stands once in the name of a model, whatever an export has written."""

from __future__ import annotations

import pytest

from certfleet.store.model.model_name import said_once, with_maker


@pytest.mark.parametrize(
    ("maker", "model", "name"),
    [
        ("HP", "EliteBook 840 G9", "HP EliteBook 840 G9"),
        ("HP", "HP EliteBook 840 G9", "HP EliteBook 840 G9"),
        ("HP", "HP HP EliteBook 840 G9", "HP EliteBook 840 G9"),
        ("Hewlett-Packard", "HP EliteBook 840 G3", "HP EliteBook 840 G3"),
        ("Dell Inc.", "Latitude 5440", "Dell Latitude 5440"),
        ("Microsoft Corporation", "Surface Pro 9", "Microsoft Surface Pro 9"),
        ("Microsoft Corporation", "Microsoft Surface Laptop 5", "Microsoft Surface Laptop 5"),
        ("LENOVO", "ThinkPad T480", "Lenovo ThinkPad T480"),
        ("samsung", "SM-S921B", "samsung SM-S921B"),
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("", "iPhone 15", "iPhone 15"),
        ("Dell Inc.", "", "Dell"),
        ("", "", ""),
    ],
)
def test_a_maker_is_said_once(maker: str, model: str, name: str) -> None:
    assert with_maker(maker, model) == name


def test_a_name_without_its_maker_field() -> None:
    assert said_once("HP HP ZBook 15") == "HP ZBook 15"
    assert said_once("Surface Pro 9") == "Surface Pro 9"
    assert said_once("Nothing") == "Nothing"
