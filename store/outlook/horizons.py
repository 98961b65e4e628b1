"""How far ahead somebody may look."""

from __future__ import annotations

from datetime import timedelta

from ..durations import duration_text
from ..errors import Refusal

LONGEST_OUTLOOK = timedelta(days=36_500)
"""Of what stops if nobody acts: it is read off the dates of the certificates."""

LONGEST_FORECAST = timedelta(days=3_650)
"""Of what is simulated: each day of it takes time, and nobody knows what a fleet does in ten years."""

SHORTEST_FORECAST = timedelta(hours=1)


def check_outlook(ahead: timedelta) -> None:
    """Refuses with ``horizon-invalid`` more than ``LONGEST_OUTLOOK``."""
    if ahead > LONGEST_OUTLOOK:
        most = duration_text(LONGEST_OUTLOOK)
        said = f"an outlook reaches {most} ahead at most, not {duration_text(ahead)}"
        raise Refusal("horizon-invalid", said, f"Write {most} or less.")


def check_forecast(ahead: timedelta, *, least: timedelta = timedelta()) -> None:
    """Refuses with ``horizon-invalid`` more than ``LONGEST_FORECAST``, and less than ``least``."""
    if ahead < least:
        said = f"a forecast reaches {duration_text(least)} ahead at least, not {duration_text(ahead)}"
        raise Refusal("horizon-invalid", said, f"Write {duration_text(least)} or more.")
    if ahead > LONGEST_FORECAST:
        most = duration_text(LONGEST_FORECAST)
        said = f"what is simulated in memory reaches {most} ahead at most, not {duration_text(ahead)}"
        hint = (
            f"Write {most} or less. What expires later is read off the dates: `certfleet impact --for "
            f"{duration_text(LONGEST_OUTLOOK)}`."
        )
        raise Refusal("horizon-invalid", said, hint)
