"""The figures that plans are compared by."""

from __future__ import annotations

from certfleet.store.views.forecasts.forecast import FIGURES, best_of


def test_what_is_shown_alike_is_alike_the_best() -> None:
    figures = {one.name: one for one in FIGURES}
    assert best_of(figures["stranded"], [3, 1, 1]) == [False, True, True]
    assert best_of(figures["device_days_lost.check-in"], [151.5, 151.6, 310]) == [True, True, False]
    assert best_of(figures["renewals"], [253, 0]) == [False, False]  # neither more nor less is better
    assert best_of(figures["stops"], [2, 2]) == [False, False]
