"""Decision tables and FEEL expressions: evaluation without an instance."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from api.auth import EngineOf, SignedIn
from api.json_reading import StrictRoute
from api.openapi import faults
from api.schemas import Body, Request, Variables, feel_variables
from bpmn import feel
from bpmn.feel import from_json, to_json, type_name
from workflows.processes import deployed

router = APIRouter(route_class=StrictRoute, prefix="/v2", tags=["decisions"])


class DecisionEvaluation(Request):
    """Evaluate a deployed decision, latest version unless a definition is named."""

    decision_definition_id: str = Field(min_length=1, max_length=200)
    process_definition_key: str | None = Field(default=None, max_length=200)
    variables: Variables


class DecisionOutcome(Body):
    """Values, the rules that matched with their annotations, and why something became null."""

    decisions: dict[str, Any]
    matched: dict[str, Any]
    annotations: dict[str, Any]
    reasons: list[str]


class Expression(Request):
    """A FEEL expression, or with ``unaryValue`` a unary test of that value."""

    expression: str = Field(max_length=100_000)
    variables: Variables
    unary_value: Any = None
    unary: bool = False


class ExpressionResult(Body):
    """The value as JSON, its FEEL type, and in Chinese why it became null."""

    expression: str
    result: Any
    type: str
    warnings: list[str]


@router.post("/decision-definitions/evaluation", response_model=DecisionOutcome, responses=faults(404, 422))
def evaluate_decision(body: DecisionEvaluation, actor: SignedIn, engine: EngineOf) -> Any:
    """Evaluate a decision and say which rules fired."""
    with engine.begin() as uow:
        outcome = deployed.evaluate_decision(
            uow,
            actor,
            body.decision_definition_id,
            feel_variables(body.variables),
            definition_id=body.process_definition_key,
        )
    return DecisionOutcome(**{n: to_json(outcome.get(n) or ([] if n == "reasons" else {})) for n in OUTCOME})


OUTCOME = ("decisions", "matched", "annotations", "reasons")


@router.post("/expression/evaluation", response_model=ExpressionResult, responses=faults(422))
def evaluate_expression(body: Expression, actor: SignedIn, engine: EngineOf) -> Any:
    """Evaluate a FEEL expression; a syntax error is a problem with line, column and suggestion."""
    with engine.begin() as uow:
        environment = uow.installation.environment(uow.now)
    context = feel_variables(body.variables)
    if body.unary:
        fits = feel.unary_test(body.expression, from_json(body.unary_value), context, environment=environment)
        return ExpressionResult(expression=body.expression, result=fits, type=type_name(fits), warnings=[])
    text = body.expression.removeprefix("=")
    traced = feel.compile(text, names=context).trace(context, environment)
    value = traced.value
    return ExpressionResult(
        expression=body.expression,
        result=to_json(value),
        type=type_name(value),
        warnings=list(traced.reasons),
    )
