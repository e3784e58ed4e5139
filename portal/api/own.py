"""Writing with a token: returns, reports of use, EPCIS events, by the same actions as the pages."""

import json

from flask import Blueprint

from portal.accounts.models import Account
from portal.accounts.rules import Scope
from portal.api.parameters import whole, words
from portal.api.shapes.writing import CAPTURED, RETURN, USE
from portal.api.writing import Body, Part, written
from portal.authorisation.queries import get_licence, get_producer_of
from portal.authorisation.usage import record_use
from portal.batches.epcis_in import REFUSED, read_document
from portal.batches.epcis_storing import store_document
from portal.catalogue.queries import get_indication
from portal.db import db
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.returns import actions
from portal.returns.filing import findings_of
from portal.returns.models import AnnualReturn
from portal.returns.queries import get_line, get_return_for
from portal.returns.rules import FIRST_YEAR, LIMITS, NOTE_LONGEST, REASON_LONGEST, Values
from portal.returns.schema import return_as_json

blueprint = Blueprint("api_own", __name__, url_prefix="/api/v1")

HIGHEST = 2**31 - 1
GI = Part("gi", Text("地理标志的代号", "Key of the GI"), {"type": "string", "maxLength": 80}, required=True)
PRODUCER = Part(
    "producer",
    Text("生产者的编号（企业即统一社会信用代码）", "Number of the producer (of a firm its USCC)"),
    {"type": "string", "maxLength": 18},
    required=True,
)
VERSION = Part(
    "version",
    Text("您看到的版本；已变则 409", "The version you saw; 409 if it has changed"),
    {"type": "integer", "minimum": 1, "maximum": HIGHEST},
    required=True,
)
NUMBER = whole("number", Text("申报的编号", "Number of the return"), 1, HIGHEST, example=1)
AMOUNTS = tuple(
    Part(name, about, {"type": "integer", "minimum": 0, "maximum": most})
    for name, (most, about) in LIMITS.items()
)
RETURN_EXAMPLE = {
    "gi": "zhongning-gouqi",
    "producer": "91640521DEM0A0019G",
    "year": 2025,
    "value_fen": 120_000_000,
    "mark_value_fen": 90_000_000,
    "submit": True,
}


@blueprint.post("/returns")
@written(
    Text("填报年度产值，可同时提交", "File a yearly return, and submit it if asked"),
    Scope.RETURNS,
    body=(
        GI,
        PRODUCER,
        Part(
            "year",
            Text("年度", "Year"),
            {"type": "integer", "minimum": FIRST_YEAR, "maximum": 2100},
            required=True,
        ),
        *AMOUNTS,
        Part("note", Text("说明", "Note"), {"type": "string", "maxLength": NOTE_LONGEST}),
        Part("submit", Text("是否提交给县里", "Whether to submit it to the county"), {"type": "boolean"}),
    ),
    answer=RETURN,
    example=RETURN_EXAMPLE,
    detail=Text(
        "没有草稿就新建，已接受的则开始更正版。没有给出的数量保持未填。金额为分，重量为克，面积为平方米。",
        "Begins a draft where there is none, or a correction where one is accepted. What is not given "
        "stays not "
        "stated. Money in fen, weight in grams, area in square metres.",
    ),
)
def file_return(account: Account, asked: Body) -> Body:
    producer = get_producer_of(account, asked["producer"], today())
    line = get_line(get_indication(asked["gi"]).id, producer.id, asked["year"])
    one = actions.open_return(account, line, asked["year"], today(), now())
    values = Values(**{part.name: asked[part.name] for part in AMOUNTS}, note=asked["note"])
    actions.save_return(account, one, values, one.version, today())
    if asked["submit"]:
        actions.submit_return(account, one, one.version, today(), now())
    return _told(one)


@blueprint.post("/returns/<int:number>/accept")
@written(
    Text("接受一份申报", "Accept a return"),
    Scope.OFFICE,
    body=(VERSION,),
    answer=RETURN,
    example={"version": 3},
    path=(NUMBER,),
)
def accept_return(account: Account, asked: Body, number: int) -> Body:
    one = get_return_for(account, number, today())
    actions.accept_return(account, one, asked["version"], today(), now())
    return _told(one)


