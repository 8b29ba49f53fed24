"""``calculate-compensation``: personal-injury compensation by DT-5; a missing parameter is a business error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bpmn.model import Value
from tasks.calculations import case_file, compensation
from tasks.calculations.compensation_model import CompensationInvalid
from tasks.calculations.parameters import ParameterMissing
from tasks.errors import HandlerFailed
from tasks.handlers import reading
from tasks.model import Job
from tasks.outcomes import BpmnError, Completed, Outcome
from tasks.ports import Ports


def handle(parameters: Mapping[str, Value], job: Job, ports: Ports) -> Outcome:
    """Return ``calculation``; E-PARAM-MISSING names what policy staff have to enter."""
    given = parameters.get("today")
    today = given if isinstance(given, date) else ports.now().date()
    try:
        case = case_file.read_compensation(reading.context(parameters, "compensation"), today)
        result = compensation.complete(compensation.calculate(case, ports.law().parameter_sets))
    except ParameterMissing as missing:
        return BpmnError(ParameterMissing.bpmn_code, missing.message, {"missing": list(missing.missing)})
    except CompensationInvalid as fault:
        raise HandlerFailed(fault.message) from fault
    return Completed({"calculation": case_file.write_compensation(result)})
