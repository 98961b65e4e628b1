"""What a channel that was set up late still has to tell: one summary of the notices that hold."""

from __future__ import annotations

from ..model.notice import Channel, Notice
from ..notices.addresses import mail_address
from ..notices.answerable import addresses_of
from ..notices.channels import NAMES, delivery_settings
from ..notices.outbox import Outbox
from ..use_cases import Context, UseCases
from ..words import plural
from .holding_notices import HoldingNotices


class Summaries(UseCases):
    """Queues summaries, inside the transaction that sets up a channel."""

    def __init__(self, context: Context, *, outbox: Outbox, holding: HoldingNotices) -> None:
        super().__init__(context)
        self._outbox = outbox
        self._holding = holding

    def set_up(self, channel: Channel) -> None:
        """A channel goes somewhere new: queue what holds and has not gone there, as one message; an owner gets one of
        their own. Whom a notice concerns besides gets only that."""
        holding = self._holding.notices(self._clock.now())
        missing = set(self._outbox.missing((one.id for one in holding), channel))
        for address, notices in self._concerned(channel, holding, missing).items():
            ids = self._outbox.missing((one.id for one in notices), channel, address)
            if ids:
                self._outbox.add_together(ids, channel, (address,))
        if missing:
            routes: dict[tuple[str, ...], list[int]] = {}
            for one in holding:
                if one.id in missing:
                    routes.setdefault(addresses_of(one) if channel is Channel.SMTP else (), []).append(one.id)
            for addresses, ids in routes.items():
                self._outbox.add_together(ids, channel, addresses)
            hold = "holds" if len(missing) == 1 else "hold"
            said = f"to go out by {NAMES[channel]}: {plural(len(missing), 'notice')} given before that still {hold}"
            self._audit.record("delivery.summary", "settings:2", said)

    def _concerned(self, channel: Channel, holding: list[Notice], missing: set[int]) -> dict[str, list[Notice]]:
        """The people outside of the recipients of all mails, each with the notices for them. A notice that goes out
        alone goes to them anyway."""
        settings = delivery_settings(self._database).smtp
        if channel is not Channel.SMTP or settings is None:
            return {}
        known = {address.casefold() for address in settings.recipients}
        missing = {one.id for one in holding if one.id in missing and not addresses_of(one)}
        found: dict[str, list[Notice]] = {}
        for one in holding:
            address = mail_address(one.recipient or "")
            if addresses_of(one):  # it goes to them with its owner
                continue
            if address is not None and address.casefold() not in known and missing != {one.id}:
                found.setdefault(address, []).append(one)
        return found
