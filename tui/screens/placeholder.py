"""The screens that are not there yet: a sentence each, and nothing that looks like data."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ..pages import PageName
from .page import Page

SENTENCES = {
    "devices": "Here the fleet's devices will be listed, with their identities, their device certificates and "
    "what is pending for them, and s will renew the certificates of those that are selected.",
    "authorities": "Here the CA groups will be, each with its root, device and server CA, how many devices still "
    "hold certificates of it, and the refresh that makes a new group.",
    "policies": "Here the policies will be that deploy certificates to devices, and how far each deployment is.",
    "checklist": "Here every component will be listed with the certificate that it needs, and what stops working "
    "when that one is missing or has expired.",
    "simulator": "Here the workspace's clock will run: a fleet drawn from a seed, scenarios, rewinding, and the "
    "forecast of what stops when.",
    "notices": "Here the notices will be that people were sent: push certificates at 30 and 10 days, gateway "
    "certificates, CA groups that are ready, renewals that failed.",
}


class PlaceholderPage(Page):
    """A screen that says what it is going to be."""

    AUTO_FOCUS = ""

    def __init__(self, name: PageName) -> None:
        super().__init__()
        self._page = name

    @property
    def mode_page(self) -> str:
        return self._page.name

    def compose_page(self) -> ComposeResult:
        with Vertical(id="placeholder"):
            yield Static(self._page.title, classes="title")
            yield Static(SENTENCES[self._page.name], classes="sentence")
            yield Static("It is not there yet.", classes="sentence strong")
            yield Static("1 Overview, 2 Certificates and 9 Audit are.", classes="quiet")
