"""The site settings: facts about this deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.widget import Widget

from ...store.errors import Refusal
from ...store.inventory.expiry_text import limits_text, read_limits
from ...store.model.expiry import ExpiryLimits
from ...store.model.site import SiteSettings
from ...store.printable import printable
from ..dialogs.choice_fields import TickField
from ..dialogs.form_fields import Note, TextField, listed, number_of, whole_number
from ..dialogs.record_form import RecordForm
from ..shell.keys.keys import keyed

MOST_DAYS = 3650
_hours = number_of("h", "setting-invalid", "write whole hours from 0 to 8,760", most=8760)
_whole_days = number_of("d", "days-invalid", f"write whole days from 0 to {MOST_DAYS:,}", most=MOST_DAYS)


def _share(text: str) -> float:
    try:
        percent = float(text.strip().removesuffix("%").replace(",", "."))
    except ValueError:
        percent = 0.0
    if not 0 < percent <= 100:
        raise Refusal("setting-invalid", f"{text[:40]!r} is not a share", "Write a percentage: 99.")
    return round(percent / 100, 6)


def _limits_like(before: ExpiryLimits) -> Callable[[str], ExpiryLimits]:
    def check(text: str) -> ExpiryLimits:
        try:
            return read_limits(text, before)
        except ValueError as error:
            raise Refusal("setting-invalid", str(error)) from error

    return check


_SETTINGS = {
    "offload": "ssl_offload",
    "grace": "apns_grace_days",
    "gateway_days": "gateway_notice_days",
    "inactive": "delete_inactive_days",
    "start_by": "start_by_share",
    "lead_days": "certificate_lead_days",
    "pushes": "pushes_a_minute",
    "owner": "default_owner",
    "deputy": "default_deputy",
    "escalation": "escalation_hours",
    "protected": "protected_name",
}
"""The names of settings whose fields have shorter ones."""


class SiteDialog(RecordForm[SiteSettings]):
    """Returns the new settings."""

    heading = "Site settings"
    confirm_label = "Set"
    doing = "Setting …"
    AUTO_FOCUS = "#migrated"

    def compose_form(self) -> Iterable[Widget]:
        site = self.workspace.site.get()
        yield TickField("migrated", "migrated from XenMobile Server", site.migrated, label=None)
        said = "It brings its own certificate for the MDM FQDN; support has to be sent each new one."
        yield Note(said, "quiet item")
        yield TickField("offload", "SSL offload at NetScaler Gateway", site.ssl_offload, label=None)
        yield Note("Its load balancer has a cacert.pem of its own.", "quiet item")
        yield TextField("grace", "APNs grace", str(site.apns_grace_days), check=_whole_days)
        said = "Days in which a lapsed APNs certificate can be renewed without losing the devices."
        yield Note(said, "quiet item")
        days = ", ".join(map(str, site.gateway_notice_days))
        yield TextField(
            "gateway-days", "Gateway", days, placeholder="never", check=lambda text: [*map(_whole_days, listed(text))]
        )
        said = "Days before the end of a gateway certificate on which people are told; commas between."
        yield Note(said, "quiet item")
        inactive = str(site.delete_inactive_days)
        yield TextField("inactive", "Inactive", inactive, check=_whole_days)
        yield Note("Days of silence after which a device is deleted, on a Monday; 0 for never.", "quiet item")
        share = f"{100 * site.start_by_share:.4g}"
        yield TextField("start-by", "Start by (%)", share, check=_share)
        yield Note("The share of a CA group's devices that starting on the last day still gets across.", "quiet item")
        yield TextField("lead-days", "Lead time", str(site.certificate_lead_days), check=_whole_days)
        said = "Days that it takes to get a certificate. {start-by} on Overview has the last days to start."
        yield Note(keyed(said), "quiet item")
        pushes = whole_number("setting-invalid", "write a number from 1 to 1,000,000", most=1_000_000, least=1)
        yield TextField("pushes", "Pushes", str(site.pushes_a_minute), check=pushes)
        yield Note("Simulated devices a minute to which the server pushes when many are asked.", "quiet item")
        yield TextField("owner", "Owner", printable(site.default_owner), placeholder="a mail address or an account")
        yield TextField("deputy", "Deputy", printable(site.default_deputy), placeholder="the same")
        yield Note("They answer for whatever has no owner of its own.", "quiet item")
        yield TextField("escalation", "Pass on after", str(site.escalation_hours), check=_hours)
        yield Note("Hours; what nobody acknowledges goes to the deputy, then to all; 0 for never.", "quiet item")
        yield TickField("drills", "ask owners for an answer twice a year", site.drills, label=None)
        yield TextField("mdm-fqdn", "MDM FQDN", site.mdm_fqdn, placeholder="not known")
        yield TextField("gateway-fqdn", "Gateway FQDN", site.gateway_fqdn, placeholder="not known")
        yield Note("Certificates for other names are noted where these are used.", "quiet item")
        yield TextField("protected", "Protected", printable(site.protected_name), placeholder="not protected")
        said = "A name that has to be typed before something is stopped or stranded in this workspace."
        yield Note(said, "quiet item")
        yield TextField("expiring", "Expiring", limits_text(site.expiring), check=_limits_like(site.expiring))
        yield TextField("critical", "Critical", limits_text(site.critical), check=_limits_like(site.critical))
        said = "Days before the end, at most 1/N of the lifetime; also apns=60d,1/2."
        yield Note(said, "quiet item")

    def work(self, **answers: Any) -> SiteSettings:
        touched = self.touched(answers)
        return self.workspace.site.set(**{_SETTINGS.get(key, key): value for key, value in touched.items()})

    def told(self, result: SiteSettings) -> str:
        return "Site settings are set."
