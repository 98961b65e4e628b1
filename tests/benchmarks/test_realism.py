"""The measurement of realism: it prints each figure beside its aim, and what a campaign is for holds."""

from __future__ import annotations

import json

import pytest

from benchmarks.realism import main


def test_figures_stand_beside_their_aims(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--devices", "300", "--json"])
    found = json.loads(capsys.readouterr().out)
    for name in (
        "ios_silent_for_30_days_on_day_120",
        "windows_renewed_after_7d",
        "arrivals_enrolled_on_a_Monday",
        "new_devices_in_a_year",
        "renewals_in_the_busiest_minute",
        "iOS_18_127_days_after_its_release",
    ):
        assert isinstance(found[f"{name}_holds"], bool)
    assert found["re-enrolled_without_a_campaign_after_28_days"] < 10
    assert found["re-enrolled_with_a_campaign_after_28_days"] > 80
    main(["--devices", "100"])
    assert "aim 3 to 8" in capsys.readouterr().out
