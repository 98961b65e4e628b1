"""Fleets that were begun with the first drawing go on with it, to the last character."""

from __future__ import annotations

from hashlib import sha256

from msgspec import to_builtins

from certfleet.simulator.identities import IdentityFleet, Platform

# What the program gave before there was a second drawing.
BEFORE = "5157159bb0da2b20f7e952f30aa919b4f86d5e518eee59ea61c8d0679fbc3a87"
ADDED = ("os_build", "os_edition", "security_patch", "second_imei", "enrollment_id")


def test_the_first_drawing_is_what_it_was() -> None:
    fleet, digest = IdentityFleet(7, domain="a.example", drawing=1), sha256()
    for index in range(300):
        for platform in (None, *Platform):
            drawn = to_builtins(fleet.identity(index, platform))
            assert not any(drawn.pop(field) for field in ADDED)
            digest.update(repr(drawn).encode())
    assert digest.hexdigest() == BEFORE


def test_it_takes_no_account_of_the_time() -> None:
    fleet = IdentityFleet(7, drawing=1)
    assert fleet.identity(3) == IdentityFleet(7, drawing=1).identity(3)
