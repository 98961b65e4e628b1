"""Control of the simulator, which runs in its own process on the same workspace."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ...simulator.engine.processes.control import SPEEDS, control_of, is_running, request_stop, set_speed
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..shell.keys.keys import keyed
from .process import SimulatorProcess, SimulatorTask

USUAL_SPEED = 3600
PASSPHRASE_FILE = "CERTFLEET_PASSPHRASE_FILE"  # noqa: S105 - a name, not a secret
RUNS, STANDS = "▶", "‖"  # marks of a clock


class SimulatedBy(StrEnum):
    """The owner of the running simulator."""

    NOBODY = "stopped"
    HERE = "running in this console"
    ELSEWHERE = "running elsewhere"


@dataclass(frozen=True)
class SimulatorStatus:
    """The simulator's state. ``virtual``: the clock is virtual, not the wall clock. ``task`` is the task of this
    console's own process; ``speed`` is in virtual seconds per second, None for as fast as possible; ``stopping``: it
    stops after the current batch; ``to_follow`` steps come after the one that runs."""

    virtual: bool = False
    running: SimulatedBy = SimulatedBy.NOBODY
    task: SimulatorTask | None = None
    speed: int | None = USUAL_SPEED
    stopping: bool = False
    to_follow: int = 0

    @property
    def moves(self) -> bool:
        """Whether the clock runs."""
        return self.running is not SimulatedBy.NOBODY and self.task is not SimulatorTask.DRAW


class Simulation:
    """Shared by all screens. ``refresh`` is called about once a second, and keeps ``standing`` up to date.

    Methods that start or control a process refuse if that is impossible; none of them waits for the simulator. Each
    key's work has a thread of its own, so several may start at once: one of them begins, the others see it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._starting = threading.RLock()
        self._own: SimulatorProcess | None = None
        self._spans: list[str] = []  # of the steps that follow the one that runs
        self.trouble: Refusal | None = None
        self._speed: int | None = control_of(workspace).speed or USUAL_SPEED
        self._starts_at: datetime | None = None  # the clock when a run was started; None once it moves
        self.standing = SimulatorStatus(speed=self._speed)
        self._told: tuple[SimulatorStatus, Refusal | None] = self.standing, None  # the last state that refresh saw

    @property
    def is_possible(self) -> bool:
        """Whether another process can work on this workspace."""
        return self._workspace.path is not None

    def refresh(self) -> bool:
        """Read the state. True if it, or an error, changed since the last time. While another thread starts a process
        nothing is read: it may wait for the lock that the caller holds."""
        if not self._starting.acquire(blocking=False):
            return False
        try:
            if self._own is not None and self._own.ended:
                self.trouble, self._own = self._own.refusal, None
                self._go_on()
            self.standing = self._look()
        finally:
            self._starting.release()
        before, self._told = self._told, (self.standing, self.trouble)
        return before != self._told

    def _look(self) -> SimulatorStatus:
        own, virtual = self._own, self._workspace.is_virtual
        elsewhere = own is None and virtual and is_running(self._workspace)
        if own is None and not elsewhere:
            self._starts_at = None
            return SimulatorStatus(virtual=virtual, speed=self._speed)
        if self._starts_at is not None and self._workspace.now() != self._starts_at:
            self._starts_at = None
            self._tell_speed()  # it may have changed while the process started
        control = control_of(self._workspace)
        if own is None or (own.task is SimulatorTask.RUN and self._starts_at is None):
            self._speed = control.speed
        running = SimulatedBy.HERE if own is not None else SimulatedBy.ELSEWHERE
        return SimulatorStatus(
            virtual=virtual,
            running=running,
            task=None if own is None else own.task,
            speed=self._speed,
            stopping=control.stop_requested if own is None else own.is_stopping,
            to_follow=len(self._spans),
        )

    # Starting

    def start(self, speed: int | None = None) -> None:
        """Let time pass until paused, at this speed or at the current one."""
        self._speed = speed or self._speed
        self._starts_at = self._workspace.now()
        self._begin(SimulatorTask.RUN, "simulate", "run", "--speed", speed_option(self._speed), "--attached")

    def step(self, span: str) -> None:
        """Let this span of time pass (``1h``, ``1d``), as fast as possible; after the step that runs, if one does."""
        with self._starting:
            own = self._own
            if own is not None and own.task is SimulatorTask.STEP and not own.is_stopping and not own.ended:
                self._spans.append(span)
            else:
                self._step(span)

    def _go_on(self) -> None:
        """Begin the next step, unless the last one failed."""
        if self.trouble is not None:
            self._spans.clear()
        elif self._spans:
            try:
                self._step(self._spans.pop(0))
            except Refusal as refusal:
                self._spans.clear()
                self.trouble = refusal

    def _step(self, span: str) -> None:
        self._begin(SimulatorTask.STEP, "simulate", "run", "--for", span, "--speed", "max", "--attached")

    def draw(self, devices: str, seed: str, mix: str = "", start: str = "") -> SimulatorProcess:
        """Generate a fleet. The values are those of the command's options; empty ones are left out."""
        options = ["--devices", devices, "--seed", seed, "--attached"]
        options += ["--mix", mix] if mix else []
        options += ["--start", start] if start else []
        return self._begin(SimulatorTask.DRAW, "simulate", "fleet", *options)

    def _begin(self, task: SimulatorTask, *arguments: str) -> SimulatorProcess:
        path, vault = self._workspace.path, self._workspace.vault
        if path is None:
            raise Refusal(
                "workspace-in-memory",
                "this workspace is in memory, where the simulator's own process can't get at it",
                "Open the console on a workspace in a folder.",
            )
        with self._starting:
            if (self._own is not None and not self._own.ended) or is_running(self._workspace):
                raise Refusal(
                    "simulator-running", "a simulator is at work on this workspace", keyed("{run} pauses it.")
                )
            if vault.protection == "passphrase" and os.environ.get(PASSPHRASE_FILE, "-") == "-":
                raise Refusal(
                    "passphrase-needed",
                    "the secrets are under a passphrase, and the simulator's own process can't ask for it here",
                    f"Name a file with it in {PASSPHRASE_FILE}, and open the console anew.",
                )
            command = [sys.executable, "-P", "-m", "certfleet", "--json", "--workspace", str(path), *arguments]
            try:
                self._own = SimulatorProcess(task, command)
            except OSError as error:
                raise Refusal("simulator-unstartable", f"the simulator can't be started: {error.strerror}") from error
            self.trouble = None
            self.standing = self._look()
            return self._own

    # Controlling

    def pause(self) -> None:
        """Have the simulator stop after its current batch, whoever runs it."""
        self._spans.clear()
        own = self._own
        if own is None or own.ended:
            request_stop(self._workspace)
            return
        own.stop()  # this reaches a process that has only just started
        if own.task is not SimulatorTask.DRAW:
            with contextlib.suppress(Refusal):
                request_stop(self._workspace)

    def change_speed(self, by: int) -> None:
        """Change to the next speed, up or down. A running simulator follows, whoever runs it."""
        at = SPEEDS.index(self._speed) if self._speed in SPEEDS else SPEEDS.index(USUAL_SPEED)
        speed = SPEEDS[max(0, min(at + by, len(SPEEDS) - 1))]
        self._speed = speed
        if self._starts_at is None:
            self._tell_speed()

    def _tell_speed(self) -> None:
        with contextlib.suppress(Refusal):  # nobody runs it: the speed is for the next run
            set_speed(self._workspace, self._speed)

    def close(self) -> None:
        """Stop the process that this console started."""
        self._spans.clear()
        if self._own is not None and not self._own.ended:
            self._own.end()
        self._own = None


def speed_option(speed: int | None) -> str:
    """A speed as the value of the command's option."""
    return "max" if speed is None else str(speed)


PACES = {1: "real time", 60: "1 min/s", 600: "10 min/s", 3600: "1 h/s", 21_600: "6 h/s", 86_400: "1 day/s"}
