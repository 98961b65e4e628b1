"""Components, trust and follow-up tasks."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from ...store.components.needs import NEEDS, NeedKind, need_of
from ...store.errors import Refusal
from ...store.impact.trusted_certificates import trusted_certificates
from ...store.model.component import Component, Use
from ...store.model.task import Task
from ...store.views.certificate import certificate_document
from ...store.views.component import ComponentDocument, NeedDocument, component_document, need_document
from ...store.views.profile import profile_document
from ...store.views.trust import (
    SslErrorsDocument,
    TrustAnchorDocument,
    TrustedCertificateDocument,
    anchor_document,
    ssl_errors_document,
    trusted_document,
)
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Id, Text, YesNo, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .device_requests import AnyPlatform

calls = Calls(OWN, tag="components")

Name = Annotated[str, Meta(max_length=200)]
NeedId = Annotated[str, Meta(min_length=1, max_length=100)]


class NeedList(DoneAnswer, frozen=True, kw_only=True):
    """What a deployment needs certificates for."""

    needs: list[NeedDocument]


class ComponentList(DoneAnswer, frozen=True, kw_only=True):
    """What uses certificates."""

    components: list[ComponentDocument]


class OneComponent(DoneAnswer, frozen=True, kw_only=True):
    """A component in its present state."""

    component: ComponentDocument


class CandidateList(DoneAnswer, frozen=True, kw_only=True):
    """The candidates for a need."""

    need: str
    candidates: list[dict[str, Any]]


class TrustList(DoneAnswer, frozen=True, kw_only=True):
    """Certificates that devices are shown or trust. ``lacking`` is how many devices don't trust the chain;
    ``ssl_error_61`` counts the devices that would be refused, and those that were."""

    trust: list[TrustedCertificateDocument]
    ssl_error_61: SslErrorsDocument


class OneAnchor(DoneAnswer, frozen=True, kw_only=True):
    """The trust in a certificate."""

    anchor: TrustAnchorDocument


class TaskList(DoneAnswer, frozen=True, kw_only=True):
    """Follow-ups that a person has to do elsewhere."""

    tasks: list[Task]


class OneTask(DoneAnswer, frozen=True, kw_only=True):
    """A follow-up."""

    task: Task


class ComponentBinding(Body, kw_only=True):
    """Which certificate of the inventory, or which provisioning profile, a need uses."""

    need: Annotated[str, Meta(max_length=100)]
    certificate_id: Id | None = None
    profile_id: Id | None = None
    name: Annotated[Name, Meta(description="Which of several: the app, CA entity or resource.")] = ""
    apple_id: Text = None


class NeedNamed(Body, kw_only=True):
    """A need, and the name of one of several."""

    need: Annotated[str, Meta(max_length=100)]
    name: Name = ""


class UseSaid(NeedNamed, kw_only=True):
    """Whether the deployment has what a need stands for."""

    use: Annotated[Use, read_by(words_of(Use))]


class TrustDeployment(Body, kw_only=True):
    """A CA or server certificate to deploy, to all platforms unless some are named."""

    certificate_id: Id
    platforms: Annotated[list[AnyPlatform], Meta(max_length=10)] = field(default_factory=list)
    antivirus: YesNo = False


class TrustWithdrawal(Body, kw_only=True):
    """A certificate to remove from the devices."""

    certificate_id: Id


@calls.get("/components", reads(ComponentList))
def list_components(workspace: Workspace) -> HttpAnswer:
    """List the components with the certificate or provisioning profile that each uses, and its status."""
    with workspace.database.moment():
        return answer(
            ComponentList,
            components=[component_document(one, workspace.impact) for one in workspace.components.list()],
        )


@calls.get("/components/needs", reads(NeedList))
def list_needs() -> HttpAnswer:
    """List what a deployment needs certificates for, and what stops when one is expired, revoked or missing."""
    return answer(NeedList, needs=[need_document(need) for need in NEEDS])


@calls.get("/components/needs/{need}/candidates", reads(CandidateList, 404))
def list_candidates(workspace: Workspace, need: NeedId) -> HttpAnswer:
    """List what can be bound to a need, each certificate below the one that it replaced."""
    wanted, now, rules = need_of(need), workspace.now(), workspace.expiry()
    if wanted.kind is NeedKind.PROFILE:
        profiles = [profile_document(one, now, rules) for one in workspace.profiles.list()]
        return answer(CandidateList, need=wanted.id, candidates=profiles)
    found = [certificate_document(entry, now, rules) for entry in workspace.components.candidates(wanted.id)]
    return answer(CandidateList, need=wanted.id, candidates=found)


@calls.post("/components/bind", changes(OneComponent, "component.bind", 404, 409))
def bind_component(workspace: Workspace, binding: ComponentBinding) -> HttpAnswer:
    """Say which certificate a need uses; a provisioning profile is bound to its own app."""
    wanted = need_of(binding.need)
    if (binding.certificate_id is None) == (binding.profile_id is None):
        raise Refusal("request-invalid", "certificate_id or profile_id is expected, and not both")
    if binding.profile_id is not None:
        if wanted.kind is not NeedKind.PROFILE:
            raise Refusal("request-invalid", f"profile_id: {wanted.id} takes a certificate")
        return _component(workspace, workspace.components.bind_profile(binding.profile_id))
    assert binding.certificate_id is not None
    bound = workspace.components.bind(
        wanted.id, binding.certificate_id, name=binding.name, apple_id=binding.apple_id or None
    )
    return _component(workspace, bound)


@calls.post("/components/unbind", changes(OneComponent, "component.bind", 404))
def unbind_component(workspace: Workspace, named: NeedNamed) -> HttpAnswer:
    """Unbind a need. Its certificate counts as missing from then on."""
    return _component(workspace, workspace.components.unbind(named.need, name=named.name))


@calls.post("/components/use", changes(OneComponent, "component.bind", 404))
def use_component(workspace: Workspace, said: UseSaid) -> HttpAnswer:
    """Say whether the deployment has what a need stands for: required, not used, or as needed."""
    return _component(workspace, workspace.components.set_use(said.need, said.use, name=said.name))


@calls.delete("/components/{id}", changes(OneComponent, "component.remove", 404))
def remove_component(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Forget a component with its binding and settings."""
    return _component(workspace, workspace.components.remove(id))


