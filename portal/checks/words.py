"""What plans, checks and officers are called in the log."""

from portal.checks.rules import CheckState, PlanState, Result, SeedKind
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

PLAN_FIELDS = {
    "title": Text("名称", "title"),
    "scope": Text("地区", "region"),
    "gi": Text("地理标志", "GI"),
    "basis": Text("依据", "basis"),
    "wanted": Text("抽取数量", "how many"),
    "officers_each": Text("每户执法人员数", "officers for each"),
    "weights": Text("各信用等级的签数", "tickets by credit grade"),
    "seed_kind": Text("种子来源", "source of the seed"),
    "later": Text("事先写明的公开数值", "public value named beforehand"),
    "fallback": Text("有人不揭示时改用", "stands in if somebody does not reveal"),
    "not_revealed": Text("没有按期揭示的", "not revealed in time"),
    "round": Text("第几次抽取", "round"),
    "subjects": Text("名单内户数", "subjects on the list"),
    "officers": Text("执法人员数", "officers"),
    "tickets_digest": Text("签的摘要", "digest of the tickets"),
    "officers_digest": Text("执法人员名单摘要", "digest of the officers"),
    "lists_digest": Text("封存名单摘要", "digest of the sealed lists"),
    "commitment": Text("承诺", "commitment"),
    "secret": Text("揭示的数", "secret revealed"),
    "value": Text("公开数值", "public value"),
    "source": Text("出处", "source"),
    "seed": Text("种子", "seed"),
    "result_digest": Text("抽取结果摘要", "digest of the result"),
    "reason": Text("理由", "reason"),
    "state": Text("状态", "state"),
}
STATES = PlanState.words()
describe_subject(
    "check_plan",
    Text("双随机抽查", "Check by lot"),
    PLAN_FIELDS,
    {"state": STATES, "seed_kind": SeedKind.words()},
)
describe_subject(
    "check",
    Text("抽查检查", "Check"),
    {
        "state": Text("状态", "state"),
        "result": Text("结果", "result"),
        "final": Text("最后结果", "final result"),
        "visited_on": Text("检查日期", "visited on"),
        "due_on": Text("改正期限", "to be put right by"),
        "subject": Text("检查对象", "subject"),
        "officers": Text("执法人员", "officers"),
        "replaced": Text("不能到场的", "could not come"),
        "words": Text("情况", "what was found"),
        "case": Text("转为案件", "became the case"),
    },
    {
        "state": CheckState.words(),
        "result": Result.words(),
        "final": Result.words(),
    },
)
describe_subject(
    "officer",
    Text("执法人员", "Officer"),
    {
        "licence": Text("执法证号", "licence number"),
        "unit": Text("单位", "unit"),
        "adcode": Text("地区", "region"),
        "ended_on": Text("停用日期", "ended on"),
        "producer": Text("回避对象", "producer"),
        "reason": Text("理由", "reason"),
    },
)
describe_verbs(
    {
        "planned": Text("拟定", "drafted"),
        "frozen": Text("冻结名单", "lists frozen"),
        "committed": Text("承诺", "committed"),
        "revealed": Text("揭示", "revealed"),
        "value_entered": Text("录入公开数值", "public value entered"),
        "drawn": Text("抽取", "drawn"),
        "drawn_again": Text("重新抽取", "to be drawn again"),
        "abandoned": Text("放弃", "abandoned"),
        "lists_taken": Text("审计员取出封存名单", "sealed lists taken by an auditor"),
        "sheet_handed_in": Text("检查记录", "sheet handed in"),
        "correction_reported": Text("报告改正", "said to be put right"),
        "officer_replaced": Text("更换执法人员", "officer replaced"),
        "enlisted": Text("列入", "enlisted"),
        "conflict_declared": Text("申明回避", "conflict declared"),
        "conflict_ended": Text("解除回避", "conflict ended"),
        "made_public": Text("公示结果", "result made public"),
        "became_case": Text("转为案件", "became a case"),
    }
)


def names_of_plans(keys: set[str]) -> dict[str, Text]:
    return {key: Text(f"双随机抽查 {key}", f"Check by lot {key}") for key in keys}


name_subjects("check_plan", names_of_plans)
link_subject("check_plan", lambda key: f"/checks/{key}")
link_subject("check", lambda key: f"/checks/{key.partition('/')[0]}")
