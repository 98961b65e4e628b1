"""Commands that change something: they can be tried, and report what they would take down before they do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...store.errors import Refusal
from ...store.printable import printable
from .answer import Answer
from .passwords import interactive

if TYPE_CHECKING:
    from ...store.effects.effects import Effects
    from ...store.effects.protection import ProtectedRefusal
    from ...store.workspace import Workspace
    from .saying_first import SayingFirst
    from .session import Session

Value = TypeVar("Value")
LONGEST = 12  # lines of a difference
HARMLESS = 3
HARMFUL = 4
"""Exit statuses of ``--dry-run --exit-code``; 0 is no difference, 1 a refusal, 2 a usage error."""

TRIAL_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Only show what it would change and take down."),
    click.option(
        "--exit-code", is_flag=True, help="With --dry-run: exit with 0 for no difference, 3 if it is harmless, else 4."
    ),
)
OPTIONS = (
    *TRIAL_OPTIONS,
    click.option("--expect", metavar="CODE", help="Go ahead only if the consequences have this code of a dry run."),
    click.option("--yes", is_flag=True, help="Don't ask for confirmation."),
)


@dataclass(frozen=True)
class Preview:
    """What a command reports in advance of its task, besides the effects; ``name`` is its JSON field. ``status`` is the
    exit status of an interrupted trial."""

    name: str
    document: Any
    lines: Sequence[str]
    status: int = 0


class WouldStop(Refusal):
    """A change would take something down, and nobody is there to confirm it. ``effects`` are reported with it."""

    def __init__(self, effects: Effects, refusal: Refusal) -> None:
        super().__init__(refusal.code, refusal.message, refusal.hint)
        self.effects = effects

    def document(self) -> Any:
        """The effects as JSON types."""
        from msgspec import to_builtins

        from ...store.views.effects import effects_document

        return to_builtins(effects_document(self.effects))


@dataclass
class Precautions:
    """How to run a command that changes something. A person has agreed to the consequences with the code ``agreed``, or
    has ``confirmed`` in advance, whatever they are. ``first`` asks what the command will stop, where a scenario wants
    that said. Without ``compares``, effects are compared only in a dry run. With ``always_asks``
    a person at a terminal sees any difference, and is asked."""

    dry_run: bool = False
    exit_code: bool = False
    expect: str | None = None
    yes: bool = False
    agreed: str | None = None
    confirmed: bool = False
    compares: bool = True
    preview: Preview | None = None
    first: SayingFirst | None = None
    always_asks: bool = False
    _protected: bool = False  # a name has to be said before something stops

    @classmethod
    def taken_from(cls, options: dict[str, Any], *, confirmed: bool, compares: bool) -> Precautions:
        """Take the precautions out of a command's options."""
        found = {name: options.pop(name) for name in ("dry_run", "exit_code", "expect", "yes") if name in options}
        change = cls(**found, confirmed=confirmed, compares=compares)
        if change.expect is not None and not change.expect.strip():
            raise click.UsageError("--expect takes the code of a dry run.")
        if change.exit_code and not change.dry_run:
            raise click.UsageError("--exit-code goes with --dry-run.")
        if change.dry_run and (change.expect or change.yes):
            raise click.UsageError("--dry-run goes without --expect and --yes.")
        return change

    @property
    def is_free(self) -> bool:
        """Whether the person has agreed beforehand, whatever the command takes down."""
        return self.yes or self.confirmed or self.expect is not None

    @contextmanager
    def around(self, workspace: Workspace) -> Iterator[None]:
        """Wraps the command's work in the workspace, which is a copy in a dry run."""
        self._protected = workspace.trials.protection.asks
        if self.first is not None:
            self.first.enter(workspace, dry_run=self.dry_run)
        if self.dry_run:
            from ...store.effects.trials import NotAgreed

            with workspace.trials.together() as effects:
                yield
                raise NotAgreed(effects())
        if not self.compares:
            yield
            return
        with workspace.trials.judged_by(self._judge), ExitStack() as stack:
            if self.expect is not None:  # one difference, whatever the number of transactions
                stack.enter_context(workspace.database.transaction())
            yield

    def _judge(self, effects: Effects) -> None:
        if self.first is not None:
            self.first.judge(effects)
        if self.expect is not None and effects.code != self.expect.upper():
            raise Refusal(
                "effects-changed",
                f"the consequences have the code {effects.code}, not {self.expect.upper()}; nothing was changed",
                "Look at them with --dry-run.",
            )
        if effects.is_harmful and not self.is_free and self.agreed != effects.code:
            if self._protected and interactive():
                return  # its own rule refuses, and the name is asked for
            if not interactive():
                told = self.first is not None and self.first.asks
                raise WouldStop(effects, _refusal(effects, dry_run=not told, protected=self._protected))
            from ...store.effects.trials import NotAgreed

            raise NotAgreed(effects)
        if self.always_asks and interactive() and not (effects.is_empty or self.is_free or self.agreed == effects.code):
            from ...store.effects.trials import NotAgreed

            raise NotAgreed(effects)


