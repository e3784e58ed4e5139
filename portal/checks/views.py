"""/checks/: what was checked by lot, how it was drawn, what was found, and the proof to draw it again."""

import json

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.checks import actions, present
from portal.checks.audit import PROGRAM, pack_of
from portal.checks.blueprint_views import worded
from portal.checks.queries import checks_of, commitments_of, get_public_plan, public_plans
from portal.checks.rules import PUBLIC_STATES, PlanState, SubjectClass
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import find_region, regions_by_code

blueprint = Blueprint("checks", __name__)

PER_PAGE = 30
NOT_DRAWN = Text("还没有抽取，抽取后才有证明", "Not drawn yet; the proof comes with the draw")


@blueprint.get("/checks/")
def show_list() -> str:
    state, region = request.args.get("state", ""), request.args.get("region", "")
    if region and find_region(region) is None:
        raise RuleBroken(
            Text("地址中的参数不正确", "A parameter in the address is not right"),
            {"region": Text("没有这个行政区划", "There is no such division")},
        )
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    chosen = PlanState(state) if state in PUBLIC_STATES else None
    found = page_of(public_plans(region, chosen), number, PER_PAGE)
    return render_template(
        "checks/list.html",
        page=found,
        regions=regions_by_code([*(one.adcode for one in found.items), region]),
        region=region,
        state=state,
        states=[PlanState(one) for one in PUBLIC_STATES],
        day=today(),
    )


@blueprint.get("/checks/<number>")
def show(number: str) -> str:
    plan = get_public_plan(number)
    checks, commitments = checks_of(plan), commitments_of(plan)
    shown = [one for one in checks if one.round == plan.round]
    current = [one for one in commitments if one.round == plan.round]
    return render_template(
        "checks/show.html",
        plan=plan,
        answer=present.answer_of(plan, checks, today()),
        stations=worded(present.stations(plan, current, today())),
        commitments=commitments,
        checks=shown,
        counts=present.result_counts(one for one in shown if one.published_at),
        names={one.id: present.public_name(one) for one in shown},
        classes=SubjectClass,
        place=regions_by_code([plan.adcode]).get(plan.adcode),
        present=present,
        day=today(),
    )


@blueprint.get("/checks/<number>/proof")
def proof(number: str) -> ResponseReturnValue:
    answer = Response(_proof_text(number), content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}-proof.json"'
    return answer


def _proof_text(number: str) -> str:
    """The proof of the present round, or of an earlier one that was drawn."""
    plan = get_public_plan(number)
    turn = whole_number(request.args.get("round", ""), "round", 1, 1000, plan.round)
    found = next((one for one in plan.earlier or [] if one["round"] == turn), None)
    if turn == plan.round and plan.stands is PlanState.DRAWN:
        found = actions.proof(plan)
    if found is None:
        raise NotFound(NOT_DRAWN)
    return json.dumps(found, ensure_ascii=False, indent=1)


@blueprint.get("/checks/<number>/proof.zip")
def proof_pack(number: str) -> Response:
    """The proof, the program that draws again, and how to run it."""
    how = HOW.format(number=number, base=current_app.config["SETTINGS"].base_url)
    program = PROGRAM.read_text("utf-8")
    files = {"proof.json": _proof_text(number), "draw_check.py": program, "README.txt": how}
    answer = Response(pack_of(files), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}-proof.zip"'
    return answer


HOW = """双随机抽查 {number} 的抽取证明 / Proof of the draw {number}

python draw_check.py proof.json

重抽一遍，名单相同即为 0。只要 Python 3.10 以上，不连网。
Draws again; ends with 0 if the same names come out. Python 3.10 or newer, no network.

抽取之前公布的摘要在 / The digests published before the draw stand at
{base}/log/of/check_plan:{number}
"""


@blueprint.get("/checks/draw_check.py")
def program() -> Response:
    answer = Response(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{PROGRAM.name}"'
    return answer
