"""``certfleet profile remove`` and ``export``."""

from __future__ import annotations

import click

from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import id_argument
from .frame.session import Session, pass_session
from .profile_list import profile_as_json, profile_title


@click.command()
@id_argument
@pass_session
def remove(session: Session, id: int) -> None:
    """Remove profile ID with its file. Refused for one that a component uses."""
    with session.open() as workspace:
        profile = workspace.profiles.remove(id)
        if session.json:
            emit({"removed": [profile_as_json(workspace, profile)]})
        else:
            say(f"removed {profile_title(profile)}")


@click.command()
@id_argument
@handout_options
@pass_session
def export(session: Session, id: int, handout: Handout) -> None:
    """Write profile ID as the .mobileprovision file that it came in."""
    handout.check(session, binary=True)
    with session.open() as workspace:
        profile, data = workspace.profiles.get(id), workspace.profiles.export(id)
    handout.write(session, data)
    if session.json:
        emit({"id": id, **handout.as_json(data, binary=True)})
    elif handout.out is not None:
        say(f"exported {profile_title(profile)} to {handout.out}")
