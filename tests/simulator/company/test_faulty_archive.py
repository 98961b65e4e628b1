"""An archive with faults: as many as were asked for, chosen by the draw alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.faulty_archive import ArchiveFault, FaultyArchive, faulty_archive
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.store.authorities.validity import Validity

IDENTITIES = ["A12BC3D4EFGH", "A12BC3D4EFIJ", "A12BC3D4EFKL"]


def _delivery(seed: int, **faults: int) -> FaultyArchive:
    now = datetime(2026, 9, 14, tzinfo=UTC)
    validity = Validity(now, now + timedelta(days=365))
    root = IssuingAuthority.root(x509_name("Example Root CA"), Random(1), validity)
    named = {ArchiveFault(name.replace("_", "-")): count for name, count in faults.items()}
    return faulty_archive(IDENTITIES, named, root, validity, draw=Random(seed), strangers=["C02ZQ1ABMD6N"])


def test_the_draw_chooses_who_has_a_fault() -> None:
    first, again = _delivery(1, damaged=1, copy=1), _delivery(1, damaged=1, copy=1)
    assert sorted(first.faults.values()) == ["copy", "damaged"]
    assert first.faults == again.faults
    assert len({tuple(_delivery(seed, damaged=1).faults) for seed in range(8)}) > 1


def test_strangers_come_only_when_asked_for() -> None:
    assert _delivery(1, damaged=1).strangers == ()
    assert _delivery(1, stranger=1).strangers == ("C02ZQ1ABMD6N",)


def test_one_file_must_be_right() -> None:
    with pytest.raises(ValueError, match="3 faults"):
        _delivery(1, damaged=2, copy=1)
