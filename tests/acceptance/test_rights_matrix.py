"""
Every route × every role × unit relation × state of task and case, held against the matrix as data.

The oracle below reads ``tasks/matrix.py`` and nothing of ``tasks/rules.py``. Each request runs inside a savepoint that is
rolled back, so that one case serves thousands of questions.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.builders.databases import database, run

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
import houses
from inventory import MOUNTS, NAMED, PUBLIC, ROUTES, SIGNED_IN, Persona, Route

from api.app import create_app
from tasks import matrix
from workflows.engine import Engine
from workflows.identity import people, sessions
from workflows.privacy import access, sealing
from workflows.studio import drafts
from workflows.work import user_tasks

with pytest.MonkeyPatch.context():
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.postgres

ID_NUMBER, PHONE, NAME = "990000199001010015", "13900001234", "诸葛测试人"
RELATIONS = {"own": "station", "above": "police", "town": "office", "foreign": "other-station"}
STATES = ("open", "others", "mine", "copied", "done", "aside", "sealed")
#: States walked outside the case's own unit; ``JINGFA_RIGHTS=full`` walks all of them everywhere (ten minutes).
FEW = STATES if os.environ.get("JINGFA_RIGHTS") == "full" else ("open",)
MODEL = houses.model(
    f'<startEvent id="s"/><userTask id="a" name="登记" jf:roles="{" ".join(matrix.ROLES)}" jf:at="station" '
    'jf:deadline="D-104"/><endEvent id="e"/>' + houses.flows("s>a", "a>e")
)
SUPERVISORS = {"R04", "R06", "R13", "R14"}  # D.1: rights within a unit, not by assignment only
KEEPERS = {"R15", "R18", "R19", "R20"}  # D.1: "no case content", "counts only", "audit"
UNNAMED = {"R01", "R12", "R17", "R21", "R22"}  # not columns of D.1: only what they are given
WORKERS = {r for r in matrix.ROLES if matrix.right("case", r).allows("masked")} | {
    "R01", "R02", "R03", "R05", "R07", "R08", "R09", "R12", "R16",
}  # fmt: skip


#: What stands for the parameters of an address that name an act.
ACTS = {"kind": "transfer", "deed": "unlock", "act": "suspend", "deadline_act": "extend"}


class Rehearsal:
    """A database whose every transaction is a savepoint of one that is never committed."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Open a savepoint."""
        with self.connection.begin_nested():
            yield self.connection

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo whatever happens inside."""
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()


@dataclass
class Stage:
    """The installation, its one case, everybody in every relation."""

    engine: Engine
    rehearsal: Rehearsal
    client: TestClient
    tokens: dict[Persona, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, route: Route, persona: Persona | None, **named: str) -> Any:
        """Send one request as a person, and undo it."""
        address = re.sub(
            r"\{(\w+)(?::\w+)?\}", lambda m: named.get(m[1]) or NAMED.get(m[1]) or named["id"], path
        )
        machine = path.startswith(("/v2", "/dispatches", "/messages", "/deployments"))
        headers = {"authorization": f"Bearer {self.tokens[persona]}"} if persona else {}
        sent: dict[str, Any] = {}
        if path == "/messages":
            headers["content-type"] = "application/cloudevents+json"
            sent["json"] = {
                "specversion": "1.0",
                "id": "1",
                "source": "/t",
                "type": "none",
                "subject": "k",
                "data": {},
            }
        elif route.body is not None:
            sent["json" if machine else "data"] = route.body
        with self.rehearsal.undone():
            return self.client.request(method, address, headers=headers, follow_redirects=False, **sent)


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Yield the stage."""
    name = "t_rights"
    run(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    url = database(postgres, name)
    made = houses_engine(url, tmp_path_factory.mktemp("data"))
    houses.house(made)
    houses.deploy(made, MODEL)
    connection = made._database._pool.connect()
    outer = connection.begin()
    real, rehearsal = made._database, Rehearsal(connection)
    made._database = rehearsal  # type: ignore[assignment]
    client = TestClient(create_app(made), client=("203.0.113.9", 5000), raise_server_exceptions=False)
    found = Stage(made, rehearsal, client)
    _cast(found)
    yield found
    outer.rollback()
    connection.close()
    made._database = real
    made.close()
    run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def houses_engine(url: str, data: Path) -> Engine:
    """Return an engine on the database."""
    from workflows.settings import Settings

    return Engine.from_settings(
        Settings(
            database_url=url, demo=True, secret="test", data=data, pool_size=3, confirmation=timedelta(days=1)
        )
    )


def _cast(stage: Stage) -> None:
    """Make a person for each role and relation, and one case with everything that can hang on one."""
    with stage.engine.begin() as uow:
        for role in matrix.ROLES:
            for relation, unit in RELATIONS.items():
                persona = Persona(role=role, relation=relation, unit=unit, id=f"{role}-{relation}".lower())
                uow.people.add(houses._person(persona.id), uow.now)
                uow.people.grant(persona.id, role, unit, by="system", at=uow.now)
                row = uow.people.get(persona.id)
                stage.tokens[persona] = sessions._open(uow, row, "t").token
        officer = people.actor_of(uow, "stranger")
    party = {"name": NAME, "idNo": ID_NUMBER, "phone": PHONE, "role": "申请人", "type": "自然人"}
    with stage.engine.begin() as uow:
        from workflows.execution import instances

        case = instances.start(
            uow,
            instances.StartInstance(
                actor=officer,
                process_key="p",
                variables={"units": {"station": "station"}, "parties": [party], "summary": f"{NAME} {PHONE}"},
            ),
        ).id
        run = uow._connection.execute
        task = next(iter(uow.user_tasks.of_instance(case))).id
        run(text("delete from participant"))
        run(
            text(
                "insert into paper select 'paper-0001', :c, 'W99', '文书', 'x', '%PDF-', 'd', '{}', now(), 'x';"
                "insert into attachment select 'file-0001', :c, 'n.txt', 'text/plain', 1, 'd', 'x', now(), 'x';"
                "insert into incident values ('incident-0001', :c, null, null, null, 'c', 'm', now());"
                "insert into notice values ('notice-0001', 'stranger', 'k', 's', 'b', null, null, now());"
                "insert into supervision_order select 'order-0001', :c, 'stranger', '', now(), now(), 'x';"
            ),
            {"c": case},
        )
        deadline = run(text("select id from deadline limit 1")).scalar_one()
        draft = drafts.begin(uow, people.actor_of(uow, "r18-own"), "pack").id
    stage.ids = {
        "draft": draft, "pack": "pack", "code": "D-110",
        "case": case, "task": task, "paper": "paper-0001", "file": "file-0001", "incident": "incident-0001",
        "notice": "notice-0001", "order": "order-0001", "deadline": deadline, "process": "p", "definition": "p:1",
        "person": "stranger",
    }  # fmt: skip


def set_scene(stage: Stage, persona: Persona, state: str) -> None:
    """Bring case and task into a state, as the persona stands to it."""
    run = stage.rehearsal.connection.execute
    who = {"c": stage.ids["case"], "t": stage.ids["task"], "p": persona.id}
    part = {"mine": "assignee", "copied": "copied", "aside": "conflict"}.get(state)
    if part:
        run(text("insert into participant values (:c, :p, :part, now())"), {**who, "part": part})
    if state in ("others", "mine", "copied"):
        holder = persona.id if state == "mine" else "colleague"
        run(text("delete from user_task_candidate"))
        run(
            text("update user_task set state='claimed', assignee_id=:h where id=:t"),
            {**who, "h": holder},
        )
    if state == "done":
        run(text("delete from user_task_candidate"))
        run(text("update user_task set state='completed', completed_by='colleague', closed_at=now()"), who)
        run(text("update process_instance set status='completed', ended_at=now()"))
    if state == "sealed":
        run(text("insert into sealed_case values (:c, 'r', now(), 'x')"), who)


# -- the oracle: from the matrix to what must be answered ------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What a persona may know and do of the case in a state."""

    persona: Persona
    state: str

    @property
    def kept_out(self) -> bool:
        """A conflict of interest, or a seal without a grant."""
        return self.state in ("aside", "sealed")

    @property
    def works(self) -> bool:
        """The role takes part in casework."""
        return self.persona.role in WORKERS | UNNAMED

    @property
    def supervises(self) -> bool:
        """The role reaches the case's unit."""
        return self.persona.role in SUPERVISORS and self.persona.relation in ("own", "above")

    @property
    def takes_part(self) -> bool:
        """The person was given something in the case."""
        return self.state in ("mine", "copied")

    @property
    def candidate(self) -> bool:
        """The open task lies in the person's pool."""
        return self.persona.relation == "own" and self.state != "done"

    @property
    def has_case(self) -> bool:
        """Case rights proper: part or supervision."""
        return not self.kept_out and self.works and (self.takes_part or self.supervises)

    @property
    def sees_case(self) -> bool:
        """The case page: also for the colleagues among whom its open task lies (own unit)."""
        return not self.kept_out and self.works and (self.has_case or self.candidate)

    @property
    def sees_task(self) -> bool:
        """The task: part, supervision, pool."""
        given = self.state == "mine" or self.candidate
        return not self.kept_out and (given or self.has_case)

    @property
    def clear(self) -> bool:
        """The role reads clear data of its own cases (D.1, party ID/phone clear)."""
        may = matrix.right("party-clear", self.persona.role).allows("read")
        return may and self.has_case

    @property
    def works_now(self) -> bool:
        """The person may complete the task: it is theirs, or in their pool and free."""
        return self.state == "mine" or (self.candidate and self.state == "open")


HIDDEN, REFUSED, LATE, DONE = "hidden", "refused", "late", "done"


def expected(route: Route, known: Known) -> set[str]:
    """Return the outcomes that the matrix allows."""
    need, role = route.need, known.persona.role
    by_role = {
        "deploy": {"R20"},
        "register": {"R01", "R05"} | matrix.roles_allowed("dispatch", "create"),
        "send": WORKERS - {"R03"},
        "start": {"R02", "R04"},
        "operate": {"R04", "R06", "R13", "R14", "R20"},
        "machines": {"R20"},
        "job-worker": set(),
        "audit": {"R19"},
        "users": matrix.roles_allowed("users", "create"),
        "users-read": matrix.roles_allowed("users", "create") | matrix.roles_allowed("users", "read"),
        "supervisors": SUPERVISORS,
        "board-lists": SUPERVISORS,  # R15 sees counts, not the cases behind them
        "studio:read": {"R18", "R19", "R20"} | matrix.roles_allowed("model", "approve"),
        "studio:edit": matrix.roles_allowed("model", "create"),
        "studio:calendar": {"R18", "R20"},
        "studio:approve": matrix.roles_allowed("model", "approve"),
        "board": {"R04", "R06", "R13", "R14", "R15"},
        "ask": {r for r in matrix.ROLES if matrix.right("sealed", r).allows("read")},
        "grants": set(matrix.ROLES) - {"R15", "R18", "R20"},
    }
    if need in by_role:  # an unknown list behind a number, a draft in another state
        hidden = {HIDDEN} if need.startswith(("board", "studio")) else set()
        late = set() if need == "board" else {LATE}
        return {DONE} | late | hidden if role in by_role[need] else {REFUSED}
    plain = {
        PUBLIC: {DONE},
        SIGNED_IN: {DONE},
        "notice": {DONE},  # somebody else's leads to one's own inbox, as an unknown one does
        "unknown": {HIDDEN},
        "code": {REFUSED},
        "audit-unknown": {HIDDEN} if role == "R19" else {REFUSED},
    }
    if need in plain:
        return plain[need]
    if need in ("incident", "repair"):
        if role not in by_role["operate"]:
            return {REFUSED}
        if role == "R20":
            return {DONE, LATE}
        return (
            ({DONE, LATE} if need == "incident" or known.supervises else {REFUSED})
            if known.has_case
            else {HIDDEN}
        )
    kinds = {"case": _of_case, "task": _of_task, "order": _of_order}
    return kinds[need.split(":")[0]](need.split(":")[1], known)


def _of_order(need: str, known: Known) -> set[str]:
    """Nobody here is the one it names."""
    supervised = known.has_case and known.supervises
    return {HIDDEN} if not supervised or need == "answer" else {DONE, LATE}


#: What colleagues may ask among whom the case's open task lies; everything else needs a part or supervision.
BY_POOL = {"see", "access", "reveal", "look", "danger", "supervise-page"}


def _of_case(need: str, known: Known) -> set[str]:
    late = {DONE, LATE}
    if need == "message":  # the case waits for none: there is nothing to find
        return {HIDDEN, REFUSED, LATE} if known.sees_case else {HIDDEN}
    if need == "access" and known.persona.role == "R19":  # the auditor sees who sees, and nothing of the case
        return {DONE}
    if not (known.sees_case if need in BY_POOL else known.has_case):
        return {HIDDEN}
    reporter = known.persona.role in WORKERS - {"R03"}
    by_need = {
        "see": {DONE},
        "part": {DONE},
        "access": {DONE},
        "look": {DONE},  # nobody has begun a look: back to the case, masked
        "supervise": late if known.supervises else {REFUSED},
        "supervise-page": {DONE} if known.supervises else {REFUSED},
        "reveal": {DONE} if known.clear else {REFUSED},
        "danger": {DONE} if reporter else {REFUSED},
        # the pack has no such template: whoever may make papers learns that
        "paper": {HIDDEN} if reporter else {REFUSED},
    }
    if need in by_need:
        return by_need[need]
    if not known.clear:
        return {HIDDEN}
    return {DONE, HIDDEN} if need == "clear" else {DONE, LATE}  # Word drafts need the template


def _of_task(need: str, known: Known) -> set[str]:
    if need == "withdraw":  # nobody has completed it within this case's reach
        return {REFUSED, LATE} if known.has_case else {HIDDEN}
    if not known.sees_task:
        return {HIDDEN}
    if need == "see":
        return {DONE}
    if known.state == "done":
        return {LATE, DONE} if need == "form" else {LATE}
    late = {DONE, LATE}
    if need in ("draft", "form"):
        return {DONE}
    if need == "claim":
        return (
            {DONE}
            if known.candidate and known.state == "open"
            else ({LATE} if known.state != "open" else {REFUSED})
        )
    if need in ("complete", "return"):
        return late if known.works_now else {REFUSED}
    if need == "release":
        free = known.state == "open"
        return {DONE} if not free and (known.state == "mine" or known.supervises) else {REFUSED}
    if need == "transfer":
        return {DONE} if known.works_now or known.supervises else {REFUSED}
    return late if known.takes_part or known.supervises else {REFUSED}


def outcome(status: int) -> str:
    """Return the class of an answer."""
    return {404: HIDDEN, 403: REFUSED, 401: "unknown", 409: LATE}.get(
        status, DONE if status < 500 else "broken"
    )


# -- the walk --------------------------------------------------------------------------------------------------------


def test_every_route_is_in_the_inventory(stage: Stage) -> None:
    """A route that nobody has thought about fails the build."""
    app = stage.client.app
    served = {
        (method, route.path)
        for route in app.routes
        if hasattr(route, "methods")
        for method in route.methods - {"HEAD", "OPTIONS"}
    }

    assert served == set(ROUTES)
    assert {route.path for route in app.routes if not hasattr(route, "methods")} == MOUNTS


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES), ids=str)
def test_strangers_get_only_what_is_public(stage: Stage, method: str, path: str) -> None:
    """Without a session: the public pages, else a login, whatever the address names."""
    route = ROUTES[method, path]
    answer = stage.ask(method, path, route, None, id=stage.ids.get(route.id, "x"), **ACTS)

    if route.need in (PUBLIC, "login"):
        assert answer.status_code < 500
    else:
        assert answer.status_code == 401 or answer.headers.get("location", "").startswith("/login")


