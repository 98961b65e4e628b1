"""``certfleet simulate stop`` and ``speed``: telling the process that simulates."""

from __future__ import annotations

import time
from typing import Any, Literal

import click

from ..simulator.engine.control import is_running, request_stop, set_speed
from .frame.answer import emit, say
from .frame.session import Session, pass_session

PATIENCE = 30  # seconds to wait for a batch to be finished


class SpeedType(click.ParamType[int | Literal["max"]]):
    """Virtual seconds a second, or ``max``."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | Literal["max"]:
        if isinstance(value, int):
            return value
        text = value.strip().lower().removeprefix("x").removeprefix("×")
        if text == "max":
            return "max"
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            self.fail(f"{value!r} is no speed; write virtual seconds a second, as 3600, or max", param, ctx)
        return int(text)


SPEED = SpeedType()


def speed_of(value: int | Literal["max"]) -> int | None:
    """The speed as the simulator takes it."""
    return None if value == "max" else value


@click.command()
@pass_session
def stop(session: Session) -> None:
    """Let the process that simulates this workspace stop after the batch that it is at, and wait for that."""
    with session.open() as workspace:
        request_stop(workspace)
        until = time.monotonic() + PATIENCE
        while (running := is_running(workspace)) and time.monotonic() < until:
            time.sleep(0.1)
    if session.json:
        emit({"stopped": not running})
    else:
        say("it has been told, and is still at its batch" if running else "stopped")


@click.command()
@click.argument("speed", type=SPEED, metavar="N|max")
@pass_session
def speed(session: Session, speed: int | Literal["max"]) -> None:
    """Let the simulator that runs go on at N virtual seconds a second, or as fast as it can; within a second."""
    with session.open() as workspace:
        set_speed(workspace, speed_of(speed))
    if session.json:
        emit({"speed": speed_of(speed)})
    else:
        say(f"it runs {pace(speed_of(speed))}")


def pace(speed: int | None) -> str:
    """``at 3,600 virtual seconds a second``."""
    return "as fast as it can" if speed is None else f"at {speed:,} virtual second{'' if speed == 1 else 's'} a second"
