"""What a monitoring plugin prints."""

from __future__ import annotations

from collections.abc import Sequence

from ..monitoring.findings import Measure, Monitored, MonitoringFinding

_SHOWN = 3


def first_line(state: Monitored, found: Sequence[MonitoringFinding], measured: Sequence[Measure]) -> str:
    """A plugin's line: the state, the worst findings, and the performance data."""
    said = "; ".join(one.said for one in found[:_SHOWN]) or "nothing is stopped, and nothing ends soon"
    more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    # In a plugin's output a vertical bar begins the performance data, and a line break the text that nobody shows.
    line = " ".join(f"CERTFLEET {state.name} - {said}{more}".replace("|", "/").split())
    figures = " ".join(f"{_label(one.label)}={one.value};{one.warning};{one.critical}".rstrip(";") for one in measured)
    return f"{line} | {figures}" if figures else line


def _label(label: str) -> str:
    """In quotes where it has spaces, as plugins write it."""
    return f"'{label}'" if " " in label else label
