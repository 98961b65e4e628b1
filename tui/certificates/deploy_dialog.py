"""Deploying a certificate to devices, so that they trust the certificates that it issued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Button

from ...store.devices.trust import has_installed
from ...store.model.certificate import Certificate
from ...store.model.device import Device, DeviceState, Platform
from ...store.model.trust import TrustAnchor
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.views.platforms import PLATFORMS, platforms_text
from ...store.words import minute
from ..components.text_styles import Tone, style_of
from ..dialogs.choice_fields import ChoiceField, TickField, TicksField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, needed
from ..dialogs.plan_panel import PlanPanel
from ..dialogs.question import Question
from ..shell.keys.keys import keyed

Lacking = tuple[TrustAnchor, Counter[Platform]]


class DeployDialog(FormDialog[str]):
    """Returns a sentence that says what was done. ``chain`` has the certificates to choose from, ``devices`` is the
    fleet.

    The last of ``chain`` is preselected: it is the one that devices have to trust.
    """

    changes = True
    confirm_label = "Deploy"
    doing = "Deploying …"
    more_buttons = (("withdraw", "Withdraw"), ("preinstalled", ""))
    AUTO_FOCUS = "Tick"

    def __init__(self, chain: Sequence[Certificate], devices: Sequence[Device]) -> None:
        super().__init__()
        self._chain = {entry.id: entry for entry in chain}
        self._devices = [device for device in devices if device.state is not DeviceState.REVOKED]
        self.heading = (
            f"Deploy {certificate_title(chain[-1])}" if len(chain) == 1 else "Deploy a certificate of the chain"
        )

    def compose_form(self) -> Iterable[Widget]:
        options = {id: certificate_title(entry) for id, entry in self._chain.items()}
        several = len(options) > 1
        yield ChoiceField("entry", "Certificate", options, list(options)[-1], when=lambda _: several)
        yield Note(id="says")
        yield PlanPanel(self._count, self._show, of=["entry"], saying="Counting devices …", id="deploy-plan")
        yield Note("To the devices of", "section")
        nothing = needed("platform-missing", "no platform is ticked", keyed("{Select} ticks one."))
        yield TicksField("to", None, PLATFORMS, PLATFORMS, across=False, check=nothing)
        yield TickField("antivirus", "and let their antivirus trust it", label=None)

    @property
    def entry(self) -> Certificate:
        """The chosen certificate."""
        return self._chain[self.answers["entry"]]

    # Progress

    def _count(self, id: int) -> Lacking:
        gate, now = self.workspace.impact.gate(), self.workspace.now()
        lacking = (
            device.platform
            for device in self._devices
            if not has_installed(device, id, gate.anchors, gate.outages, now)
        )
        return self.workspace.trust.get(id), Counter(lacking)

    def _show(self, counted: Lacking) -> Table:
        anchor, lacking = counted
        self.query_one("#says", Note).update(_standing(anchor))
        deployed = anchor.deployed_at is not None
        self.query_one("#withdraw").display = deployed
        preinstalled = self.query_one("#preinstalled", Button)
        preinstalled.label = "Not on new devices" if anchor.preinstalled else "Devices come with it"
        preinstalled.display = self.entry.is_ca
        if deployed and anchor.platforms:
            self.query_one("#row-to", TicksField).tick(anchor.platforms)
        self.query_one("#row-antivirus", TickField).tick(anchor.antivirus_at is not None)
        return self._table(lacking)

    def _table(self, lacking: Counter[Platform]) -> Table:
        dim, warn = style_of(self.app, Tone.DIM), style_of(self.app, Tone.EXPIRING)
        held = Counter(device.platform for device in self._devices)
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_row("", Text("have it", dim), Text("lack it", dim))
        grid.columns[1].justify = grid.columns[2].justify = "right"
        for platform, name in (*PLATFORMS.items(), (None, "all")):
            total = held.total() if platform is None else held[platform]
            missing = lacking.total() if platform is None else lacking[platform]
            if total or platform is None:
                grid.add_row(name, f"{total - missing:,}", Text(f"{missing:,}", warn if missing else dim))
        return grid

    # Deploying and withdrawing

    def work(self, to: Sequence[Platform], antivirus: bool, entry: int = 0) -> str:
        platforms = () if len(to) == len(PLATFORMS) else to
        anchor = self.workspace.trust.deploy(entry or self.entry.id, platforms=platforms, antivirus=antivirus)
        where = "every device" if not anchor.platforms else f"{platforms_text(anchor.platforms)} devices"
        return f"{certificate_title(self.entry)} reaches {where} at the next check-in."

    def action_withdraw(self) -> None:
        entry = self.entry
        said = (
            "It is taken off the devices that it was deployed to. Those that trust the server by nothing else get "
            "SSL Error 61 from then on."
        )
        question = Question(
            f"Withdraw {certificate_title(entry)}",
            "Withdraw",
            Note(said),
            job=lambda: self.workspace.trust.withdraw(entry.id),
        )
        self.console.ask(question, lambda _: self.done(f"{certificate_title(entry)} is not deployed any more."))

    def action_preinstalled(self) -> None:
        trust, id = self.workspace.trust, self.entry.id
        self.perform(
            lambda: trust.set_preinstalled(id, not trust.get(id).preinstalled),
            lambda _: self.query_one(PlanPanel).again(),
            saying="Writing …",
        )


def _standing(anchor: TrustAnchor) -> str:
    if anchor.preinstalled:
        return "Every device comes with it; nothing has to be deployed."
    if anchor.deployed_at is None:
        return "Not deployed. Each device gets it at its next check-in; the user of one that can't check in is sent it."
    where = "every device" if not anchor.platforms else platforms_text(anchor.platforms)
    return f"Deployed to {where} since {minute(anchor.deployed_at)} by {printable(anchor.deployed_by)}."
