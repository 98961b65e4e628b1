"""The targets of the overview's links: a certificate, a list with its filter set, a dialog. Esc comes back."""

from __future__ import annotations

from ...store.outlook.prevention import Prevention, Step
from ...store.outlook.stops import NextStop
from ..shell.console_app import ConsoleApp


class Links:
    """Goes to the target of a link."""

    def __init__(self, console: ConsoleApp) -> None:
        self._console = console

    def devices(self, filter: str) -> None:
        """Go to the devices that match a filter."""
        self._console.open_list("devices", filter)

    def certificates(self, filter: str) -> None:
        """Go to the certificates that match a filter."""
        self._console.open_list("certificates", filter)

    def needs(self, filter: str) -> None:
        """Go to the rows of the checklist that match a filter."""
        self._console.open_list("checklist", filter)

    def page(self, name: str) -> None:
        """Go to a screen."""
        self._console.visit(lambda: self._console.switch_mode(name))

    def device(self, id: int) -> None:
        """Go to a device."""
        self._console.open_device(id)

    def certificate(self, id: int) -> None:
        """Go to the details of a certificate."""
        self._console.open_certificate(id, details=True)

    def group(self, name: str) -> None:
        """Go to a CA group."""
        ids = [group.id for group in self._console.workspace.authorities.groups() if group.name == name]
        self._console.visit(lambda: self._console.open_group(ids[-1]) if ids else self.page("authorities"))

    def notice(self, id: int) -> None:
        """Go to a notice in the inbox."""
        self._console.open_record("notices", id)

    def change(self, id: int) -> None:
        """Go to a line of the audit trail."""
        self._console.open_record("audit", id)

    def stop(self, one: NextStop) -> None:
        """Go to the cause of a stop."""
        prevention = one.prevention
        rows = self._console.certificates.rows
        cause = one.unused.id if one.unused is not None else None if one.stop is None else one.stop.certificate_id
        if cause in rows and not (one.stop is not None and one.at is None):
            self.certificate(cause)
        elif one.ends:
            self.devices(filter_of(prevention))
        elif prevention.step in (Step.REQUEST_GROUP, Step.WAIT):
            self.page("authorities")
        else:
            self.needs(f"need:{prevention.need}")


def filter_of(one: Prevention) -> str:
    """The filter for the devices whose certificates expire."""
    return f"state:enrolled,re-enrollment platform:{','.join(one.platforms)} days:0..{one.days}"
