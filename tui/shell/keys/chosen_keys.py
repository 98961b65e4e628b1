"""The keys that people choose in the settings file's table ``[keys]``: read, and refused where they can't be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.keys import Keys, _character_to_key

from ....store.errors import Refusal
from ....store.filters import nearest
from .keys import GROUPS, KEYS, QUESTION, shown_key

_MODIFIERS = ("ctrl", "alt", "shift")
_ALSO = {"esc": "escape", "del": "delete", "pgup": "pageup", "pgdn": "pagedown", "return": "enter"}
_NAMED = {key.value for key in Keys} | {_character_to_key(chr(code)) for code in range(32, 127)}
_TOGETHER = frozenset({"down", "browse", "complete"})  # these share keys with others: what has the focus decides
_HOW = 'Write it as in sort = "o", or sort = ["o", "f3"]; docs/console.md has the names of all actions and their keys.'


def read_keys(chosen: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The keys of each action, in Textual's names: ``{"sort": ("f3",)}``.

    Refuses with ``settings-invalid`` an action that there isn't, what is no key, and a key that would mean two things.
    """
    read: dict[str, tuple[str, ...]] = {}
    for name, words in chosen.items():
        if name not in KEYS:
            raise _refusal(name, f"there is no such action; {nearest(name, KEYS)}")
        read[name] = tuple(dict.fromkeys(_read(name, word) for word in words))
        if not read[name]:
            raise _refusal(name, "it needs a key")
    _refuse_two_meanings(read)
    return read


def _read(name: str, word: str) -> str:
    """A key as Textual calls it: ``?`` is ``question_mark``, ``^p`` is ``ctrl+p``."""
    text = word.strip()
    if len(text) == 2 and text.startswith("^"):
        text = f"ctrl+{text[1]}"
    before, _, last = text.rpartition("+")
    if not last:  # the key + itself
        before, last = before.rstrip("+"), "+"
    modifiers = before.split("+") if before else []
    last = _ALSO.get(last.lower(), last)
    if len(last) == 1:
        last = _character_to_key(last)
    elif last.lower() in _NAMED:
        last = last.lower()
    if last not in _NAMED or any(modifier not in _MODIFIERS for modifier in modifiers):
        raise _refusal(name, f"{word!r} is no key")
    return "+".join([*modifiers, last])


def _refuse_two_meanings(read: Mapping[str, tuple[str, ...]]) -> None:
    questions = {key.name for key in GROUPS[QUESTION]}
    meant: dict[str, str] = {}
    for name, key in KEYS.items():
        if name in questions or name in _TOGETHER:
            continue
        for one in read.get(name, key.keys):
            other = meant.setdefault(one, name)
            if other != name and (name in read or other in read):
                mine, free = (name, other) if name in read else (other, name)
                raise _refusal(mine, f"{shown_key(one)} means {free} already", f"Give {free} another key as well.")


def _refusal(name: str, why: str, hint: str = _HOW) -> Refusal:
    return Refusal("settings-invalid", f"keys.{name}: {why}", hint)
