"""The lines below the list of stops: tasks, statuses, the simulator, notices and the latest changes, each a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from rich.text import Text
from textual.app import App

from ...store.model.audit import AuditLine
from ...store.model.certificate import Status
from ...store.model.notice import Notice
from ...store.model.task import Task
from ...store.printable import printable
from ...store.views.certificate import STATUS_SYMBOLS
from ...store.views.simulation import speed_text
from ...store.views.start_by import first_words
from ...store.words import minute, plural
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..shell.console_app import ConsoleApp
from ..shell.keys.hints import with_keys, without_commands
from ..simulator.control import RUNS, STANDS, SimulatedBy
from .fleet_block import label
from .linked_lines import Line, LinePart
from .links import Links

_PLANS = 3  # shown
_ORDER = (Status.EXPIRED, Status.CRITICAL, Status.EXPIRING, Status.NOT_YET_VALID, Status.VALID, Status.REPLACED)


class OverviewFacts:
    """The lines of the overview besides the stops and the fleet."""

    def __init__(self, app: App[object], console: ConsoleApp, links: Links) -> None:
        self._app, self._console, self._links = app, console, links

    def follow_ups(self, tasks: Sequence[Task], missing: int) -> list[Line]:
        """The open follow-ups, and how many certificates the checklist lacks."""
        lines: list[Line] = []
        if tasks:
            titles = "; ".join(dict.fromkeys(printable(task.title) for task in tasks))
            text = styled(self._app, (f"○ {plural(len(tasks), 'follow-up')} open: ", Tone.PENDING), titles)
            lines.append([label(self._app, "Tasks"), LinePart(text, "tasks", self._open_tasks)])
        if missing:
            text = Text(f"× {missing:,} missing", style_of(self._app, Tone.EXPIRING))
            open = partial(self._links.needs, "status:missing")
            lines.append([label(self._app, "Checklist"), LinePart(text, "missing", open)])
        return lines

    def start_by(self) -> list[Line]:
        """What has to be started first, if something has to be started soon."""
        known = self._console.workspace.impact.known_starts()
        said = None if known is None else first_words(known)
        if said is None:
            return []
        return [[label(self._app, "Start"), LinePart(Text(without_commands(said)), "start by", self._open_starts)]]

    def _open_starts(self) -> None:
        from ..start_by.dialog import StartByDialog

        self._app.push_screen(StartByDialog())

    def plans(self) -> list[Line]:
        """The plans that are under way: what waits for a person, and what is due next."""
        lines: list[Line] = []
        workspace = self._console.workspace
        if not len(workspace.database.table("plan_runs")):
            return lines  # and the rules of plans needn't be imported
        from ...simulator.plans.progress import under_way
        from ...simulator.plans.words import now_text

        for number, run in enumerate(under_way(workspace)[:_PLANS]):
            waits = any(step.state.is_a_persons for step in run.steps)
            text = Text(with_keys(now_text(run, workspace.now())), style_of(self._app, Tone.PENDING) if waits else "")
            lines.append(
                [label(self._app, "" if number else "Plans"), LinePart(text, f"plan {run.id}", self._open_plans)]
            )
        return lines

    def _open_plans(self) -> None:
        from ..plans.plans_dialog import PlansDialog

        self._app.push_screen(PlansDialog())

    def _open_tasks(self) -> None:
        from ..tasks.tasks_dialog import TasksDialog

        self._app.push_screen(TasksDialog())

    def statuses(self, *, wide: bool) -> list[Line]:
        """The number of certificates per status; on two lines if one is too narrow."""
        lines: list[list[LinePart]] = [[label(self._app, "Status")]]
        counts = self._console.certificates.counts()
        for status in _ORDER:
            if count := counts.get(status, 0):
                text = Text(f"{STATUS_SYMBOLS[status]} {count:,} {status}  ", style_of(self._app, STATUS_TONES[status]))
                filter = f"status:{status.replace(' ', '-')}"
                if status is Status.VALID and not wide and len(lines[0]) > 1:
                    lines.append([label(self._app, "")])
                lines[-1].append(LinePart(text, status, partial(self._links.certificates, filter)))
        if not counts:
            lines[0].append(LinePart(Text("no certificates", style_of(self._app, Tone.DIM))))
        return list(lines)

    def simulator(self) -> Line:
        """Whether the simulator runs, and its speed."""
        standing = self._console.simulation.standing
        if standing.running is SimulatedBy.NOBODY:
            told = f"{STANDS} stopped" + (", virtual clock" if standing.virtual else "")
            text = Text(told, style_of(self._app, Tone.DIM))
        else:
            text = Text(f"{RUNS} {speed_text(standing.speed)}", style_of(self._app, Tone.VALID))
        return [label(self._app, "Simulator"), LinePart(text, "simulator", partial(self._links.page, "simulator"))]

    def notices(self, notices: Iterable[Notice]) -> list[Line]:
        """The latest notices."""
        dim, lines = style_of(self._app, Tone.DIM), list[Line]()
        for notice in notices:
            text = Text(printable(notice.title)).append(f"  {minute(notice.at)} UTC", dim)
            open = partial(self._links.notice, notice.id)
            lines.append([label(self._app, "Notice"), LinePart(text, f"notice {notice.id}", open)])
        return lines

    def changes(self, latest: Sequence[AuditLine]) -> list[Line]:
        """The latest lines of the audit trail."""
        dim = style_of(self._app, Tone.DIM)
        lines: list[Line] = [[LinePart(styled(self._app, ("Latest changes", Tone.STRONG)))]] if latest else []
        for line in latest:
            text = (
                Text().append(f"{minute(line.at)[5:]}  {printable(line.user)}  ", dim).append(printable(line.summary))
            )
            lines.append([LinePart(text, f"audit {line.id}", partial(self._links.change, line.id))])
        return lines