@blueprint.post("/returns/<int:number>/send-back")
@written(
    Text("退回一份申报", "Send a return back"),
    Scope.OFFICE,
    body=(
        VERSION,
        Part(
            "reason",
            Text("要补正什么", "What has to be corrected"),
            {"type": "string", "maxLength": REASON_LONGEST},
            required=True,
        ),
    ),
    answer=RETURN,
    example={"version": 3, "reason": "产量与面积不符，请核对"},
    path=(NUMBER,),
)
def send_back(account: Account, asked: Body, number: int) -> Body:
    one = get_return_for(account, number, today())
    actions.send_back(account, one, asked["reason"], asked["version"], today(), now())
    return _told(one)


def _told(one: AnnualReturn) -> Body:
    # The version counts on when the row is written; it is the one that the next step must name.
    db.session.flush()
    language = current_language()
    findings = [finding.text.say(language) for finding in findings_of(one, one.values)]
    return return_as_json(one) | {"findings": findings}


@blueprint.post("/licences/<number>/uses")
@written(
    Text("报告用标情况", "Report the use of a mark"),
    Scope.RETURNS,
    body=(
        Part(
            "note",
            Text("用在什么产品上、大约多少", "On which goods, and about how many"),
            {"type": "string", "maxLength": 2000},
            required=True,
        ),
    ),
    answer=USE,
    example={"note": "2026 年新枸杞小包装，约 2 万盒"},
    path=(
        words("number", Text("授权编号", "Licence number"), 20, required=True, example="L2026-000001",
              pattern=r"^[A-Z0-9-]+$"),
    ),
)  # fmt: skip
def report_use(account: Account, asked: Body, number: str) -> Body:
    licence = get_licence(number)
    record_use(account, licence, asked["note"], now())
    return {"licence": licence.number, "used_on": today().isoformat()}


@blueprint.post("/batches/events")
@written(
    Text("登记批次事件（EPCIS 2.0）", "Record events of batches (EPCIS 2.0)"),
    Scope.BATCHES,
    body=(
        PRODUCER,
        GI,
        Part(
            "goods",
            Text("文件中开始的批次是什么产品", "What the batches that begin in it are"),
            {"type": "string", "maxLength": 120},
        ),
        Part(
            "document",
            Text("EPCISDocument，JSON-LD", "An EPCISDocument in JSON-LD"),
            {"type": "object"},
            required=True,
        ),
    ),
    answer=CAPTURED,
    example={
        "producer": "91640521DEM0A0019G",
        "gi": "zhongning-gouqi",
        "goods": "枸杞干果",
        "document": {
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "epcisBody": {
                "eventList": [
                    {
                        "eventID": "urn:uuid:7f9c1c1e-5a0e-4d0a-9d53-1b2f6a0c8e11",
                        "type": "ObjectEvent",
                        "eventTime": "2026-08-01T09:00:00+08:00",
                        "action": "ADD",
                        "bizStep": "creating_class_instance",
                        "quantityList": [
                            {
                                "epcClass": "https://id.gs1.org/01/09521321000010/10/F-1",
                                "quantity": 100,
                                "uom": "KGM",
                            }
                        ],
                    }
                ]
            },
        },
    },
    detail=Text(
        "整份文件要么全部登记，要么一条不登；已有的事件不重复。您代办的几个生产者之间交接的，各记在各自名下。"
        "检验、包装贴标另有入口，它们和您不代办的生产者的事件列在 left_out，写明怎样接上。",
        "All of the document is recorded or none; events that are here already are not recorded again. What "
        "passes between producers you act for is recorded for each of them. Tests and labelling have ways of "
        "their own; they and events of producers you do not act for are listed in left_out, with how what "
        "follows joins on.",
    ),
)
def capture_events(account: Account, asked: Body) -> Body:
    events, faults = read_document(json.dumps(asked["document"], ensure_ascii=False))
    if faults:
        raise RuleBroken(REFUSED, {f"document.{place}": fault for place, fault in faults.items()})
    producer = get_producer_of(account, asked["producer"], today())
    indication = get_indication(asked["gi"])
    done = store_document(account, producer, events, indication, (asked["goods"] or "").strip(), now())
    codes = {part.batch.code for event in done.new for part in event.parts if part.role == "out"}
    language = current_language()
    left_out = [{"place": place, "reason": why.say(language)} for place, why in done.left_out]
    return {
        "events": len(done.new),
        "known": done.unchanged,
        "batches": sorted(codes),
        "left_out": left_out,
    }