@calls.get("/trust", reads(TrustList))
def list_trust(workspace: Workspace) -> HttpAnswer:
    """List the CA certificates in the chains that devices are shown: why devices trust each, and how many don't."""
    with workspace.database.moment():
        found = trusted_certificates(workspace.impact, workspace.inventory.get)
        errors = workspace.impact.ssl_errors()
    return answer(
        TrustList,
        trust=[trusted_document(one) for one in found],
        ssl_error_61=ssl_errors_document(errors),
    )


@calls.post("/trust/deploy", changes(OneAnchor, "trust.deploy", 404, 409))
def deploy_trust(workspace: Workspace, wanted: TrustDeployment) -> HttpAnswer:
    """Deploy a certificate to the devices, each at its next check-in."""
    anchor = workspace.trust.deploy(wanted.certificate_id, platforms=wanted.platforms, antivirus=wanted.antivirus)
    return answer(OneAnchor, anchor=anchor_document(anchor))


@calls.post("/trust/withdraw", changes(OneAnchor, "trust.withdraw", 404))
def withdraw_trust(workspace: Workspace, wanted: TrustWithdrawal) -> HttpAnswer:
    """End the deployment of a certificate. It is removed from the devices."""
    return answer(OneAnchor, anchor=anchor_document(workspace.trust.withdraw(wanted.certificate_id)))


@calls.get("/tasks", reads(TaskList))
def list_tasks(workspace: Workspace, all: YesNo = False) -> HttpAnswer:
    """List the open follow-ups, oldest first; with `all`, finished ones too."""
    return answer(TaskList, tasks=list(workspace.tasks.list(done=all)))


@calls.post("/tasks/{id}/done", changes(OneTask, "task.done", 404))
def finish_task(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Mark a follow-up done. Its component uses the new certificate from now on."""
    return answer(OneTask, task=workspace.tasks.done(id))


def _component(workspace: Workspace, component: Component) -> HttpAnswer:
    return answer(OneComponent, component=component_document(component, workspace.impact))
