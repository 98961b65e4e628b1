"""What is peculiar to the deployment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.errors import Refusal
from ...store.model.site import SiteSettings
from ..components.choices import Tick
from ..components.dialog import Dialog
from ..components.form import FormRow

MOST_DAYS = 3650


class SiteDialog(Dialog[SiteSettings]):
    """Gives the settings as they are then."""

    heading = "Site settings"
    confirm_label = "Set"
    AUTO_FOCUS = "#migrated"

    def compose_form(self) -> Iterable[Widget]:
        site = self.workspace.site.get()
        yield Tick("migrated from XenMobile Server", value=site.migrated, id="migrated", compact=True)
        said = "It brings its own certificate for the MDM FQDN; support has to be sent each new one."
        yield Static(said, classes="quiet item", markup=False)
        yield Tick("SSL offload at NetScaler Gateway", value=site.ssl_offload, id="offload", compact=True)
        yield Static("Its load balancer has a cacert.pem of its own.", classes="quiet item", markup=False)
        grace = Input(str(site.apns_grace_days), id="grace", compact=True)
        yield FormRow("APNs grace", grace)
        said = "Days in which a lapsed APNs certificate can be renewed without losing the devices."
        yield Static(said, classes="quiet item", markup=False)
        days = ", ".join(map(str, site.gateway_notice_days))
        yield FormRow("Gateway", Input(days, id="notices", placeholder="never", compact=True))
        said = "Days before the end of a gateway certificate on which people are told; commas between."
        yield Static(said, classes="quiet item", markup=False)

    def confirm(self) -> None:
        grace = _whole_days(self.query_one("#grace", Input).value)
        notices = [_whole_days(part) for part in re.split(r"[,\s]+", self.query_one("#notices", Input).value) if part]
        if grace is None or None in notices:
            self.refused(Refusal("days-invalid", f"write whole days from 0 to {MOST_DAYS:,}"))
            return
        job = partial(
            self.workspace.site.set,
            migrated=self.query_one("#migrated", Tick).value,
            ssl_offload=self.query_one("#offload", Tick).value,
            apns_grace_days=grace,
            gateway_notice_days=notices,
        )
        self.perform(job, self.dismiss, saying="Setting …")


def _whole_days(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= MOST_DAYS):
        return None
    return int(text)