@pytest.mark.parametrize("role", matrix.ROLES)
def test_every_route_answers_as_the_matrix_says(stage: Stage, role: str) -> None:
    """One role in four relations and seven states at every door; differences are listed, not counted."""
    differences = []
    for persona in (p for p in stage.tokens if p.role == role):
        for state in STATES if persona.relation == "own" else FEW:
            with stage.rehearsal.undone():
                set_scene(stage, persona, state)
                differences += list(_differences(stage, persona, state))

    assert not differences, "\n".join(differences)


def _differences(stage: Stage, persona: Persona, state: str) -> Iterator[str]:
    known = Known(persona, state)
    for (method, path), route in ROUTES.items():
        # A stream that is let in does not end; tests/acceptance of the board ask it themselves.
        about_cases = bool(route.id) and not route.need.startswith("studio")
        if route.need in ("login", "stream") or (
            not about_cases and (state != "open" or persona.relation != "own")
        ):
            continue
        answer = stage.ask(method, path, route, persona, id=stage.ids.get(route.id, "x"), **ACTS)
        said, wanted = outcome(answer.status_code), expected(route, known)
        where = f"{persona.role} {persona.relation} {state}: {method} {path}"
        if said not in wanted:
            yield f"{where} {said} ({answer.status_code}), not {'/'.join(sorted(wanted))}"
        if _leaks(answer.text) and not (known.clear and said == DONE):
            yield f"{where} shows clear data"


