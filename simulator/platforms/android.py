"""Android phones, tablets and scanners: battery savers delay check-ins; some devices lie in drawers for weeks."""

from __future__ import annotations

from datetime import timedelta

from .profile import Profile

PROFILE = Profile(
    check_in=timedelta(hours=6),
    mornings=(5, 9),
    evenings=(21, 24),
    weekends=750,
    spells=300,
    spell_days=45,
    spell_hours=10 * 24,
    gone=45,
    not_now=30,
    busy_hours=24,
    errors=25,
    losses=35,
    restores=15,
    owner_hours=30,
    ignores=300,
    by_itself=50,
    supervised=450,
    antivirus=100,
    leave=250,
    long_leave=100,
    never_renews=15,
    pool=40,
    pushed=950,
    nightly=800,
    left_alone=250,
)
