"""The fields of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from ...store.model.bulk import IdentityType
from ...store.model.device import Platform
from ...store.model.policy import (
    Assignment,
    ConnectionType,
    DeadPeerDetection,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from ...store.policies.rules import IDENTITY_TITLES
from ...store.views.platforms import PLATFORMS
from ...store.workspace import Workspace
from ..components.choices import Tick
from ..components.form import FormRow
from ..devices.find_device import find_device
from .wording import AUTHENTICATIONS, PEER_DETECTIONS, TRAFFIC

EVERYBODY, FITTING, NAMED = "every device", "devices that fit a filter", "devices that are named"
_APPLE = (Platform.IOS, Platform.MACOS)
_TEXTS = {
    "connection_name": ("Shown as", "as devices show the connection; else the policy's name"),
    "remote_identifier": ("Remote id", "what the server calls itself; else its host"),
    "local_identifier": ("Local id", "what devices call themselves; else the name in their certificate"),
    "server_certificate_name": ("Server's name", "common name in its certificate; else the remote id in it"),
    "server_certificate_issuer": ("Server's CA", "common name of its issuer; else any that devices trust"),
}
_TICKS = {
    "user_may_disconnect": "the user may disconnect",
    "captive_websheet": "log-in pages of hotspots go past the tunnel",
    "captive_apps": "log-in apps of hotspots go past the tunnel",
}
# Where to look when the store refuses.
FIELDS_OF = {
    "policy-name-invalid": "name",
    "policy-exists": "name",
    "platform-unsupported": "platform-ios",
    "server-invalid": "server",
    "vpn-certificate-missing": "certificate_id",
    "no-private-key": "certificate_id",
    "certificate-replaced": "certificate_id",
    "key-unsupported": "certificate_id",
    "assignment-invalid": "to-filter",
    "filter-unclear": "to-filter",
    "device-unknown": "to-devices",
}


@dataclass(frozen=True)
class PolicyAnswers:
    """What a person wants a policy to be. ``devices`` are as they were typed."""

    name: str
    platforms: tuple[Platform, ...]
    vpn: VpnSettings
    group: str = ""
    filter: str = ""
    devices: tuple[str, ...] = ()

    def assignment(self, workspace: Workspace) -> Assignment:
        """For which devices it is; refuses with ``device-unknown``. Call it beside the screen."""
        ids = tuple(find_device(workspace, device).id for device in self.devices)
        return Assignment(group=self.group, filter=self.filter, devices=ids)


class PolicyForm(Vertical):
    """``certificates`` are the entries that devices may prove themselves by, ids with names. It begins with
    ``answers``."""

    def __init__(self, answers: PolicyAnswers, certificates: Mapping[int, str]) -> None:
        super().__init__()
        self._before, self._certificates = answers, certificates

    def compose(self) -> ComposeResult:
        before, vpn = self._before, self._before.vpn
        yield FormRow("Name", Input(before.name, id="name", placeholder="Field VPN", compact=True))
        ticks = (
            Tick(PLATFORMS[one], value=one in before.platforms, id=f"platform-{one.value}", compact=True)
            for one in _APPLE
        )
        yield FormRow("Platforms", Horizontal(*ticks, id="platforms"))
        yield _select("Connection", "connection_type", {one: one.value for one in ConnectionType}, vpn.connection_type)
        yield FormRow("Server", Input(vpn.server, id="server", placeholder="vpn.company.example", compact=True))
        yield _select("Devices prove", "device_authentication", AUTHENTICATIONS, vpn.device_authentication)
        kind = vpn.identity_type or IdentityType.SERIAL_NUMBER
        yield _select("Identity type", "identity_type", {one: IDENTITY_TITLES[one] for one in IdentityType}, kind)
        entries = [(name, id) for id, name in self._certificates.items()]
        id = vpn.certificate_id
        chosen = id if id is not None and id in self._certificates else Select.NULL
        entry = Select[int](entries, value=chosen, prompt="choose", id="certificate_id", compact=True)
        yield FormRow("Certificate", entry, id="row-certificate_id")
        yield Static("Which devices get it", classes="section")
        whom = NAMED if before.devices else FITTING if before.filter else EVERYBODY
        yield _select("For", "whom", {one: one for one in (EVERYBODY, FITTING, NAMED)}, whom)
        yield _input("Filter", "to-filter", before.filter, "as on Devices: owner:meyer model:iphone …")
        yield _input("Group", "to-group", before.group, "the delivery group's name, optional")
        yield _input("Devices", "to-devices", ", ".join(before.devices), "ids or identities, with commas between")
        yield Static("More", classes="section")
        for field, (label, placeholder) in _TEXTS.items():
            yield _input(label, field, getattr(vpn, field), placeholder)
        yield _select("Peer check", "dead_peer_detection", PEER_DETECTIONS, vpn.dead_peer_detection)
        yield FormRow("", _tick("perfect_forward_secrecy", "perfect forward secrecy", vpn))
        yield from self._always_on(vpn)

    def _always_on(self, vpn: VpnSettings) -> Iterable[Widget]:
        yield Static("Always On", classes="section always-on")
        for field, title in _TICKS.items():
            yield FormRow("", _tick(field, title, vpn), id=f"row-{field}").add_class("always-on")
        for field, title in (("voicemail", "Voicemail"), ("airprint", "AirPrint")):
            yield _select(title, field, TRAFFIC, getattr(vpn, field)).add_class("always-on")

    def on_mount(self) -> None:
        self._arrange()

    @on(Select.Changed)
    def _changed(self, event: Select.Changed) -> None:
        event.stop()
        self._arrange()

    def _arrange(self) -> None:
        """Show what goes with what is chosen."""
        by_identity = self._chosen("device_authentication") == DeviceAuthentication.DEVICE_IDENTITY
        whom = self._chosen("whom")
        for row, display in (
            ("identity_type", by_identity),
            ("certificate_id", not by_identity),
            ("to-filter", whom == FITTING),
            ("to-group", whom == FITTING),
            ("to-devices", whom == NAMED),
        ):
            self.query_one(f"#row-{row}").display = display
        always_on = self._chosen("connection_type") == ConnectionType.IKEV2_ALWAYS_ON
        for widget in self.query(".always-on"):
            widget.display = always_on

    @property
    def whom(self) -> str:
        """``EVERYBODY``, ``FITTING`` or ``NAMED``."""
        return str(self._chosen("whom"))

    def answers(self) -> PolicyAnswers:
        """What is typed and chosen; of what is hidden, nothing."""
        whom, vpn = self._chosen("whom"), self._vpn()
        return PolicyAnswers(
            name=self._text("name"),
            platforms=tuple(one for one in _APPLE if self._ticked(f"platform-{one.value}")),
            vpn=vpn,
            group=self._text("to-group") if whom == FITTING else "",
            filter=self._text("to-filter") if whom == FITTING else "",
            devices=tuple(self._devices()) if whom == NAMED else (),
        )

    def _vpn(self) -> VpnSettings:
        by_identity = self._chosen("device_authentication") == DeviceAuthentication.DEVICE_IDENTITY
        entry = self._chosen("certificate_id")
        always_on: dict[str, Any] = {}
        texts: dict[str, Any] = {field: self._text(field) for field in _TEXTS}
        if self._chosen("connection_type") == ConnectionType.IKEV2_ALWAYS_ON:
            always_on = {field: self._ticked(field) for field in _TICKS}
            always_on |= {field: ServiceTraffic(self._chosen(field)) for field in ("voicemail", "airprint")}
        return VpnSettings(
            connection_type=ConnectionType(self._chosen("connection_type")),
            server=self._text("server"),
            device_authentication=DeviceAuthentication(self._chosen("device_authentication")),
            identity_type=IdentityType(self._chosen("identity_type")) if by_identity else None,
            certificate_id=entry if not by_identity and isinstance(entry, int) else None,
            dead_peer_detection=DeadPeerDetection(self._chosen("dead_peer_detection")),
            perfect_forward_secrecy=self._ticked("perfect_forward_secrecy"),
            **texts,
            **always_on,
        )

    def _devices(self) -> Iterable[str]:
        return [name.strip() for name in self._text("to-devices").split(",") if name.strip()]

    def _text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def _ticked(self, id: str) -> bool:
        return self.query_one(f"#{id}", Tick).value

    def _chosen(self, id: str) -> Any:
        return self.query_one(f"#{id}", Select).value


def _select(label: str, id: str, options: Mapping[Any, str], value: object) -> FormRow:
    pairs = [(title, one) for one, title in options.items()]
    return FormRow(label, Select[Any](pairs, value=value, allow_blank=False, id=id, compact=True), id=f"row-{id}")


def _input(label: str, id: str, value: str, placeholder: str) -> FormRow:
    return FormRow(label, Input(value, id=id, placeholder=placeholder, compact=True), id=f"row-{id}")


def _tick(id: str, title: str, vpn: VpnSettings) -> Tick:
    return Tick(title, value=getattr(vpn, id), id=id, compact=True)
