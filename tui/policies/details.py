"""One policy in full: its installations, the devices that lack it and why, its settings, and its history."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.policies.report import DeploymentStatus
from ...store.printable import printable
from ...store.views.policy import PLACE_MEANINGS
from ...store.words import minute, plural
from ..components.fields import fields
from ..components.stacked_bar import BarPart, stacked_bar
from ..components.text_styles import Tone, style_of, styled
from ..lists.details_pane import Details
from ..shell.keys.keys import keyed
from .figures import PROBLEMS, PolicyFigures
from .wording import PLACES, name_of_policy, settings, why_not

BESIDE = 100  # cells for two columns
BAR = 40
_LABEL = 13


def details_of(app: App[object], figures: PolicyFigures, names: Mapping[int, str], width: int) -> Details:
    """The details for ``width`` cells; ``names`` are those of inventory entries."""
    total = "no device" if not figures.total else plural(figures.total, "device")
    name = name_of_policy(figures.policy)
    title = styled(app, (f"#{figures.id} ", Tone.DIM), (name, Tone.STRONG), (f"   {total}", Tone.DIM))
    sets_up = fields(app, settings(figures.policy, names), width=_LABEL)
    if width < BESIDE:
        parts = (_standing(app, figures, width), *_lacking(app, figures), Text(), sets_up, *_history(app, figures))
        return Details(title, Group(*parts))
    grid = Table.grid(padding=(0, 3, 0, 0), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    right = Group(_standing(app, figures, width // 2), *_lacking(app, figures), *_history(app, figures))
    grid.add_row(sets_up, right)
    return Details(title, grid)


def _standing(app: App[object], figures: PolicyFigures, width: int) -> RenderableType:
    dim = style_of(app, Tone.DIM)
    if not figures.total:
        return Text("It is for no device that is here now; those that enroll get it.", dim)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    for place, look in PLACES.items():
        if count := figures.counts[place]:
            more = Text(
                PLACE_MEANINGS[place] + (keyed("; {deploy} deploys") if place is DeploymentStatus.NOT_DEPLOYED else ""),
                dim,
            )
            grid.add_row(f"{count:,}", styled(app, (f"{look.symbol} {place}", look.tone)), more)
    parts = [BarPart(figures.counts[place], look.fill, look.tone) for place, look in PLACES.items()]
    return Group(stacked_bar(app, parts, figures.total, max(10, min(BAR, width - 2))), grid)


def _lacking(app: App[object], figures: PolicyFigures) -> list[RenderableType]:
    if not figures.lacking:
        return []
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(style=style_of(app, Tone.DIM), no_wrap=True)
    grid.add_column(no_wrap=True, overflow="ellipsis", max_width=16)
    grid.add_column(ratio=1, overflow="fold")
    for device in figures.lacking:
        why = Text(why_not(figures.policy, device), style_of(app, Tone.EXPIRING))
        grid.add_row(f"#{device.id}", Text(printable(device.known_by)), why)
    rest = sum(figures.counts[place] for place in PROBLEMS) - len(figures.lacking)
    more = [Text(f"and {rest:,} more", style_of(app, Tone.DIM))] if rest > 0 else []
    return [Text(), Text("Without it, and why", style_of(app, Tone.ACCENT)), grid, *more]


def _history(app: App[object], figures: PolicyFigures) -> list[RenderableType]:
    text = Text()
    for line in figures.history:
        who = printable(line.user) + (f" from {printable(line.origin)}" if line.origin else "")
        text.append("\n" if text else "").append(f"{minute(line.at)}  {who}\n", style_of(app, Tone.DIM))
        text.append(f"  {printable(line.summary)}")
    return [Text(), Text("History", style_of(app, Tone.ACCENT)), text] if text else []
