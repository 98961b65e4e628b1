"""Sharing a workspace with a Unix group: each member works on it under their own name."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from .errors import Refusal
from .persistence.database_file import refuse_postgresql
from .persistence.files.private_files import (
    OWN_FILE,
    OWN_FOLDER,
    SHARED_FILE,
    SHARED_FOLDER,
    make_folder,
    set_modes,
    shared_group,
)
from .workspace import Workspace

_KEY_ELSEWHERE = 0o640
_ACTION = "workspace.share"


class SharedWith(Struct, frozen=True, kw_only=True):
    """The group that a workspace is shared with. ``unreachable`` is a folder above it that the group can't pass
    through, ``left`` the files of others whose modes stayed as they were."""

    group: str
    members: tuple[str, ...]
    unreachable: str | None = None
    left: tuple[str, ...] = ()


def shared_with(workspace: Workspace) -> SharedWith | None:
    """Whom a workspace is shared with; None if nobody."""
    group = None if workspace.path is None else shared_group(workspace.path)
    return None if group is None else _standing(_folder(workspace), group)


def group_named(name: str) -> SharedWith:
    """A Unix group with its members. Refuses with ``unix-group-unknown``."""
    found = _found(name)
    return SharedWith(group=found.gr_name, members=_members(found.gr_gid))


def share(workspace: Workspace, name: str) -> SharedWith:
    """Open the files of a workspace to a Unix group, and keep them open to it from now on.

    Refuses with ``unix-group-unknown``, ``not-in-unix-group`` (only root can give files to a group that they aren't
    in), ``not-the-owner`` and ``workspace-in-memory``.
    """
    workspace.audit.permit(_ACTION)
    folder, group = _folder(workspace), _found(name)
    _check_owner(folder)
    if os.geteuid() != 0 and group.gr_gid not in {os.getegid(), *os.getgroups()}:
        raise Refusal(
            "not-in-unix-group",
            f"you are not in the group {name}, so you can't give it files",
            f"`usermod -aG {name} {_user(os.geteuid())}` by root, then log in anew.",
        )
    with workspace.database.transaction():
        workspace.audit.record(_ACTION, "workspace:1", f"shared with the Unix group {name}")
        with _refusing(folder):
            left = _set(workspace, folder, SHARED_FOLDER, SHARED_FILE, group.gr_gid)
    return _standing(folder, group.gr_gid, left)


def end_sharing(workspace: Workspace) -> tuple[str, ...]:
    """Close the files of a workspace to everybody but its owner. Returns the files of others, which stay as they are;
    only the owner reaches them. Refuses with ``not-shared``, ``not-the-owner`` and ``workspace-in-memory``."""
    workspace.audit.permit(_ACTION)
    folder = _folder(workspace)
    if shared_group(folder) is None:
        raise Refusal("not-shared", f"{folder} is not shared with a group")
    owner = _check_owner(folder)
    with workspace.database.transaction():
        workspace.audit.record(_ACTION, "workspace:1", "no longer shared with a Unix group")
        with _refusing(folder):
            return tuple(_set(workspace, folder, OWN_FOLDER, OWN_FILE, pwd.getpwuid(owner).pw_gid))


def _set(workspace: Workspace, folder: Path, folder_mode: int, file_mode: int, group: int) -> list[str]:
    """Give modes and group to the workspace's folders and files, in an order in which nobody gets at a half of them."""
    opening = folder_mode == SHARED_FOLDER
    backups, left = workspace.backups.folder, []
    if opening:  # a member might not be able to make it
        make_folder(backups, like=folder)
    for place in (backups, folder):
        if not place.is_dir():
            continue
        if not opening:
            _set_folder(place, folder_mode, group)
        left += [str(path) for path in set_modes(place, mode=file_mode, group=group)]
        if opening:
            _set_folder(place, folder_mode, group)
    key_file = workspace.vault.key_file
    if workspace.vault.protection == "key file" and key_file is not None and key_file.parent != folder:
        os.chown(key_file, -1, group)
        key_file.chmod(_KEY_ELSEWHERE if opening else OWN_FILE)
    return left


def _set_folder(folder: Path, mode: int, group: int) -> None:
    os.chown(folder, -1, group)  # before the mode: it clears the setgid bit
    folder.chmod(mode)


class _refusing:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            said = f"the modes of {error.filename or self._folder} can't be changed: {error.strerror}"
            raise Refusal("not-the-owner", said, "Do it as its owner, or as root.") from error


def _folder(workspace: Workspace) -> Path:
    if workspace.path is None:
        raise Refusal("workspace-in-memory", "this workspace is in memory", "Share a workspace in a folder.")
    refuse_postgresql(workspace.path, "sharing with a Unix group")
    return workspace.path


def _check_owner(folder: Path) -> int:
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        said = f"{folder} belongs to {_user(owner)}, so only they can share it, or end that"
        raise Refusal("not-the-owner", said, "Do it as its owner, or as root.")
    return owner


def _found(name: str) -> grp.struct_group:
    try:
        return grp.getgrnam(name)
    except KeyError as error:
        raise Refusal(
            "unix-group-unknown",
            f"this machine has no group {name!r}",
            "`groupadd` makes one; `getent group` lists them.",
        ) from error


def _standing(folder: Path, group: int, left: list[str] | None = None) -> SharedWith:
    try:
        name = grp.getgrgid(group).gr_name
    except KeyError:
        name = f"gid {group}"
    blocked = next(_blocked(folder, group), None)
    return SharedWith(
        group=name,
        members=_members(group),
        unreachable=None if blocked is None else str(blocked),
        left=tuple(left or ()),
    )


def _members(group: int) -> tuple[str, ...]:
    """Whose group it is, and who else is in it."""
    try:
        others = grp.getgrgid(group).gr_mem
    except KeyError:
        others = []
    return tuple(sorted({*others, *(person.pw_name for person in pwd.getpwall() if person.pw_gid == group)}))


def _blocked(folder: Path, group: int) -> Iterator[Path]:
    """The folders above that the group can't pass through, by their modes alone."""
    for above in folder.resolve().parents:
        found = above.stat()
        if not found.st_mode & (stat.S_IXGRP if found.st_gid == group else stat.S_IXOTH):
            yield above


def _user(id: int) -> str:
    try:
        return pwd.getpwuid(id).pw_name
    except KeyError:
        return f"uid {id}"
