"""The keys of the console, each with one meaning on every screen and in every dialog.

A screen binds a key by the name of what it does, never by its letter: ``bound("delete", "cancel", "Cancel it")``. The
names are also those of the table ``[keys]`` in the settings file. Typing keys (letters in a text field) are no keys in
this sense, nor are Textual's own in a text field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding

from ..pages import PAGES


@dataclass(frozen=True)
class NamedKey:
    """``name`` is the action's; ``keys`` are Textual's names of its keys, the one to show first; ``means`` is its one
    meaning."""

    name: str
    keys: tuple[str, ...]
    means: str


def _key(name: str, keys: str, means: str) -> NamedKey:
    return NamedKey(name, tuple(keys.split()), means)


QUESTION = "Questions"  # y has a meaning of its own where a dialog waits for nothing but yes or no
GROUPS: dict[str, tuple[NamedKey, ...]] = {
    "Everywhere": (
        *(_key(f"screen-{number}", str(number), f"{page.title}") for number, page in enumerate(PAGES, 1)),
        _key("other-tab", "0", "The other list or tab of the screen"),
        _key("help", "question_mark", "Help for what has the focus"),
        _key("help-anyway", "f1", "Help, also where ? is typed"),
        _key("commands", "ctrl+p", "Find commands, certificates and devices"),
        _key("back", "escape", "One step back: leave, cancel, clear"),
        _key("visited-before", "alt+left", "The place before, of those that you have been to"),
        _key("visited-after", "alt+right", "The place after it"),
        _key("scenario", "z", "The scenario, or start one"),
        _key("look", "T", "Change the look"),
        _key("paint-anew", "ctrl+l", "Paint the screen anew, where others wrote on it"),
        _key("shell", "ctrl+z", "To the shell; fg comes back"),
        _key("way-out", "ctrl+g", "After a refusal: go where its hint leads"),
        _key("quit", "q", "Quit"),
        _key("quit-anyway", "ctrl+q", "Quit, from a text field or a dialog too"),
    ),
    "Moving": (
        _key("up", "up k", "Up"),
        _key("down", "down j", "Down"),
        _key("left", "left h", "Left, the one before"),
        _key("right", "right l", "Right, the next one"),
        _key("page-up", "pageup ctrl+b", "A page up"),
        _key("page-down", "pagedown ctrl+f", "A page down"),
        _key("first", "home g", "To the first"),
        _key("last", "end G", "To the last"),
        _key("next-tab", "right_square_bracket", "Next tab, next view"),
        _key("previous-tab", "left_square_bracket", "Tab or view before"),
        _key("next-record", "J", "Next record, in details"),
        _key("previous-record", "K", "Record before, in details"),
        _key("details-down", "ctrl+down", "Scroll the details down"),
        _key("details-up", "ctrl+up", "Scroll the details up"),
    ),
    "Lists": (
        _key("open", "enter", "Open it; in a dialog: do what the dialog is for"),
        _key("filter", "slash", "Filter: show only what matches"),
        _key("choose-filter", "F", "Filter by choosing, without typing"),
        _key("save-filter", "ctrl+s", "Keep the filter under a name"),
        _key("select", "space", "Select, tick, mark as done"),
        _key("select-all", "ctrl+a", "Select all that is shown"),
        _key("select-range", "v", "Select a range: from here to the cursor"),
        _key("select-up", "shift+up", "Select, and go up"),
        _key("select-down", "shift+down", "Select, and go down"),
        _key("invert", "asterisk", "Invert the selection"),
        _key("sort", "o", "Sort by the next column"),
        _key("turn-order", "O", "Turn the order"),
        _key("move-up", "alt+up", "Move it up, to the left"),
        _key("move-down", "alt+down", "Move it down, to the right"),
        _key("columns", "c", "Choose, order and widen columns"),
        _key("copy", "y", "Copy a value, a row, PEM, an id or the command line"),
        _key("copy-command", "ctrl+y", "Copy the command of the dialog, or of your last change"),
        _key("save-list", "E", "Write the list as it is shown to a file"),
        _key("narrower", "left_curly_bracket", "Narrow the pane, the column"),
        _key("wider", "right_curly_bracket", "Widen the pane, the column"),
        _key("zoom", "Z", "The pane alone, or all of them"),
    ),
    "Records": (
        _key("import", "i", "Import from a file"),
        _key("new", "n", "New: make, add, request, begin one"),
        _key("edit", "d", "Describe or change it"),
        _key("delete", "x delete", "Delete, remove, cancel, stop or revoke it"),
        _key("undo", "u", "Undo the last change"),
        _key("export", "e", "Export it to a file"),
        _key("replace", "r", "Replace or renew it, so that nothing stops"),
        _key("follow", "f", "Follow: go to what it belongs to"),
        _key("bind", "b", "Bind a certificate"),
        _key("unbind", "B", "Unbind it"),
        _key("not-used", "N", "Not used here, or used again"),
        _key("deploy", "D", "Deploy to devices"),
        _key("secure", "s", "Secure: security actions on devices"),
        _key("owner", "w", "Who answers for it"),
        _key("password", "P", "Its password"),
        _key("verify", "V", "Verify"),
        _key("compare", "equals_sign", "Compare two"),
        _key("to-do", "t", "What waits to be done: tasks, requests, plans"),
        _key("start-by", "S", "The last days to start, and change freezes"),
        _key("again", "R", "Again: compute, read or send it again"),
        _key("activate", "I", "Let this CA group issue"),
        _key("listener", "L", "The SSL listener's certificate"),
        _key("acknowledge", "a", "Acknowledge a notice, or no longer"),
        _key("mark-read", "m", "Mark as read, or unread"),
        _key("mark-all-read", "A", "Mark all as read"),
        _key("keep", "M", "Keep the present state, and look at what was kept"),
        _key("changes", "H", "What changed since you looked"),
        _key("hint", "Q", "A hint of the scenario, for points"),
        _key("settings", "comma", "Settings of what the screen shows"),
    ),
    "Simulator": (
        _key("run", "p", "Run, or pause"),
        _key("hour", "full_stop", "On by an hour"),
        _key("day", "greater_than_sign", "On by a day"),
        _key("faster", "plus", "Faster"),
        _key("slower", "minus", "Slower"),
        _key("campaign", "C", "Tell people to re-enroll"),
        _key("outage", "exclamation_mark", "Simulate an outage, or end one"),
    ),
    "Fields": (
        _key("complete", "tab", "Complete what is typed; next field"),
        _key("complete-back", "shift+tab", "The completion before; field before"),
        _key("browse", "down", "Browse, or open the menu"),
        _key("folder-above", "backspace", "To the folder above"),
        _key("reveal", "ctrl+r", "Show the password, or hide it"),
    ),
    QUESTION: (_key("yes", "y", "Yes: go ahead, after the difference was shown"),),
}
KEYS = {key.name: key for keys in GROUPS.values() for key in keys}

_WORDS = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "asterisk": "*",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "escape": "esc",
    "delete": "del",
    "backspace": "⌫",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}

_NAMED = re.compile(r"\{([A-Za-z][a-z0-9-]*)\}")
_PUNCTUATION = frozenset(".,:;!?->+")
_chosen: dict[str, tuple[str, ...]] = {}  # by name, where the person's settings have others


def shown_key(key: str) -> str:
    """A key as footers and help show it: ``?``, ``^p``, ``alt+←``."""
    *modifiers, last = key.split("+")
    word = _WORDS.get(last, last)
    if modifiers == ["ctrl"] and len(word) == 1:
        return f"^{word}"
    return "+".join([*modifiers, word])


def bound(
    name: str, action: str, label: str = "", *, tooltip: str = "", show: bool = True, priority: bool = False
) -> Binding:
    """The binding of ``action`` to the keys of the name: ``label`` stands in the footer unless ``show`` is off, and
    ``tooltip``, or else it, in the help. Raises ``KeyError`` for a name that isn't in the table."""
    key = KEYS[name]
    keys, label = ",".join(key.keys), label or key.means
    return Binding(keys, action, label, show=show, priority=priority, tooltip=tooltip, id=name)


