"""What cases and campaigns are called in the log."""

from sqlalchemy import select

from portal.authorisation.rules import Ground
from portal.cases.clocks import Clock
from portal.cases.models import Campaign
from portal.cases.rules import GATE_NAMES, Origin, Outcome, State
from portal.db import db
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

describe_subject(
    "case",
    Text("案件", "Case"),
    {
        "origin": Text("来源", "came from"),
        "state": Text("状态", "state"),
        "adcode": Text("办理地", "handled by"),
        "gate": Text("三项制度", "system kept"),
        "evidence": Text("证据", "evidence"),
        "digest": Text("摘要", "digest"),
        "decision": Text("决定书文号", "decision"),
        "outcomes": Text("决定内容", "decided"),
        "text_digest": Text("公示内容摘要", "digest of what is published"),
        "published_on": Text("公示日期", "published on"),
        "shown_until": Text("公示至", "shown until"),
        "reason": Text("原因", "reason"),
        "clock": Text("期限", "period"),
        "cases": Text("分出的案件", "cases of the other parties"),
        "pushed_on": Text("推送日期", "pushed on"),
        "overturned_on": Text("撤销日期", "overturned on"),
        "licence": Text("授权", "licence"),
        "ground": Text("法律依据", "legal ground"),
        "overturned_by": Text("撤销机关和文书", "overturned by"),
    },
    {
        "origin": Origin.words(),
        "state": State.words(),
        "gate": {gate.value: text for gate, (text, _) in GATE_NAMES.items()},
        "outcomes": Outcome.words(),
        "clock": Clock.words(),
        "ground": Ground.words(),
    },
)
describe_subject("campaign", Text("专项行动", "Campaign"), {"name": Text("名称", "name")})
link_subject("case", lambda key: f"/cases/{key}")
describe_verbs(
    {
        "opened": Text("立案", "opened"),
        "evidence_added": Text("增加证据", "evidence added"),
        "gate_passed": Text("落实三项制度", "system kept"),
        "to_review": Text("送法制审核", "sent to legal review"),
        "split": Text("按当事人分案", "each party given a case"),
        "back": Text("退回补充", "sent back"),
        "decide": Text("决定", "decided"),
        "publish": Text("公示", "published"),
        "correct": Text("更正公示", "publication corrected"),
        "remove": Text("撤下公示", "taken down"),
        "police": Text("移送公安机关", "handed to the police"),
        "take_back": Text("公安机关退回", "returned by the police"),
        "push": Text("推送外省", "pushed to the other province"),
        "fault": Text("提出公示有误", "said to be wrong"),
        "keep": Text("核实无误", "found right"),
        "ask_end": Text("申请提前停止公示", "asked to end early"),
        "end_early": Text("提前停止公示", "ended early"),
        "refuse_end": Text("不准提前停止公示", "not ended early"),
        "overturn": Text("决定被撤销，撤回公示", "overturned, publication withdrawn"),
        "licence_resumed": Text("恢复被取消的授权", "revoked licence given back"),
        "typical": Text("列为典型案例", "made a typical case"),
        "end_typical": Text("撤下典型案例", "typical case taken down"),
        "drop": Text("撤销立案", "dropped"),
        "close": Text("结案", "closed"),
        "begun": Text("开展", "begun"),
    }
)


def names_of_campaigns(slugs: set[str]) -> dict[str, Text]:
    columns = (Campaign.slug, Campaign.name_zh, Campaign.name_en)
    rows = db.session.execute(select(*columns).where(Campaign.slug.in_(slugs)))
    return {slug: Text(zh, en) for slug, zh, en in rows}


name_subjects("campaign", names_of_campaigns)
