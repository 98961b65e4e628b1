"""Follow-up tasks: what somebody must do elsewhere after a certificate was replaced.

Until a task is done, the component keeps using the old certificate, and its consequences continue.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from typing import Any

from ..errors import Refusal
from ..model.audit import SYSTEM, Actor
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.events import ComponentSwitched, FollowUpsDone
from ..model.site import SiteSettings
from ..model.task import Task, TaskKind
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from .follow_ups import follow_ups
from .naming import title_of
from .needs import BY_ID, GROUPS

_ALPHABET = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 24


def words_for(kind: TaskKind, component: Component, new: Certificate) -> tuple[str, str]:
    """Title and text of a follow-up. Until it is done, ``component`` serves what it served before."""
    what, served = title_of(component), component.served_id
    match kind:
        case TaskKind.LOAD_BALANCER:
            return (
                "Update the load balancer's cacert.pem",
                f"NetScaler Gateway is set up for SSL offload, and the {what} was replaced by certificate {new.id}. "
                "Put its chain on the load balancer as cacert.pem (`certfleet certificate export "
                f"{new.id} --format chain`). Until then the load balancer goes on with certificate {served}.",
            )
        case _:
            return (
                "Send the PFX and its password to support",
                f"The site was migrated from XenMobile, and the {what} was replaced by certificate {new.id}. Support "
                "puts it on the cloud gateway and restarts the tenant's nodes. Send the PFX file and its password on "
                "two different ways (`certfleet task export`). Until that is done, the gateway goes on with "
                f"certificate {served}.",
            )


class Tasks(UseCases):
    """The follow-ups of a workspace."""

    def __init__(self, context: Context, *, site: Callable[[], SiteSettings]) -> None:
        super().__init__(context)
        unknown = "task-unknown", "there is no task {id}", "`certfleet task list` shows them."
        self._table = RecordTable(self._database.table("tasks"), Task, *unknown)
        self._requests = self._database.table("requests")
        self._site = site

    def list(self, *, done: bool = True) -> tuple[Task, ...]:
        """All tasks, by id; ``done=False`` leaves out done ones."""
        return tuple(task for task in self._table.all() if done or task.done_at is None)

    def get(self, id: int) -> Task:
        """One task; refuses with ``task-unknown``."""
        return self._table.get(id)

    def follow_up(self, switched: ComponentSwitched) -> None:
        """Open the tasks after a replacement, inside its transaction."""
        component, new = switched.component, switched.new
        self.overtaken(component.id, f"overtaken by certificate {new.id}")  # the previous one is no longer needed
        for kind in follow_ups(component, self._site()):
            title, text = words_for(kind, component, new)
            if switched.shared:  # each need has one like it
                title = f"{title}: {GROUPS[BY_ID[component.need].group]}, {title_of(component)}"
            self._open(
                kind,
                title,
                text,
                need=component.need,
                component_id=component.id,
                certificate_id=new.id,
                old_certificate_id=component.served_id,
            )

    def open_upload(self, request_id: int, apple_id: str | None, what: str, *, need: str) -> Task:
        """Open the task to upload a push certificate request, inside a transaction."""
        as_whom = "the Apple ID that created the certificate" if apple_id is None else f"Apple ID {apple_id}"
        return self._open(
            TaskKind.PORTAL_UPLOAD,
            "Upload the request to the push certificates portal",
            f"Request {request_id} is for the {what}. Upload what the vendor signed as {as_whom}, download the "
            "certificate, and import it.",
            need=need,
            request_id=request_id,
        )

    def answered(self, certificate: Certificate) -> None:
        """A certificate was imported: if it answers a request, close the upload task. Inside its transaction."""
        requests = {document.doc_id for document in self._requests.find("completed_by", certificate.id)}
        for task in self.list(done=False) if requests else ():
            if task.request_id in requests:
                self._close(task, f"answered by certificate {certificate.id}")

    def overtaken(self, component_id: int, how: str) -> None:
        """A component uses something else or nothing: close its tasks. Inside a transaction."""
        for task in self.list(done=False):
            if task.component_id == component_id:
                self._close(task, how)

    def given_up(self, request_id: int) -> None:
        """A request was cancelled: close its upload task. Inside its transaction."""
        for task in self.list(done=False):
            if task.request_id == request_id:
                self._close(task, "the request was cancelled")

    def done(self, id: int) -> Task:
        """Mark a task as done; refuses with ``task-unknown``. Idempotent."""
        with self._database.transaction():
            task = self.get(id)
            if task.done_at is not None:
                return task
            return self._finish(self._close(task, "done"))

    def seen_done(self, id: int, how: str) -> None:
        """An endpoint shows that a task is done: close it in the program's name. Inside a transaction."""
        self._finish(self._close(self.get(id), how, by=SYSTEM))

    def _finish(self, task: Task) -> Task:
        if task.component_id is not None and not self._open_for(task.component_id):
            self._tell(FollowUpsDone(task.component_id))
        return task

    def for_support(self, id: int) -> tuple[Task, str]:
        """The task, and a new strong password for the PFX that support gets. Refuses with ``task-unknown``,
        ``no-export-for-task``, or ``no-private-key`` if there is none."""
        task = self.get(id)
        if task.kind is not TaskKind.SUPPORT or task.certificate_id is None:
            raise Refusal("no-export-for-task", f"task {id} asks for no PFX file", "Only what goes to support does.")
        document = self._database.table("certificates").get(doc_id=task.certificate_id)
        if document is None or not document["has_private_key"]:
            raise Refusal(
                "no-private-key",
                f"certificate {task.certificate_id} has no private key here, and support needs it",
                "Import the same certificate once more, with its key.",
            )
        return task, "".join(secrets.choice(_ALPHABET) for _ in range(_PASSWORD_LENGTH))

    def _open_for(self, component_id: int) -> bool:
        return any(task.component_id == component_id for task in self.list(done=False))

    def _open(self, kind: TaskKind, title: str, text: str, *, need: str, **about: Any) -> Task:
        task = Task(
            id=0,
            kind=kind,
            title=title,
            text=text,
            opened_at=self._clock.now(),
            opened_by=self._actor.user,
            need=need,
            **about,
        )
        task = self._table.add(task)
        self._audit.record("task.open", f"task:{task.id}", f"task opened: {title}")
        return task

    def _close(self, task: Task, how: str, *, by: Actor | None = None) -> Task:
        user = self._actor.user if by is None else by.user
        task = self._table.change(task, done_at=self._clock.now(), done_by=user)
        self._audit.record("task.done", f"task:{task.id}", f"{task.title}: {how}", by=by)
        return task