def choose_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """From now on ``key_of`` and ``keyed`` tell these keys, by name, in place of the table's."""
    _chosen.clear()
    _chosen.update(chosen)


def keys_of(name: str) -> tuple[str, ...]:
    """The keys that do this now: the person's own, otherwise those of the table."""
    return _chosen.get(name) or KEYS[name].keys


def keyed(text: str) -> str:
    """A sentence of ours with the keys of today in place of ``{name}``: ``{new} opens one``: ``n opens one``.

    ``{Back} clears it`` begins a sentence: ``Esc clears it``. A sign, such as a comma or ``>``, is put in
    brackets, so that it isn't read as one of the sentence.
    """
    return _NAMED.sub(_key_in_sentence, text)


def keys_said(text: str) -> list[tuple[str, bool]]:
    """The parts of a text, such as ``{new} opens one``, each with whether it is a key; outside of sentences no key
    needs brackets."""
    parts = re.split(r"\{([a-z0-9-]+)\}", text)
    return [(shown_key(keys_of(part)[0]) if at % 2 else part, bool(at % 2)) for at, part in enumerate(parts) if part]


def _key_in_sentence(found: re.Match[str]) -> str:
    name = found[1]
    key = shown_key(keys_of(name.lower())[0])
    if key in _PUNCTUATION:
        return f"[{key}]"
    return f"{key[:1].upper()}{key[1:]}" if name[0].isupper() and len(key) > 1 else key
