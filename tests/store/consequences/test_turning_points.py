"""Between two turning points nothing changes, and whoever asks first gets what everybody gets: at the edges of
validities, on leap days, past 2049, and up to the time that means no expiry (RFC 5280, 4.1.2.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from certfleet.store.consequences.consequences import consequences
from certfleet.store.consequences.interruptions import key_of
from certfleet.store.consequences.landscape import Landscape
from certfleet.store.consequences.landscape_reader import Known
from certfleet.store.model.component import Component
from certfleet.store.model.site import SiteSettings
from certfleet.store.outlook.outlook import upcoming
from certfleet.store.times import shifted
from tests.material import issue, make_ca
from tests.store.deployment import SECOND, entry_of

ROOT = make_ca("Example Root")
LEAF = issue("mdm.example.com", issuer=ROOT)
ENTRIES = entry_of(LEAF, 1), replace(entry_of(LEAF, 2), public_key_sha256="2"), entry_of(ROOT, 3)
DAYS = (
    datetime(2026, 1, 5, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),  # the last time that UTCTime can tell
    datetime(9999, 12, 31, 23, 59, 50, tzinfo=UTC),
)
LEAST, MOST = -5, 9  # seconds around such a day in which everything happens
moments = st.integers(LEAST, MOST)


@st.composite
def landscapes(draw: st.DrawFn) -> tuple[datetime, Landscape]:
    """A day, and a landscape in which validities begin and end around it."""
    day = draw(st.sampled_from(DAYS))

    def at(least: int = LEAST) -> datetime:
        return day + draw(st.integers(least, MOST)) * SECOND

    certificates = {}
    for entry in ENTRIES:
        start = draw(moments)
        issuer = 3 if entry.id != 3 else None
        certificates[entry.id] = replace(
            entry,
            not_before=day + start * SECOND,
            not_after=at(start),
            issuer_id=issuer,
            imported_at=day - timedelta(1),
        )
    bound_at = draw(st.none() | moments.map(lambda second: day + second * SECOND))
    still_serves = draw(st.sampled_from((None, 1)))
    components = (
        Component(id=1, need="mdm-ssl", certificate_id=1, bound_at=bound_at),
        Component(id=2, need="gateway-ssl", certificate_id=2, still_serves=still_serves, bound_at=day),
        Component(id=3, need="saml", certificate_id=2, bound_at=day),
    )
    return day, Landscape(
        site=SiteSettings(),
        components=components,
        certificates=certificates,
        chains={1: (1, 3), 2: (2, 3)},
        public_tops=(),
        profiles={},
        anchors={},
        revoked={2: at()} if draw(st.booleans()) else {},
        channel=None,
    )


@given(landscapes())
def test_nothing_changes_between_two_turning_points(drawn: tuple[datetime, Landscape]) -> None:
    day, landscape = drawn
    known = Known(landscape)
    for second in range(LEAST - 2, MOST + 1):
        at = day + second * SECOND
        assert known.consequences(at) == consequences(landscape, at)


@given(landscapes(), st.lists(st.integers(-6_000, 9_000), min_size=1, max_size=12))
def test_the_order_of_questions_does_not_matter(drawn: tuple[datetime, Landscape], asked: list[int]) -> None:
    day, landscape = drawn
    known = Known(landscape)
    for milliseconds in asked:
        at = day + timedelta(milliseconds=milliseconds)
        assert known.consequences(at) == Known(landscape).consequences(at) == consequences(landscape, at)


@given(landscapes())
def test_a_validity_includes_its_last_second(drawn: tuple[datetime, Landscape]) -> None:
    day, landscape = drawn
    known = Known(landscape)
    for component in landscape.components:
        served = landscape.served(component)
        assert served is not None
        own = [one for one in landscape.certificates.values() if one.id in (served.id, 3)]
        for second in range(LEAST, MOST + 1):
            at = shifted(day, second * SECOND)
            is_usable = all(one.not_before <= at <= one.not_after for one in own) and not (
                (revoked := landscape.revoked.get(served.id)) is not None and revoked <= at
            )
            stopped = [
                one for one in known.consequences(at) if one.component_id == component.id or one.certificate_id == 3
            ]
            assert is_usable is not bool(stopped), (component.need, at)


@given(landscapes(), moments, moments)
def test_the_outlook_leads_from_one_time_to_the_other(drawn: tuple[datetime, Landscape], now: int, later: int) -> None:
    day, landscape = drawn
    start, until = day + min(now, later) * SECOND, day + max(now, later) * SECOND
    stopped = {key_of(one) for one in consequences(landscape, start)}
    for event in upcoming(landscape, start, until):
        assert event.at <= until
        stopped = stopped - {key_of(one) for one in event.ended} | {key_of(one) for one in event.began}
    assert stopped == {key_of(one) for one in consequences(landscape, until)}