def _refusal(effects: Effects, *, dry_run: bool, protected: bool) -> Refusal:
    from ...store.views.effects import harm_of

    hint = "Add --yes if you mean it, or --expect CODE."
    if protected:
        hint = f"{hint} The workspace is protected: name it before the command, `certfleet --workspace-name NAME …`."
    hint = f"Look at it with --dry-run. {hint}" if dry_run else hint
    return Refusal("would-stop", f"nothing was changed: {harm_of(effects)}", hint)


def carry_out(run: Callable[[], Any], change: Precautions, name_it: Callable[[str], None]) -> Any:
    """Run a command that changes something. It asks the person before something stops or a device is stranded; in a
    protected workspace for its name, which ``name_it`` is told."""
    from ...store.effects.protection import ProtectedRefusal
    from ...store.effects.trials import NotAgreed

    while True:
        try:
            return run()
        except ProtectedRefusal as told:
            name_it(typed_name(told, () if change.preview is None else change.preview.lines))
            change.agreed = told.effects.code
        except NotAgreed as told:
            later = told.effects.is_harmful and not change.is_free
            if change.first is not None and change.first.answer(told.effects, shown_later=later):
                continue
            if change.dry_run:
                return _trial(told.effects, change)
            _ask(told.effects, change.preview)
            change.agreed = told.effects.code


def _trial(effects: Effects, change: Precautions) -> Answer:
    from ...store.views.effects import code_line, effects_document

    status = 0
    if change.exit_code:
        status = HARMFUL if effects.is_harmful else 0 if effects.is_empty else HARMLESS
    code = () if effects.is_empty else (code_line(effects),)
    preview = change.preview
    if preview is not None and preview.status:
        status = preview.status
    return Answer(
        lambda: {"effects": effects_document(effects), **({} if preview is None else {preview.name: preview.document})},
        lines_of(effects, *code, *(() if preview is None else preview.lines)),
        status=status,
    )


def lines_of(effects: Effects, *more: str, longest: int = LONGEST) -> Iterator[str]:
    """A difference in at most a dozen lines; harm comes last."""
    from ...store.views.effects import effect_lines

    lines = [line.text for line in effect_lines(effects, longest=longest - len(more))]
    yield from (*lines[:1], *more, *lines[1:])


def named(session: Session, act: Callable[[], Value]) -> Value:
    """Do something that is no change of a workspace's records. In a protected one its name is asked for."""
    from ...store.effects.protection import ProtectedRefusal, saying_name

    try:
        return act()
    except ProtectedRefusal as told:
        session.name_it(typed_name(told))
        with saying_name(session.workspace_name):
            return act()


def typed_name(told: ProtectedRefusal, more: Sequence[str] = ()) -> str:
    """Show what a change would stop in a protected workspace, and ask the person at the terminal for its name. Refuses
    with ``workspace-protected`` if there is nobody to ask, and with ``not-confirmed`` any other name."""
    from ...store.views.effects import harm_of

    if not interactive():
        harm = f": {harm_of(told.effects)}" if told.effects.is_harmful else ""
        raise WouldStop(told.effects, Refusal(told.code, f"{told.message}{harm}", told.hint))
    shown = () if told.effects.is_empty else lines_of(told.effects, *more)
    for line in (*shown, f"{told.message[0].upper()}{told.message[1:]}."):
        click.echo(printable(line), err=True)
    name: str = click.prompt("Type its name to go ahead", default="", show_default=False, err=True).strip()
    if name != told.name:
        raise Refusal("not-confirmed", "nothing was changed: that is not the workspace's name")
    return name


def _ask(effects: Effects, preview: Preview | None) -> None:
    if not agrees(effects, more=() if preview is None else preview.lines):
        raise Refusal("not-confirmed", "nothing was changed")


def agrees(effects: Effects, *above: str, more: Sequence[str] = ()) -> bool:
    """Show a difference below the lines ``above``, and ask the person at the terminal whether to go ahead."""
    for line in (*above, *lines_of(effects, *more)):
        click.echo(printable(line), err=True)
    return click.confirm("Go ahead?", err=True)
