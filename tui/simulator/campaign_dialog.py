"""Telling people to re-enroll their simulated devices: starting a campaign, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from rich.table import Table
from rich.text import Text
from textual.widget import Widget

from ...simulator.engine.campaigns.campaign import (
    DEADLINE,
    HELP_DESK,
    SECOND_MAIL,
    CampaignPlan,
    end_campaign,
    latest_campaign,
    start_campaign,
)
from ...simulator.engine.campaigns.status import campaign_status
from ...store.durations import duration_text
from ...store.errors import Refusal
from ...store.model.device import Platform
from ...store.views.campaign import CampaignStatusDocument, campaign_facts, not_told_text, re_enrolled_text
from ...store.views.platforms import PLATFORMS
from ...store.words import plural
from ..components.text_styles import Tone, style_of
from ..dialogs.choice_fields import TicksField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, duration, needed, whole_number
from ..shell.background_search import BackgroundSearch

LISTS = ("campaigns", "re_enrollments", "devices", "deleted_devices")
_LONGEST = timedelta(days=1000)


class StartCampaignDialog(FormDialog[str]):
    """Returns a sentence once the campaign runs."""

    heading = "Tell people to re-enroll"
    asks_first = False
    confirm_label = "Start the campaign"
    lists = LISTS

    def __init__(self) -> None:
        super().__init__()
        self._counting = BackgroundSearch(self, lambda: partial(campaign_status, self.workspace), self._show)

    def on_mount(self) -> None:
        self._counting()

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "People don't re-enroll a device before they are told, except a few who notice. The first mail goes out "
            "now; users whose devices come to need it later are told on the next working morning, until you end it."
        )
        yield Note()
        yield Note("To be told now: …", "strong", id="untold")
        yield Note()
        blame, empty = ["campaign-*"], "none"
        second, deadline = duration_text(SECOND_MAIL), duration_text(DEADLINE)
        yield TextField("campaign-second", "Second mail", second, placeholder=empty, check=_days, to_blame=blame)
        yield TextField("campaign-deadline", "Deadline", deadline, placeholder=empty, check=_days)
        visits = whole_number("campaign-invalid", "write how many people the help desk visits a day", most=100_000)
        yield TextField("campaign-visits", "Visits a day", str(HELP_DESK), check=visits)
        chosen = needed("campaign-invalid", "choose a platform at least")
        yield TicksField("campaign-platforms", "Platforms", PLATFORMS, PLATFORMS, check=chosen)
        yield Note("Mail and deadline: after the first mail. Then the help desk visits the rest.", "quiet")

    def reload(self) -> None:
        self._counting()

    def _show(self, found: CampaignStatusDocument) -> None:
        self.query_one("#untold", Note).update(f"To be told now: {not_told_text(found.untold)}.")

    def command_words(
        self,
        campaign_second: timedelta | None,
        campaign_deadline: timedelta | None,
        campaign_visits: int,
        campaign_platforms: tuple[Platform, ...],
    ) -> Sequence[object]:
        some = () if len(campaign_platforms) == len(Platform) else campaign_platforms
        words: list[object] = ["simulate", "campaign", "start"]
        words += [word for one in some for word in ("--platform", one.lower())]
        words += ["--no-second-mail"] if campaign_second is None else ["--second-mail", duration_text(campaign_second)]
        words += ["--no-deadline"] if campaign_deadline is None else ["--deadline", duration_text(campaign_deadline)]
        return [*words, "--help-desk", campaign_visits]

    def work(
        self,
        campaign_second: timedelta | None,
        campaign_deadline: timedelta | None,
        campaign_visits: int,
        campaign_platforms: tuple[Platform, ...],
    ) -> str:
        plan = CampaignPlan(
            platforms=() if len(campaign_platforms) == len(Platform) else campaign_platforms,
            second_mail=campaign_second,
            deadline=campaign_deadline,
            help_desk=campaign_visits,
        )
        campaign = start_campaign(self.workspace, plan)
        return f"Campaign {campaign.id} told {plural(campaign.told, 'user')}"


class CampaignDialog(FormDialog[str]):
    """How the running campaign stands; it may be ended here. Returns a sentence once it has ended."""

    AUTO_FOCUS = "#leave"
    heading = "The campaign"
    asks_first = False
    confirm_label = None
    leave_label = "Close"
    more_buttons = (("end", "End the campaign"),)
    wide = True
    lists = LISTS

    def __init__(self) -> None:
        super().__init__()
        self._reading = BackgroundSearch(self, lambda: self._facts, self._show)

    def on_mount(self) -> None:
        self._reading()

    def compose_form(self) -> Iterable[Widget]:
        yield Note(id="campaign-facts")

    def reload(self) -> None:
        self._reading()

    def _facts(self) -> Sequence[tuple[str, str]]:
        return campaign_facts(campaign_status(self.workspace), latest_campaign(self.workspace))

    def _show(self, found: Sequence[tuple[str, str]]) -> None:
        facts = Table.grid(padding=(0, 2, 0, 0))
        for name, value in found:
            facts.add_row(Text(name[:1].upper() + name[1:], style_of(self.app, Tone.DIM)), Text(value))
        self.query_one("#campaign-facts", Note).update(facts)

    def command_words(self) -> Sequence[object]:
        return "simulate", "campaign", "end"

    def action_end(self) -> None:
        self.perform(self._end, self._has_ended, saying=self.doing)

    def _has_ended(self, said: str) -> None:
        self.console.keep_command(self.said_command({}))
        self.done(said)

    def _end(self) -> str:
        campaign = end_campaign(self.workspace)
        return f"Campaign {campaign.id} has ended: {re_enrolled_text(campaign_status(self.workspace).effort)}"


def _days(text: str) -> timedelta | None:
    if not text:
        return None
    length = duration("campaign-invalid", "d", _LONGEST)(text)
    if not length:
        raise Refusal("campaign-invalid", "a mail or a deadline comes after the first mail")
    return length
