"""The one table of who may do what (F90): the rows an office asks for by name, and no operation outside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models import destruction, user, welfare
from unionoffice.models.permission import PERMISSIONS, may, permit
from unionoffice.models.registers import all_registers
from unionoffice.models.user import Role

ADMIN, OFFICER, REVIEWER, CHAIR, AUDITOR = Role
TABLE = {
    "user:add": {ADMIN},
    "user:close": {ADMIN},
    "deputy:add": {ADMIN},
    "password:change": set(Role),
    "office:save": {ADMIN, OFFICER},
    "member:save": {OFFICER},
    "member:import": {OFFICER},
    "unit:close": {OFFICER},
    "merchants:sign": {OFFICER},
    "batch:create": {OFFICER},
    "approval_limit:set": {CHAIR},
    "batch:approve": {CHAIR},
    "batch:reopen": {CHAIR},
    "batch:review": {REVIEWER},
    "batch:cosign": {AUDITOR},
    "batch:send_back": {CHAIR, REVIEWER, AUDITOR},
    "batch:slip": {OFFICER, CHAIR, REVIEWER},
    "batch:register": {OFFICER},
    "batch:resubmit": {OFFICER},
    "hardship_payment:approve": {CHAIR},
    "hardship_payment:register": {OFFICER},
    "line:collect": {OFFICER},
    "view:members": {OFFICER, REVIEWER, CHAIR, AUDITOR},
    "export:members": {OFFICER, REVIEWER, CHAIR},
    "print:sign_sheet": {OFFICER, REVIEWER, CHAIR},
    "print:第 1 号销毁清单": {OFFICER, REVIEWER, CHAIR},
    "reveal:member": {OFFICER, REVIEWER, CHAIR},
    "log:read": {ADMIN, AUDITOR},
    "seal:make": {ADMIN, AUDITOR},
    "destruction:prepare": {OFFICER},
    "destruction:approve": {CHAIR},
    "destruction:carry_out": {OFFICER},
}


@pytest.mark.parametrize("operation", TABLE)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(operation: str, role: Role) -> None:
    actor = Actor("某人", frozenset({role.value}))
    assert may(actor, operation) == (role in TABLE[operation])
    if role in TABLE[operation]:
        permit(actor, operation)
    else:
        with pytest.raises(Refused, match="您的角色不能"):
            permit(actor, operation)


def test_a_destruction_list_is_printed_whole_or_not_at_all() -> None:
    """Somebody in charge of some branches would sign for people whom his copy does not name."""
    officer = Actor("某人", frozenset({"officer"}), units=frozenset({"x"}))
    assert may(officer, "print:会员") and may(officer, "print:第 1 号封存单")
    with pytest.raises(Refused, match="您只分管部分分工会，不能打印销毁清单，请分管全部的人办理。"):
        permit(officer, "print:第 1 号销毁清单")


def test_nobody_who_approves_looks_after_the_logs() -> None:
    for role in Role:
        actor = Actor("某人", frozenset({role.value}))
        assert not (may(actor, "batch:approve") and may(actor, "seal:make"))


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(Refused, match="您的角色不能审批福利名单，请主席办理。"):
        permit(Actor("某人", frozenset({"officer"})), "batch:approve")


WORKFLOWS = {
    "batch": welfare.WORKFLOW,
    "line": welfare.LINE_WORKFLOW,
    "destruction": destruction.WORKFLOW,
    "user": user.WORKFLOW,
    **{register.model.type_name: register.workflow for register in all_registers() if register.workflow is not None},
}
WITHIN = {"batch:start": "line:collect", "line:proxy": "line:collect", "line:unclaim": "batch:close"}
"""Steps that are taken in another one's operation."""


@pytest.mark.parametrize(
    ("operation", "role"),
    [(f"{kind}:{step.name}", step.role) for kind, flow in WORKFLOWS.items() for step in flow.steps],
)
def test_a_step_is_for_the_role_that_its_operation_is_for(operation: str, role: str) -> None:
    """Two tables say who may take a step; where they differ, somebody is offered what he is then refused."""
    operation = WITHIN.get(operation, operation)
    assert {each for each in Role if may(Actor("某人", frozenset({each.value})), operation)} == {Role(role)}


def test_every_row_is_reached() -> None:
    for row in PERMISSIONS:
        sample = row.pattern.replace("*", "x")
        assert next(each for each in PERMISSIONS if re.fullmatch(each.pattern.replace("*", ".*"), sample)) is row


def test_no_write_goes_round_the_table() -> None:
    unit_of_work = Path(__file__).parents[2] / "unionoffice/store/unit_of_work.py"
    operation = unit_of_work.read_text("utf-8").split("def operation(")[1].split("def ")[0]
    assert "permit(actor, name)" in operation
