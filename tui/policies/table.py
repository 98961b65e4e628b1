"""The list of policies, and the tabs above it and above the list of device certificates."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType

from ...store.policies.report import DeploymentStatus
from ...store.views.platforms import platforms_text
from ...store.views.policy import assigned_to
from ..components.still_static import StillStatic
from ..components.text_styles import Tone, style_of, styled
from ..lists.columns import Column
from ..lists.list_keys import list_keys
from ..lists.list_table import ListTable
from ..shell.keys.keys import keyed
from .figures import PolicyFigures
from .wording import PLACES, name_of_policy, proof

POLICIES, CERTIFICATES = "policies", "device-certificates"


class PolicyTabs(StillStatic):
    """The two lists of the screen with their sizes, named as the modes are; a click goes to one."""

    def show(self, active: str, policies: int, certificates: int) -> None:
        """Mark the current list."""
        text = Text()
        for name, title, count in (
            (POLICIES, "Policies", policies),
            (CERTIFICATES, "Device certificates", certificates),
        ):
            here = name == active
            part = styled(self.app, (title, Tone.STRONG if here else Tone.DIM))
            if here:
                part.stylize("underline")
            part.append(f" {count:,}", style_of(self.app, Tone.DIM)).apply_meta({"list": name})
            text.append_text(part).append("   ")
        key = (keyed("{other-tab}"), Tone.ACCENT)  # apart from the counts: it is a digit, too
        self.update(text.append_text(styled(self.app, ("press ", Tone.DIM), key, (" for the other list", Tone.DIM))))

    async def on_click(self, event: events.Click) -> None:
        if name := event.style.meta.get("list"):
            await self.app.run_action(f"page({name!r})")


def _count(place: DeploymentStatus, name: str, title: str, width: int) -> Column[PolicyFigures]:
    tone = PLACES[place].tone
    return Column[PolicyFigures](
        name,
        title,
        lambda one: f"{one.counts[place]:,}",
        lambda one: one.counts[place],
        lambda one: tone if one.counts[place] else Tone.DIM,
        width,
        right=True,
    )


COLUMNS = (
    Column[PolicyFigures](
        "name", "Policy", lambda one: name_of_policy(one.policy), None, lambda one: Tone.STRONG, 14, grow=2
    ),
    Column[PolicyFigures]("platforms", "Platforms", lambda one: platforms_text(one.policy.platforms), width=10, keep=5),
    Column[PolicyFigures](
        "connection", "Connection", lambda one: one.policy.vpn.connection_type.value, width=15, keep=4
    ),
    Column[PolicyFigures]("proof", "Identity", lambda one: proof(one.policy), width=13, keep=2),
    Column[PolicyFigures]("whom", "For", lambda one: assigned_to(one.policy.assignment), width=12, grow=2, keep=1),
    _count(DeploymentStatus.INSTALLED, "installed", "Installed", 9),
    _count(DeploymentStatus.PENDING, "pending", "Pending", 7),
    _count(DeploymentStatus.WITHOUT_CERTIFICATE, "without", "No cert.", 8),
    Column[PolicyFigures](
        "version",
        "Ver.",
        lambda one: str(one.policy.version),
        lambda one: one.policy.version,
        None,
        4,
        right=True,
        keep=3,
    ),
)


class PolicyTable(ListTable[PolicyFigures], inherit_bindings=False):
    """The screen binds ``g`` to go to the devices."""

    BINDINGS: ClassVar[list[BindingType]] = list_keys("Change", shows=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(COLUMNS, sort="name", marks=False, empty="Looking …", id=id)
