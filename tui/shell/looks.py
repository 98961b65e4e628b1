"""The looks of the console (dark, light, 16 colours, no colour) and the inks that things are written in."""

from __future__ import annotations

from enum import StrEnum

from rich.style import Style

from ...store.model.certificate import Status
from ...store.model.device import DeviceState


class Ink(StrEnum):
    """What a text means. Colour only supports it: a word or a symbol always says the same."""

    VALID = "valid"
    EXPIRING = "expiring"
    CRITICAL = "critical"
    EXPIRED = "expired"
    PENDING = "pending"
    DIM = "dim"
    STRONG = "strong"
    ACCENT = "accent"
    TRACK = "track"


class Look(StrEnum):
    """The name of a look, in the order that the key goes through them."""

    DARK = "dark"
    LIGHT = "light"
    ANSI = "16 colours"
    PLAIN = "no colour"

    @property
    def theme(self) -> str:
        """The name of its Textual theme."""
        return f"certfleet-{self.name.lower()}"

    @property
    def next(self) -> Look:
        """The look after this one."""
        looks = list(Look)
        return looks[(looks.index(self) + 1) % len(looks)]


STATUS_INKS = {
    Status.NOT_YET_VALID: Ink.PENDING,
    Status.VALID: Ink.VALID,
    Status.EXPIRING: Ink.EXPIRING,
    Status.CRITICAL: Ink.CRITICAL,
    Status.EXPIRED: Ink.EXPIRED,
    Status.REPLACED: Ink.DIM,
}


DEVICE_INKS = {
    DeviceState.NOT_ENROLLED: Ink.DIM,
    DeviceState.ENROLLED: Ink.VALID,
    DeviceState.RE_ENROLLMENT_REQUIRED: Ink.EXPIRING,
    DeviceState.MUST_RE_ENROLL: Ink.EXPIRED,
    DeviceState.REVOKED: Ink.DIM,
}


def _inks(**styles: str) -> dict[Ink, Style]:
    return {ink: Style.parse(styles[ink.value]) for ink in Ink}


INKS = {
    Look.DARK: _inks(
        valid="#86b98f",
        expiring="#e2bb5c",
        critical="bold #f2935c",
        expired="bold #f07178",
        pending="#74b6c6",
        dim="#84909c",
        strong="bold #eef2f6",
        accent="#7fb0e6",
        track="#37424e",
    ),
    Look.LIGHT: _inks(
        valid="#2b7246",
        expiring="#7d5800",
        critical="bold #ab430a",
        expired="bold #b0241f",
        pending="#0c6676",
        dim="#66707a",
        strong="bold #14181d",
        accent="#1d5c9c",
        track="#c4cac9",
    ),
    # Dim, not bright black: on several terminal palettes bright black is the background.
    Look.ANSI: _inks(
        valid="green",
        expiring="yellow",
        critical="bold yellow",
        expired="bold red",
        pending="cyan",
        dim="dim",
        strong="bold",
        accent="cyan",
        track="dim",
    ),
    Look.PLAIN: _inks(
        valid="none",
        expiring="none",
        critical="bold",
        expired="bold",
        pending="none",
        dim="dim",
        strong="bold",
        accent="bold",
        track="dim",
    ),
}
