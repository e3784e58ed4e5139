"""How proposals read, check and store indicators' actual values, and zones, projects and stations."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, literal, select

from portal.lib.clock import today
from portal.lib.problems import DAY_AHEAD, RuleBroken, refuse
from portal.lib.quantity import BELOW_ZERO, read_number
from portal.lib.text import Text
from portal.proposals.fact_words import add_words
from portal.proposals.kinds import Confirmation, Kind, Present, add_kind
from portal.proposals.models import Proposal
from portal.proposals.rules import Act, Changes, merged
from portal.regions.queries import regions_by_code
from portal.targets.actions import as_entry_fields, facts_of_entry_fields, state_indicator, state_programme
from portal.targets.models import Indicator, Programme, ProgrammeRegion
from portal.targets.programme_rules import PROGRAMME_NAMES, Proof, Stage
from portal.targets.queries import find_indicator, find_programme

# ---- indicators


def find_figure(key: str) -> Present | None:
    indicator = find_indicator(key)
    if indicator is None:
        return None
    name = indicator.facts["name"]
    return Present(
        as_entry_fields(indicator.facts), indicator.version, (indicator.region,), Text(name["zh"], name["en"])
    )


def check_figure(key: str, present: Present | None, proposal: Proposal) -> None:
    """The plan's own figures are the plan's; an official adds actual values and nothing else."""
    if present is None:
        raise RuleBroken(Text("规划指标只能随规划文件登载", "Indicators come with the plans themselves"))
    changes = proposal.payload["changes"]
    others = [name for name in changes if not name.startswith("actual/")]
    if others:
        raise RuleBroken(Text("规划的数字不能改动", "The figures of a plan cannot be changed"))
    for change in changes.values():
        if change.get("to"):
            _check_actual(change["to"])


def _check_actual(actual: Mapping[str, object]) -> None:
    faults = {}
    number, fault = read_number(str(actual.get("value") or ""))
    if number is None or number < 0:
        faults["value"] = fault or BELOW_ZERO
    if str(actual.get("on", "9999")) > today().isoformat():
        faults["on"] = DAY_AHEAD
    if not actual.get("sources"):
        faults["sources"] = Text("实际数必须有出处", "An actual value needs a source")
    refuse(faults)


def store_figure(key: str, done: Confirmation) -> None:
    facts = facts_of_entry_fields(done.fields)
    state_indicator(done.actor.as_actor(), key, facts, done.today, "actual_stated", done.sealed)


def _figures_in(prefix: str) -> ColumnElement[bool]:
    keys = select(literal("indicator:").concat(Indicator.id)).where(Indicator.region.startswith(prefix))
    return Proposal.subject.in_(keys)


# ---- programmes


def find_project(key: str) -> Present | None:
    programme = find_programme(key)
    if programme is None:
        return None
    name = programme.facts["name"]
    regions = tuple(row.adcode for row in programme.regions)
    return Present(dict(programme.facts), programme.version, regions, Text(name["zh"], name["en"]))


def check_project(key: str, present: Present | None, proposal: Proposal) -> None:
    facts = merged(present.fields if present else {}, proposal.payload["changes"])
    name = facts.get("name") or {}
    if not name.get("zh") or not name.get("en"):
        text = Text("名称要有中文和英文", "The name is needed in both languages")
        raise RuleBroken(text, {"name_zh": text})
    if facts.get("kind") not in PROGRAMME_NAMES:
        text = Text("请选择种类", "Choose the kind")
        raise RuleBroken(text, {"kind": text})
    if not facts.get("stages") or any(one.get("stage") not in list(Stage) for one in facts["stages"]):
        text = Text("请选择阶段", "Choose the stage")
        raise RuleBroken(text, {"stage": text})
    for proof in facts.get("proofs", []):
        _check_proof(proof)
    codes = {place["code"] for place in facts.get("places", [])}
    if not codes or codes - regions_by_code(codes).keys():
        text = Text("没有这个行政区划代码", "There is no division with this code")
        raise RuleBroken(text, {"place": text})


def _check_proof(proof: Mapping[str, object]) -> None:
    faults = {}
    if proof.get("kind") not in list(Proof):
        faults["kind"] = Text("请选择是哪一种证明", "Choose what it proves")
    if not proof.get("sources"):
        faults["sources"] = Text("必须有出处", "It needs a source")
    if str(proof.get("date", "9999")) > today().isoformat():
        faults["date"] = DAY_AHEAD
    refuse(faults)


def store_project(key: str, done: Confirmation) -> None:
    changes = done.proposal.payload["changes"]
    verb = "created" if Act(done.proposal.step) is Act.CREATE else "amended"
    if set(changes) == {"stages"}:
        verb = "stage_reached"
    elif set(changes) == {"proofs"}:
        verb = "proof_stated"
    state_programme(done.actor.as_actor(), key, done.fields, done.today, verb, done.sealed)


def _projects_in(prefix: str) -> ColumnElement[bool]:
    owned = select(ProgrammeRegion.programme_id).where(ProgrammeRegion.adcode.startswith(prefix))
    keys = select(literal("programme:").concat(Programme.id)).where(Programme.id.in_(owned))
    return Proposal.subject.in_(keys)


def _touched(changes: Changes) -> Iterable[str]:
    sides = [
        {place["code"] for place in (changes.get("places") or {}).get(side) or []} for side in ("from", "to")
    ]
    return sides[0] ^ sides[1]


def _name_in(fields: Mapping[str, object]) -> Text:
    name = fields.get("name") or {}
    return Text(name.get("zh", "—"), name.get("en", "—"))


add_words(
    {
        "on": Text("截至", "as of"),
        "stage": Text("阶段", "stage"),
        "due": Text("期限", "due"),
        "contact": Text("联系方式", "contact"),
        "contact_sources": Text("联系方式的出处", "source of the contact"),
    },
    {"kind": PROGRAMME_NAMES | Proof.words(), "stage": Stage.words()},
)
add_kind(
    "indicator",
    Kind(
        name=Text("规划指标", "Plan indicator"),
        address="/office/targets/",
        find=find_figure,
        check=check_figure,
        store=store_figure,
        subjects_in=_figures_in,
        touched=lambda changes: (),
        name_in=_name_in,
    ),
)
add_kind(
    "programme",
    Kind(
        name=Text("示范区、项目和站点", "Zone, project or station"),
        address="/office/targets/programmes/",
        find=find_project,
        check=check_project,
        store=store_project,
        subjects_in=_projects_in,
        touched=_touched,
        name_in=_name_in,
    ),
)
