"""The platforms' names, and counts by platform."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..model.device import Platform

PLATFORMS: Mapping[Platform, str] = {
    Platform.IOS: "iOS",
    Platform.ANDROID: "Android",
    Platform.WINDOWS: "Windows",
    Platform.MACOS: "macOS",
}
"""The platforms' names, those with the most devices first."""


def by_platform(counts: Mapping[str, int]) -> str:
    """``1,021 iOS, 99 macOS``; platforms without devices are left out."""
    return ", ".join(f"{counts[one]:,} {PLATFORMS[one]}" for one in Platform if counts.get(one))


def platform_names(platforms: Iterable[Platform]) -> str:
    """``iOS, macOS``, or ``all``."""
    concerned = set(platforms)
    return "all" if concerned == set(Platform) else ", ".join(PLATFORMS[one] for one in Platform if one in concerned)


def platforms_text(platforms: Collection[Platform]) -> str:
    """``iOS, macOS``, or ``all platforms``."""
    if set(platforms) == set(Platform):
        return "all platforms"
    return ", ".join(name for platform, name in PLATFORMS.items() if platform in platforms)
