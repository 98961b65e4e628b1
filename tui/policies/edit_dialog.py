"""Adding and changing a policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from textual.widget import Widget

from ...store.model.bulk import IdentityType
from ...store.model.device import Platform
from ...store.model.policy import Assignment, ConnectionType, DeviceAuthentication, Policy, VpnSettings
from ...store.policies.rollout import Deployed
from ...store.policies.rules import IDENTITY_TITLES, usable_key
from ...store.views.certificate import certificate_title
from ...store.views.platforms import PLATFORMS
from ..devices.find_device import find_device
from ..dialogs.choice_fields import ChoiceField, TickField, TicksField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note, TextField, needed
from .wording import AUTHENTICATIONS, PEER_DETECTIONS, TRAFFIC, name_of_policy

EVERYBODY, FITTING, NAMED = "every device", "devices that fit a filter", "devices that are named"
_APPLE = {platform: PLATFORMS[platform] for platform in (Platform.IOS, Platform.MACOS)}
_USUAL = VpnSettings(identity_type=IdentityType.SERIAL_NUMBER)
_TEXTS = {
    "connection_name": ("Shown as", "as devices show the connection; else the policy's name"),
    "remote_identifier": ("Remote id", "what the server calls itself; else its host"),
    "local_identifier": ("Local id", "what devices call themselves; else as in their certificate"),
    "server_certificate_name": ("Server's name", "common name in its certificate; else the remote id in it"),
    "server_certificate_issuer": ("Server's CA", "common name of its issuer; else any that devices trust"),
}
_TICKS = {
    "user_may_disconnect": "the user may disconnect",
    "captive_websheet": "log-in pages of hotspots go past the tunnel",
    "captive_apps": "log-in apps of hotspots go past the tunnel",
}
_NO_KEY = ("vpn-certificate-missing", "no-private-key", "certificate-replaced", "key-unsupported")


def _by_identity(answers: Answers) -> bool:
    return bool(answers["device_authentication"] == DeviceAuthentication.DEVICE_IDENTITY)


def _by_certificate(answers: Answers) -> bool:
    return not _by_identity(answers)


def _always_on(answers: Answers) -> bool:
    return bool(answers["connection_type"] == ConnectionType.IKEV2_ALWAYS_ON)


def _fitting(answers: Answers) -> bool:
    return bool(answers["whom"] == FITTING)


def _named(answers: Answers) -> bool:
    return bool(answers["whom"] == NAMED)


def _devices(text: str) -> Any:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return needed("device-unknown", "no device is named", "Type ids or identities, commas between.")(names)


class PolicyDialog(FormDialog[Deployed]):
    """Returns the result. The defaults of a new policy: *IKEv2 Always On* for iOS, with the device certificate based on
    the device identity."""

    changes = True
    doing = "Deploying …"
    wide = refusal_above = True
    AUTO_FOCUS = "#name"

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__()
        self._policy = policy
        self.heading = "Add a VPN policy" if policy is None else f"Change {name_of_policy(policy)}"
        self.confirm_label = "Add" if policy is None else "Change"

    def compose_form(self) -> Iterable[Widget]:
        policy = self._policy
        if policy is not None:
            says = "Devices that have it get it anew at their next check-in; those that it is for no more lose it."
            yield Note(says, "quiet")
        name, vpn = ("", _USUAL) if policy is None else (policy.name, policy.vpn)
        yield TextField(
            "name", "Name", name, placeholder="such as Field VPN", to_blame=["policy-name-*", "policy-exists"]
        )
        platforms = (Platform.IOS,) if policy is None else policy.platforms
        yield TicksField("platform", "Platforms", _APPLE, platforms, to_blame=["platform-*"])
        yield from self._connection(vpn)
        yield Note("Which devices get it", "section")
        yield from self._assignment(Assignment() if policy is None else policy.assignment)
        yield Note("More", "section")
        for field, (label, placeholder) in _TEXTS.items():
            yield TextField(field, label, getattr(vpn, field), placeholder=placeholder)
        yield ChoiceField("dead_peer_detection", "Peer check", PEER_DETECTIONS, vpn.dead_peer_detection)
        yield TickField("perfect_forward_secrecy", "perfect forward secrecy", vpn.perfect_forward_secrecy)
        yield Note("Always On", "section", when=_always_on)
        for field, title in _TICKS.items():
            yield TickField(field, title, getattr(vpn, field), when=_always_on)
        yield ChoiceField("voicemail", "Voicemail", TRAFFIC, vpn.voicemail, when=_always_on)
        yield ChoiceField("airprint", "AirPrint", TRAFFIC, vpn.airprint, when=_always_on)

    def _connection(self, vpn: VpnSettings) -> Iterable[Widget]:
        kinds = {one: one.value for one in ConnectionType}
        yield ChoiceField("connection_type", "Connection", kinds, vpn.connection_type)
        server = "such as vpn.company.example"
        yield TextField("server", "Server", vpn.server, placeholder=server, to_blame=["server-invalid"])
        yield ChoiceField("device_authentication", "Devices prove", AUTHENTICATIONS, vpn.device_authentication)
        types = {one: IDENTITY_TITLES[one] for one in IdentityType}
        yield ChoiceField("identity_type", "Identity type", types, vpn.identity_type, when=_by_identity)
        yield ChoiceField(
            "certificate_id",
            "Certificate",
            self._certificates(vpn.certificate_id),
            vpn.certificate_id,
            prompt="choose",
            when=_by_certificate,
            to_blame=_NO_KEY,
        )

    def _certificates(self, now: int | None) -> Mapping[int, str]:
        """The certificates that devices could authenticate with, and the present one."""
        entries = [row.certificate for row in self.console.certificates.rows.values()]
        return {
            entry.id: certificate_title(entry)
            for entry in entries
            if entry.id == now
            or (entry.has_private_key and entry.replaced_by is None and usable_key(entry.key_algorithm))
        }

    def _assignment(self, assignment: Assignment) -> Iterable[Widget]:
        whom = NAMED if assignment.devices else FITTING if assignment.filter else EVERYBODY
        yield ChoiceField("whom", "For", {one: one for one in (EVERYBODY, FITTING, NAMED)}, whom)
        yield TextField(
            "to-filter",
            "Filter",
            assignment.filter,
            placeholder="as on Devices: owner:meyer model:iphone …",
            when=_fitting,  # an empty one would be for every device
            check=needed("assignment-invalid", "the filter is empty", "Say which devices it is for."),
            to_blame=["assignment-invalid", "filter-*"],
        )
        group = "the delivery group's name, optional"
        yield TextField("to-group", "Group", assignment.group, placeholder=group, when=_fitting)
        devices = ", ".join(f"#{id}" for id in assignment.devices)
        ids = "ids or identities, with commas between"
        to_blame = ["device-unknown"]
        yield TextField(
            "to-devices", "Devices", devices, placeholder=ids, when=_named, check=_devices, to_blame=to_blame
        )

    def work(
        self,
        name: str,
        platform: tuple[Platform, ...],
        whom: str,
        to_filter: str = "",
        to_group: str = "",
        to_devices: Collection[str] = (),
        **settings: Any,
    ) -> Deployed:
        """An update sends only the fields changed here: somebody else may have changed others meanwhile."""
        policies, policy, vpn = self.workspace.policies, self._policy, VpnSettings(**settings)
        devices = tuple(find_device(self.workspace, device).id for device in to_devices)
        assignment = Assignment(group=to_group, filter=to_filter, devices=devices)
        if policy is None:
            return policies.create(name, vpn=vpn, platforms=platform, assignment=assignment, progress=self.count)
        return policies.change(
            policy.id,
            name=None if name == policy.name else name,
            vpn=None if vpn == policy.vpn else vpn,
            platforms=None if platform == policy.platforms else platform,
            assignment=None if assignment == policy.assignment else assignment,
            progress=self.count,
        )
