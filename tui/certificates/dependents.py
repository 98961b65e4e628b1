"""What depends on a certificate: components and what stops with them, devices that it is deployed to, follow-ups."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import App

from ...store.components.capabilities import Level
from ...store.model.certificate import Status
from ...store.model.component import Component
from ...store.model.task import Task
from ...store.model.trust import TrustAnchor
from ...store.outlook.awaiting import awaiting, still_used, waits_for
from ...store.outlook.dependences import Dependence
from ...store.outlook.outlook import affected
from ...store.printable import printable
from ...store.views.consequence import LEVEL_SYMBOLS
from ...store.views.platforms import platforms_text
from ...store.words import days_text, minute, moment, plural
from ..checklist.wording import LEVEL_TONES
from ..components.fields import Value, fields
from ..components.impact_wording import stopping
from ..components.text_styles import Tone, style_of, styled
from ..shell.console_app import ConsoleApp
from ..shell.keys.hints import without_commands
from .certificate_rows import CertificateRow

NAMED = 3  # components in the summary
_GONE = (Status.EXPIRED, Status.NOT_YET_VALID)


class DependsBlock:
    """What depends on the certificate of a row at present."""

    def __init__(self, app: App[object], console: ConsoleApp, row: CertificateRow) -> None:
        workspace = console.workspace
        self._app, self._console, self._row = app, console, row
        self._found = workspace.impact.dependences(row.id)
        self._devices = console.fleet.platforms()
        self._anchor = workspace.trust.get(row.id)
        self._tasks = [
            task
            for task in workspace.tasks.list(done=False)
            if row.id in (task.certificate_id, task.old_certificate_id)
        ]
        self._landscape = workspace.impact.landscape()
        self._awaited = awaiting(self._landscape, row.id)

    # Summary

    def pairs(self) -> list[tuple[str, Value]]:
        """The lines of the summary."""
        pairs: list[tuple[str, Value]] = [("Depends", self._components())]
        if self._found:
            effects = [effect for one in self._found for effect in one.effects]
            stops = stopping(effects, self._devices)
            gone = self._row.certificate.not_after < self._console.workspace.now()
            pairs.append(("Stopped" if gone else "Then stops", styled(self._app, (stops, self._tone(gone)))))
        if any(one.waits for one in self._found):
            until = dict.fromkeys(self._until(one.component) for one in self._found if one.waits)
            pairs.append(("Still served", styled(self._app, ("; ".join(until), Tone.EXPIRING))))
        pairs += [("Waits", self._waiting(one)) for one in self._awaited[:1]]
        if (deployed := _deployed(self._anchor)) is not None:
            pairs.append(("Deployed", deployed))
        pairs += [("Follow-up", self._task(task)) for task in self._tasks]
        return pairs

    def _tone(self, gone: bool) -> Tone:
        return Tone.EXPIRED if gone else Tone.EXPIRING if self._row.status is not Status.VALID else Tone.STRONG

    def _components(self) -> Value:
        if not self._found:
            return Text("nothing that is known here", style_of(self._app, Tone.DIM))
        titles = list(dict.fromkeys(printable(one.title) for one in self._found))
        more = [f"and {len(titles) - NAMED:,} more"] if len(titles) > NAMED else []
        return "\n".join((*titles[:NAMED], *more))

    def _until(self, component: Component) -> str:
        """Until when a component goes on with another certificate than the one that is bound."""
        if component.id in self._landscape.seen:
            return printable(f"until {waits_for(self._landscape, component).replace(' it', ' the new one')}")
        return "until the follow-up is done" if len(self._tasks) < 2 else "until the follow-ups are done"

    def _waiting(self, component: Component) -> Text:
        id = self._landscape.served_id(component)
        still = self._named(id) if id is not None else printable(still_used(self._landscape, component))
        return styled(self._app, (f"{still} is still served {self._until(component)}", Tone.EXPIRING))

    def _task(self, task: Task) -> Text:
        return styled(self._app, (f"○ {printable(task.title)}", Tone.PENDING), ("   6, then t", Tone.DIM))

    def _named(self, id: int | None) -> str:
        row = self._console.certificates.rows.get(id or 0)
        return f"#{id}" if row is None else f"#{id} {row.name}"

    # Tab

    def body(self) -> RenderableType:
        """The text of the tab."""
        strong, parts = style_of(self._app, Tone.STRONG), list[RenderableType]()
        for one in self._found:
            parts += [Text(printable(one.title), strong), fields(self._app, self._dependence(one)), Text()]
        if (deployed := _deployed(self._anchor)) is not None:
            parts += [
                Text("Devices", strong),
                fields(self._app, [("Deployed", deployed), *_trust(self._anchor)]),
                Text(),
            ]
        for task in self._tasks:
            opened = f"since {minute(task.opened_at)} UTC, by {printable(task.opened_by)}"
            told: list[tuple[str, Value]] = [("Open", opened), ("", without_commands(task.text)), ("Done", "6, then t")]
            parts += [styled(self._app, (f"○ {printable(task.title)}", Tone.PENDING)), fields(self._app, told), Text()]
        if not parts:
            return Text(
                "Nothing that is known here depends on it: no component uses it, or anything that it issued.\n\n"
                "6 binds certificates to what uses them.",
                style_of(self._app, Tone.DIM),
            )
        return Group(*parts)

    def _dependence(self, one: Dependence) -> list[tuple[str, Value]]:
        now = self._console.workspace.now()
        gone = one.at < now
        how = "uses it itself"
        if one.through_chain:
            how = f"through the chain of {self._named(self._landscape.served_id(one.component))}"
        pairs: list[tuple[str, Value]] = [("How", how), ("Until", f"{moment(one.at)}, {days_text(self._row.days)}")]
        if one.waits:
            by = self._named(one.component.certificate_id)
            told = f"{by} has replaced it; it is still served {self._until(one.component)}"
            pairs.append(("Still served", styled(self._app, (told, Tone.EXPIRING))))
        for effect in one.effects:
            words = ("Stopped", "Degraded") if gone else ("Then stops", "Then suffers")
            count = affected(effect.platforms, self._devices)
            whom = platforms_text(effect.platforms) + (f", {plural(count, 'device')}" if count else "")
            seen = (f"{LEVEL_SYMBOLS[effect.level]} {effect.seen}", LEVEL_TONES[effect.level]) if gone else effect.seen
            label = words[effect.level is not Level.STOPPED]
            pairs.append((label, styled(self._app, seen, (f"  {whom}", Tone.DIM))))
        return pairs


def _deployed(anchor: TrustAnchor) -> str | None:
    """When and to which platforms it was deployed; None if it isn't."""
    if anchor.deployed_at is None:
        return None
    whom = platforms_text(anchor.platforms) if anchor.platforms else "every device"
    antivirus = ", trusted by their antivirus" if anchor.antivirus_at is not None else ""
    return f"to {whom} since {minute(anchor.deployed_at)} UTC{antivirus}"


def _trust(anchor: TrustAnchor) -> list[tuple[str, Value]]:
    pairs: list[tuple[str, Value]] = [("By", printable(anchor.deployed_by))] if anchor.deployed_by else []
    if anchor.preinstalled:
        pairs.append(("Besides", "every device came with it"))
    elif anchor.up_to_device:
        pairs.append(("Besides", f"devices up to #{anchor.up_to_device:,} trusted it before"))
    return pairs
