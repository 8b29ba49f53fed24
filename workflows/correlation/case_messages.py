"""
Messages that people enter by hand while a case waits for them, because the paper came without an interface.

``pack.toml`` says which (``[[message]]``: name, title, form, roles, ``at`` = the waiting elements). They are offered on
the case page and given to every wait of *this* case that they fit, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.errors import Forbidden
from bpmn.model import Json, Value
from forms import validation
from tasks import masking, offices, rules
from tasks.model import Actor, CaseFacts
from workflows import cases, meanwhile, values, views
from workflows.correlation import delivery
from workflows.correlation.entered import EnteredMessage, entered_by_hand
from workflows.errors import NoSuchMessage, StaleRevision
from workflows.model import ProcessInstance
from workflows.paperwork import attachments
from workflows.processes import definitions
from workflows.store.ids import new_id
from workflows.store.rows import InstanceRow, MessageRow
from workflows.store.unit_of_work import UnitOfWork
from workflows.trail import audit
from workflows.work.drafts import ensure_size


@dataclass(frozen=True, kw_only=True)
class MessageForm:
    """The form of a message with what the case already knows, masked."""

    message: EnteredMessage
    form: Mapping[str, Json]  #: the form-js document
    values: Mapping[str, Value]
    revision: int


@dataclass(frozen=True, kw_only=True)
class EnterMessage:
    """``submission`` as the browser sent it, at most 1 MiB as JSON."""

    actor: Actor
    instance_id: str
    message_id: str
    submission: Mapping[str, Json] = field(default_factory=dict)
    expected_revision: int | None = None


def offered(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[EnteredMessage, ...]:
    """
    List the messages that the case waits for now and that the actor may enter, in the pack's order.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    if row.suspended or row.ended_at is not None:
        return ()
    waits = uow.waits.messages_of(instance_id)
    if not waits:
        return ()
    facts = uow.instances.facts(instance_id)
    known = entered_by_hand(uow, row.definition_id)
    return tuple(m for m in known if _may_enter(actor, m, facts) and any(m.fits(wait) for wait in waits))


def open_form(uow: UnitOfWork, actor: Actor, instance_id: str, message_id: str) -> MessageForm:
    """
    Return the form of a message that is offered.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        NoSuchMessage: the case does not wait for it (any more), or the actor may not enter it.
    """
    message = _one(offered(uow, actor, instance_id), message_id)
    row = cases.visible(uow, actor, instance_id)
    return MessageForm(
        message=message,
        form=definitions.form_document(uow, row.definition_id, message.form),
        values=views.shown(uow, actor, cases.content(uow, row), clear=False),
        revision=row.revision,
    )


def enter(uow: UnitOfWork, command: EnterMessage) -> ProcessInstance:
    """
    Give the message to every wait of the case that it fits.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
        NoSuchMessage: the case does not wait for it (any more), or the actor may not enter it.
        StaleRevision: the case has moved on since the page was opened.
        SubmissionInvalid: one ``Problem`` per faulty field, in form order.
    """
    ensure_size(command.submission)
    actor, instance_id = command.actor, command.instance_id
    uow.instances.lock(instance_id)
    message = _one(offered(uow, actor, instance_id), command.message_id)
    row = cases.visible(uow, actor, instance_id)
    if command.expected_revision not in (None, row.revision):
        raise StaleRevision
    content = _validated(uow, actor, row, message, command.submission)
    attachments.bind(uow, actor, row.id, content)
    uow.instances.add_participant(row.id, actor.person_id, "assignee", uow.now)
    sent = _row(row, message.name, content)
    uow.messages.add([sent], uow.now)
    waits = [wait for wait in uow.waits.messages_of(row.id) if message.fits(wait)]
    after = delivery.hand_over_to(uow, row, waits, sent, actor)
    return views.instance(uow, after or row, actor)


def awaited(uow: UnitOfWork, actor: Actor, instance_id: str) -> tuple[str, ...]:
    """
    Name the messages that a running case waits for, whoever may enter them; for its supervisors only.

    Raises:
        InstanceNotFound: no such case, or the actor may not know of it.
    """
    row = cases.visible(uow, actor, instance_id)
    if row.ended_at is not None or not rules.supervises(actor, uow.instances.facts(row.id).units):
        return ()
    return tuple(dict.fromkeys(wait.event_name for wait in uow.waits.messages_of(row.id)))


def send_missing(
    uow: UnitOfWork, actor: Actor, instance_id: str, name: str, *, reason: str, revision: int | None = None
) -> ProcessInstance:
    """
    Let a case go on as if a message had come that got lost; it carries no data, and the reason stays in the audit.

    Raises:
        Forbidden: supervisors of the case only.
        NoSuchMessage: the case does not wait for it (any more).
        ActedMeanwhile: the case is no longer at *revision*.
    """
    row, facts = cases.locked(uow, actor, instance_id)
    rules.ensure_may_supervise(actor, facts)
    rules.ensure_reason(reason)
    cases.ensure_running(row)
    meanwhile.ensure_unchanged(uow, row, revision)
    waits = [wait for wait in uow.waits.messages_of(row.id) if wait.event_name == name]
    if not waits:
        raise NoSuchMessage
    sent = _row(row, name, {})
    uow.messages.add([sent], uow.now)
    audit.record(uow, actor, "send-message", instance_id=row.id, detail={"message": name, "reason": reason})
    after = delivery.hand_over_to(uow, row, waits, sent, actor)
    return views.instance(uow, after or row, actor)


def _may_enter(actor: Actor, message: EnteredMessage, facts: CaseFacts) -> bool:
    """Whoever has to stand aside enters nothing; an auxiliary officer does not either."""
    try:
        offices.ensure_may_send(actor)
        rules.ensure_no_conflict(actor.person_id, facts)
    except Forbidden:
        return False
    return rules.is_system(actor) or actor.has(*message.roles)


def _one(found: tuple[EnteredMessage, ...], message_id: str) -> EnteredMessage:
    message = next((message for message in found if message.id == message_id), None)
    if message is None:
        raise NoSuchMessage
    return message


def _validated(
    uow: UnitOfWork,
    actor: Actor,
    row: InstanceRow,
    message: EnteredMessage,
    submission: Mapping[str, Json],
) -> dict[str, Value]:
    """Return the cleaned submission; masks that came back give way to what is stored."""
    context = cases.content(uow, row)
    stored = {name: values.to_json(value) for name, value in context.items()}
    restored = masking.restored(submission, views.shown(uow, actor, stored, clear=False), stored)
    form = definitions.form(uow, row.definition_id, message.form)
    environment = uow.installation.environment(uow.now)
    return validation.validate(form, restored, context=context, environment=environment)


def _row(row: InstanceRow, name: str, content: Mapping[str, Value]) -> MessageRow:
    return MessageRow(
        id=new_id(),
        kind="message",
        name=name,
        correlation_key=row.business_key,
        payload=values.encode(content),
        state="delivered",
        target_id=row.id,
        source_id=None,
        message_id=None,
        expires_at=None,
    )
