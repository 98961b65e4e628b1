"""Macs: laptops for the most part, closed at night and at many weekends, seldom wiped.

A Mac whose user is not logged in answers NotNow.
"""

from __future__ import annotations

from datetime import timedelta

from .profile import Profile

PROFILE = Profile(
    check_in=timedelta(hours=4),
    mornings=(7, 10),
    evenings=(17, 22),
    weekends=350,
    spells=200,
    spell_days=60,
    spell_hours=14 * 24,
    gone=25,
    not_now=120,
    busy_hours=36,
    errors=15,
    losses=10,
    restores=10,
    owner_hours=30,
    ignores=350,
    by_itself=40,
    supervised=800,
    antivirus=200,
    leave=700,
    long_leave=40,
    never_renews=10,
    pool=20,
    pushed=950,
    nightly=400,
    left_alone=150,
)
