"""iPhones and iPads: always in a pocket, offline on flights and in drawers, sometimes restored from a backup.

A locked device answers NotNow to what installs a profile, and comes back when it is unlocked.
"""

from __future__ import annotations

from datetime import timedelta

from .profile import Profile

PROFILE = Profile(
    check_in=timedelta(hours=4),
    mornings=(5, 8),
    evenings=(22, 24),
    weekends=900,
    spells=250,
    spell_days=30,
    spell_hours=7 * 24,
    gone=30,
    not_now=80,
    busy_hours=48,
    errors=15,
    losses=20,
    restores=40,
    owner_hours=20,
    ignores=300,
    by_itself=50,
    supervised=700,
    antivirus=0,
    leave=250,
    long_leave=100,
    never_renews=10,
    pool=40,
    pushed=980,
    nightly=900,
    left_alone=200,
)