def _leaks(body: str) -> bool:
    return any(secret in body for secret in (ID_NUMBER, PHONE, NAME))


UNGUESSED = "0" * 32


@pytest.mark.parametrize(("method", "path"), [k for k, r in ROUTES.items() if r.id in ("case", "task", "file", "paper", "deadline", "incident", "notice", "order") and r.need != SIGNED_IN], ids=str)  # fmt: skip
def test_unknown_and_foreign_ids_answer_alike(stage: Stage, method: str, path: str) -> None:
    """An officer of another station cannot tell a case that exists from one that does not."""
    persona = next(p for p in stage.tokens if (p.role, p.relation) == ("R04", "foreign"))
    route = ROUTES[method, path]
    foreign = stage.ask(method, path, route, persona, id=stage.ids[route.id], **ACTS)
    unknown = stage.ask(method, path, route, persona, id=UNGUESSED, **ACTS)

    assert (foreign.status_code, _plain(foreign.text, stage.ids[route.id])) == (
        unknown.status_code,
        _plain(unknown.text, UNGUESSED),
    )


def _plain(body: str, id_: str) -> str:
    return re.sub(r'value="[^"]{20,}"', "", body.replace(id_, "ID"))


def test_a_named_grant_opens_a_sealed_case_to_one_person(stage: Stage) -> None:
    """Sealing hides the case from its own station; a grant by another supervisor opens it to the one it names."""
    leader, named = (
        next(p for p in stage.tokens if (p.role, p.relation) == (r, "own")) for r in ("R04", "R02")
    )
    route, path = ROUTES["GET", "/cases/{case_id}"], "/cases/{case_id}"
    with stage.rehearsal.undone():
        with stage.engine.begin() as uow:
            sealing.seal(uow, people.actor_of(uow, leader.id), stage.ids["case"], reason="未成年人")
        before = stage.ask("GET", path, route, named, id=stage.ids["case"]).status_code
        with stage.engine.begin() as uow:
            giver = people.actor_of(uow, leader.id)
            sealing.grant(uow, giver, stage.ids["case"], named.id, purpose="办理复核")
            with pytest.raises(sealing.GrantToOneself):
                sealing.grant(uow, giver, stage.ids["case"], leader.id, purpose="延长")
        with stage.engine.begin() as uow:
            items = user_tasks.my_tasks(uow, people.actor_of(uow, named.id), which="pool").items
            others = user_tasks.my_tasks(uow, people.actor_of(uow, "colleague"), which="pool").items
        after = stage.ask("GET", path, route, named, id=stage.ids["case"]).status_code

    assert (before, after, len(items), len(others)) == (404, 200, 1, 0)


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_who_sees_says_what_the_doors_do(stage: Stage, state: str) -> None:
    """Everybody of 88 people knocks at the case's door and at the clear data; the page named each who got in, and no other."""
    case = stage.ids["case"]
    with stage.rehearsal.undone():
        set_scene(stage, next(p for p in stage.tokens if (p.role, p.relation) == ("R07", "foreign")), state)
        with stage.engine.begin() as uow:
            seen = access.everybody(uow, uow.instances.facts(case))
        sees = {one.person_id for one in seen if one.sees}
        clear = {one.person_id for one in seen if "clear" in one.may}
        told = {one.person_id for one in seen if one.grounds and not one.barriers}
        door, reveal = (ROUTES["GET", f"/cases/{{case_id}}{end}"] for end in ("", "/reveal"))
        got_in = {
            p.id
            for p in stage.tokens
            if stage.ask("GET", "/cases/{case_id}", door, p, id=case).status_code == 200
        }
        looked = {
            p.id
            for p in stage.tokens
            if stage.ask("GET", "/cases/{case_id}/reveal", reveal, p, id=case).status_code == 200
        }

    everybody = {p.id for p in stage.tokens}
    assert (sees & everybody, clear & everybody) == (got_in, looked)
    assert told == sees  # every yes has a reason, every no has none or a barrier
