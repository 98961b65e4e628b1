"""Windows laptops: office hours, no weekends, shut down at night.

Their certificate can't be renewed: the user must re-enroll, and has to be told so. Then some do so the same day, most
within a week, and some only when nothing works any more.
"""

from __future__ import annotations

from datetime import timedelta

from .profile import Profile

PROFILE = Profile(
    check_in=timedelta(hours=8),
    mornings=(7, 10),
    evenings=(16, 19),
    weekends=80,
    spells=250,
    spell_days=60,
    spell_hours=16 * 24,
    gone=25,
    not_now=0,
    busy_hours=0,
    errors=0,
    losses=0,
    restores=0,
    owner_hours=72,
    ignores=100,
    by_itself=30,
    antivirus=600,
    leave=800,
    long_leave=80,
    pool=30,
    works=True,
    pushed=900,
    nightly=50,
    left_alone=200,
)
