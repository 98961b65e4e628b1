"""The screens on the number keys, in their order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageName:
    """``name`` is the mode's, ``short`` is for narrow terminals, ``purpose`` a line for the palette."""

    name: str
    title: str
    short: str
    purpose: str


PAGES = (
    PageName("overview", "Overview", "Overview", "What expires next, and what was changed last"),
    PageName("certificates", "Certificates", "Certs", "Look up, import, replace, export"),
    PageName("devices", "Devices", "Devices", "The fleet and its device certificates"),
    PageName("authorities", "Authorities", "CAs", "CA groups and what they issued"),
    PageName("policies", "Policies", "Policies", "What is deployed to devices"),
    PageName("checklist", "Checklist", "Check", "What each component needs, and what stops without"),
    PageName("simulator", "Simulator", "Sim", "Run the fleet ahead on a virtual clock"),
    PageName("notices", "Notices", "Notices", "What people have been told of"),
    PageName("audit", "Audit", "Audit", "Who changed what, line by line"),
)
