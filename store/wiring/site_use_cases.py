"""What is about the site and its people: accounts, settings, backups, notices and who gets them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..audit import ActingPerson, AuditTrail
from ..clock import Clock
from ..persistence.database import Database
from ..persistence.schema import is_virtual
from ..use_cases import Context
from ..vault.vault import Vault
from .made_once import made_once

if TYPE_CHECKING:
    from ..accounts.accounts import Accounts
    from ..accounts.logins import Logins
    from ..accounts.scrape_tokens import ScrapeTokens
    from ..backups.backups import Backups
    from ..kept_forecasts.kept_forecasts import KeptForecasts
    from ..moments.moments import Moments
    from ..notices.acknowledging import Acknowledgements
    from ..notices.channel_states import ChannelStates
    from ..notices.delivery import Courier
    from ..notices.drills import Drills
    from ..notices.handing_over import HandingOver
    from ..notices.inbox import Notices
    from ..notices.outbox import Outbox
    from ..notices.owners import Owners
    from ..notices.settings import DeliveryConfiguration
    from ..site.site import Site
    from ..start_by.start_by import StartBys


class SiteUseCases:
    """The base of a workspace: what all use cases need, and those about the site itself."""

    context: Context
    database: Database
    vault: Vault
    audit: AuditTrail
    clock: Clock
    actor: ActingPerson
    path: Path | None

    def __init__(self, context: Context, actor: ActingPerson, path: Path | None) -> None:
        self.context = context
        self.database, self.vault = context.database, context.vault
        self.audit, self.clock = context.audit, context.clock
        self.actor = actor
        self.path = path

    @property
    def is_virtual(self) -> bool:
        """Whether the clock is virtual: it stands still until somebody moves it."""
        return is_virtual(self.database)

    @made_once
    def accounts(self) -> Accounts:
        from ..accounts.accounts import Accounts

        return Accounts(self.database, audit=self.audit, actor=self.actor)

    @made_once
    def logins(self) -> Logins:
        from ..accounts.logins import Logins

        return Logins(self.database, audit=self.audit)

    @made_once
    def scrape_tokens(self) -> ScrapeTokens:
        from ..accounts.scrape_tokens import ScrapeTokens

        return ScrapeTokens(self.database, audit=self.audit, actor=self.actor)

    @made_once
    def site(self) -> Site:
        from ..site.site import Site

        return Site(self.context)

    @made_once
    def backups(self) -> Backups:
        from ..backups.backups import Backups

        return Backups(
            self.path,
            site=self.site.get,
            is_virtual=lambda: self.is_virtual,
            vault=self.vault,
            audit=self.audit,
        )

    @made_once
    def moments(self) -> Moments:
        from ..moments.moments import Moments

        return Moments(self.context, automatic=self.path is not None)

    @made_once
    def outbox(self) -> Outbox:
        from ..notices.outbox import Outbox

        return Outbox(self.database, self.audit)

    @made_once
    def notices(self) -> Notices:
        from ..notices.inbox import Notices

        return Notices(self.database, self.outbox, self.clock)

    @made_once
    def owners(self) -> Owners:
        from ..notices.owners import Owners

        return Owners(self.context)

    @made_once
    def acknowledgements(self) -> Acknowledgements:
        from ..notices.acknowledging import Acknowledgements

        return Acknowledgements(self.context)

    @made_once
    def handing_over(self) -> HandingOver:
        from ..notices.handing_over import HandingOver

        return HandingOver(self.context, outbox=self.outbox)

    @made_once
    def channels(self) -> ChannelStates:
        from ..notices.channel_states import ChannelStates

        return ChannelStates(self.database, notices=self.notices, clock=self.clock)

    @made_once
    def deliveries(self) -> DeliveryConfiguration:
        from ..notices.settings import DeliveryConfiguration

        return DeliveryConfiguration(
            self.database,
            vault=self.vault,
            audit=self.audit,
            outbox=self.outbox,
            tell=self.context.tell,
            states=self.channels,
        )

    @made_once
    def courier(self) -> Courier:
        from ..notices.delivery import Courier

        name = "in memory" if self.path is None else self.path.absolute().name
        return Courier(self.database, self.vault, self.outbox, self.channels, folder=self.path, workspace=name)

    @made_once
    def drills(self) -> Drills:
        from ..notices.drills import Drills

        return Drills(self.context, notices=self.notices, site=self.site.get)

    @made_once
    def start_by(self) -> StartBys:
        from ..start_by.start_by import StartBys

        return StartBys(self.context)

    @made_once
    def kept_forecasts(self) -> KeptForecasts:
        from ..kept_forecasts.kept_forecasts import KeptForecasts

        return KeptForecasts(self.context)
