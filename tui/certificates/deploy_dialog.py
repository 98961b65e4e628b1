"""Deploying a certificate to devices, so that they trust what it issued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from rich.table import Table
from rich.text import Text
from textual import on
from textual.widget import Widget
from textual.widgets import Button, Select, Static

from ...store.devices.trust import has_installed
from ...store.errors import Refusal
from ...store.model.certificate import Certificate
from ...store.model.device import Device, DeviceState, Platform
from ...store.model.trust import TrustAnchor
from ...store.printable import printable
from ...store.views.platforms import PLATFORMS
from ...store.words import minute
from ..checklist.wording import platforms_text
from ..components.choices import Tick
from ..components.dialog import Dialog
from ..components.form import FormRow
from ..components.question import Question
from ..components.text_styles import Tone, style_of
from ..components.wording import title_of


class DeployDialog(Dialog[str]):
    """Gives a sentence that says what was done. ``chain`` is what can be deployed, ``devices`` is the fleet.

    The last of ``chain`` is chosen first: it is what devices have to trust.
    """

    confirm_label = "Deploy"
    AUTO_FOCUS = "Tick"

    def __init__(self, chain: Sequence[Certificate], devices: Sequence[Device]) -> None:
        super().__init__()
        self._chain = {entry.id: entry for entry in chain}
        self._chosen = chain[-1].id
        self._devices = [device for device in devices if device.state is not DeviceState.REVOKED]
        self.heading = f"Deploy {title_of(chain[-1])}" if len(chain) == 1 else "Deploy a certificate of the chain"

    def compose_form(self) -> Iterable[Widget]:
        if len(self._chain) > 1:
            options = [(title_of(entry), id) for id, entry in self._chain.items()]
            field = Select[int](options, value=self._chosen, allow_blank=False, id="entry", compact=True)
            yield FormRow("Certificate", field)
        yield Static("", id="says", markup=False)
        yield Static("", id="deploy-plan")
        yield Static("To the devices of", classes="section")
        for platform, name in PLATFORMS.items():
            yield Tick(name, value=True, id=f"to-{platform.value}", compact=True)
        yield Tick("and let their antivirus trust it", id="antivirus", compact=True)

    def compose_buttons(self) -> Iterable[Widget]:
        yield Button("Deploy", id="confirm", variant="primary", compact=True)
        yield Button("Withdraw", id="withdraw", compact=True)
        yield Button("", id="preinstalled", compact=True)
        yield self.leave_button()

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    @property
    def entry(self) -> Certificate:
        """The certificate that is chosen."""
        return self._chain[self._chosen]

    @on(Select.Changed, "#entry")
    def _entry_changed(self, event: Select.Changed) -> None:
        event.stop()
        if isinstance(event.value, int) and event.value != self._chosen:
            self._chosen = event.value
            self._look()

    # How far it is

    def _look(self) -> None:
        self.perform(partial(self._count, self._chosen), self._show, saying="Counting devices …")

    def _count(self, id: int) -> tuple[TrustAnchor, Counter[Platform]]:
        gate, now = self.workspace.standing.gate(), self.workspace.now()
        anchor = self.workspace.trust.get(id)
        lacking = Counter(
            device.platform
            for device in self._devices
            if not has_installed(device, id, gate.anchors, gate.outages, now)
        )
        return anchor, lacking

    def _show(self, counted: tuple[TrustAnchor, Counter[Platform]]) -> None:
        anchor, lacking = counted
        self.query_one("#says", Static).update(_standing(anchor))
        self.query_one("#deploy-plan", Static).update(self._table(lacking))
        deployed = anchor.deployed_at is not None
        self.query_one("#withdraw", Button).display = deployed
        preinstalled = self.query_one("#preinstalled", Button)
        preinstalled.label = "Not on new devices" if anchor.preinstalled else "Devices come with it"
        preinstalled.display = self.entry.is_ca
        if deployed and anchor.platforms:
            for platform in PLATFORMS:
                self.query_one(f"#to-{platform.value}", Tick).value = platform in anchor.platforms
        self.query_one("#antivirus", Tick).value = anchor.antivirus_at is not None

    def _table(self, lacking: Counter[Platform]) -> Table:
        dim, warn = style_of(self.app, Tone.DIM), style_of(self.app, Tone.EXPIRING)
        held = Counter(device.platform for device in self._devices)
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_row("", Text("have it", dim), Text("lack it", dim))
        for column in grid.columns[1:]:
            column.justify = "right"
        for platform, name in PLATFORMS.items():
            if held[platform]:
                missing = lacking[platform]
                grid.add_row(name, f"{held[platform] - missing:,}", Text(f"{missing:,}", warn if missing else dim))
        total = lacking.total()
        grid.add_row("all", f"{held.total() - total:,}", Text(f"{total:,}", warn if total else dim))
        return grid

    # Doing it

    def confirm(self) -> None:
        chosen = [platform for platform in PLATFORMS if self.query_one(f"#to-{platform.value}", Tick).value]
        if not chosen:
            self.refused(Refusal("platform-missing", "no platform is ticked", "Space ticks one."))
            return
        everywhere = len(chosen) == len(PLATFORMS)
        job = partial(
            self.workspace.trust.deploy,
            self._chosen,
            platforms=() if everywhere else chosen,
            antivirus=self.query_one("#antivirus", Tick).value,
        )
        self.perform(job, self._deployed, saying="Deploying …")

    def _deployed(self, anchor: TrustAnchor) -> None:
        where = "every device" if not anchor.platforms else f"{platforms_text(anchor.platforms)} devices"
        self.dismiss(f"{title_of(self.entry)} reaches {where} at the next check-in.")

    @on(Button.Pressed, "#withdraw")
    def _withdraw_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.app.push_screen(WithdrawQuestion(self.entry), self._withdrawn)

    def _withdrawn(self, sure: bool | None) -> None:
        if sure:
            job = partial(self.workspace.trust.withdraw, self._chosen)
            self.perform(job, lambda _: self.dismiss(f"{title_of(self.entry)} is not deployed any more."))

    @on(Button.Pressed, "#preinstalled")
    def _preinstalled_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.clear_refusal()
        self.perform(self._turn_preinstalled, lambda _: self._look(), saying="Writing …")

    def _turn_preinstalled(self) -> TrustAnchor:
        trust = self.workspace.trust
        return trust.set_preinstalled(self._chosen, not trust.get(self._chosen).preinstalled)


class WithdrawQuestion(Question[bool]):
    """Whether a deployment is really to end."""

    confirm_label = "Withdraw"

    def __init__(self, entry: Certificate) -> None:
        super().__init__()
        self.heading = f"Withdraw {title_of(entry)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "It is taken off the devices that it was deployed to. Those that trust the server by nothing else get "
            "SSL Error 61 from then on.",
            markup=False,
        )

    def confirm(self) -> None:
        self.dismiss(True)


def _standing(anchor: TrustAnchor) -> str:
    if anchor.preinstalled:
        return "Every device comes with it; nothing has to be deployed."
    if anchor.deployed_at is None:
        return "Not deployed. Each device gets it at its next check-in; the user of one that can't check in is sent it."
    where = "every device" if not anchor.platforms else platforms_text(anchor.platforms)
    return f"Deployed to {where} since {minute(anchor.deployed_at)} by {printable(anchor.deployed_by)}."
