"""The checklist: what each part of the deployment needs, with which certificate, and what stops without it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Input, Static

from ...store.errors import Refusal
from ...store.impact.checklist import Mark, Row
from ...store.impact.needs import Kind, Need
from ...store.impact.standing import TABLES, count_platforms
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.device import Device, Platform
from ...store.persistence.database import Changes
from ..calm import REST, SHARE
from ..checklist_filter import parse_filter
from ..looks import Ink
from ..widgets.checklist_details import details_of
from ..widgets.checklist_lines import ChecklistLine, ChecklistTable, counts_of, lines_of, row_id
from ..widgets.filter_input import FilterInput
from ..widgets.inks import ink_style
from ..widgets.record_table import RecordTable
from ..wording import plural, title_of
from .add_dialog import AddDialog
from .apns_dialog import ApnsDialog
from .bind_dialog import BindDialog, Bound
from .checklist_export_dialog import ChecklistExportDialog
from .deploy_dialog import DeployDialog
from .import_result import ImportResultDialog
from .need_dialog import NeedDialog
from .page import Page
from .profile_dialog import ProfileDialog
from .remove_dialog import RemoveDialog
from .replace_dialog import ReplaceDialog
from .site_dialog import SiteDialog
from .tasks_dialog import TasksDialog
from .unbind_dialog import UnbindDialog
from .use_dialog import UseDialog

_LOOKS = (*TABLES, "tasks")
