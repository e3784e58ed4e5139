"""What states, steps, tracks and papers are called; how they look; how the log speaks of them."""

from portal.authorisation.rules import (
    Ground,
    LicenceState,
    LicenceStep,
    Paper,
    Purpose,
    RefusalReason,
    Route,
    State,
    Step,
    Track,
)
from portal.authorisation.watch_rules import Watch
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject

TRACK_NAMES = {
    Track.SPECIAL_MARK: Text("地理标志专用标志", "GI special mark"),
    Track.CERTIFICATION_MARK: Text("证明商标使用许可", "Use of the certification mark"),
    Track.COLLECTIVE_MARK: Text("集体商标使用", "Use of the collective mark"),
}
ROUTE_NAMES = {
    Route.PROVINCE: Text(
        "省级核准，报国家知识产权局备案", "The province decides and files with the national office"
    ),
    Route.NATIONAL: Text(
        "省级审核，报国家知识产权局核准", "The province reviews, the national office decides"
    ),
    Route.HOLDER: Text("商标权利人许可并备案", "The holder of the mark permits and records it"),
}
PURPOSE_NAMES = {
    Purpose.NEW: Text("新申请", "New"),
    Purpose.CHANGE: Text("变更", "Change"),
    Purpose.RENEW: Text("续展", "Renewal"),
}
STATE_NAMES = {
    State.DRAFT: Text("草稿", "Draft"),
    State.SUBMITTED: Text("待县级收件", "County to look at the papers"),
    State.COUNTY_CHECK: Text("县级核查", "County check"),
    State.CITY_CHECK: Text("市级审查", "City check"),
    State.PROVINCE_DECISION: Text("省级审核", "Province decision"),
    State.NATIONAL_DECISION: Text("国家知识产权局核准", "National office's decision"),
    State.HOLDER_DECISION: Text("权利人审核", "Holder's decision"),
    State.APPROVED: Text("已核准，待公告", "Approved, to be announced"),
    State.PERMITTED: Text("已许可，待备案", "Permitted, to be recorded"),
    State.ANNOUNCED: Text("已公告，待生效", "Announced, not yet in force"),
    State.IN_FORCE: Text("已生效", "In force"),
    State.RETURNED: Text("退回补正", "Returned for more"),
    State.REFUSED: Text("不予核准", "Refused"),
    State.WITHDRAWN: Text("已撤回", "Withdrawn"),
}
# What each station does, for the list of steps.
STATION_NAMES = STATE_NAMES | {
    State.SUBMITTED: Text("县级收件：看材料是否齐全", "County looks at the papers"),
    State.COUNTY_CHECK: Text("县级核查：材料和现场", "County check: papers and site"),
    State.CITY_CHECK: Text("市级形式审查", "City checks the form"),
    State.PROVINCE_DECISION: Text("省级审核", "Province decides"),
    State.NATIONAL_DECISION: Text("国家知识产权局核准", "National office decides"),
    State.HOLDER_DECISION: Text("权利人审核", "Holder of the mark decides"),
    State.APPROVED: Text("公告", "Announcement"),
    State.PERMITTED: Text("许可备案并公告", "Licence recorded and announced"),
    State.ANNOUNCED: Text("等到起始日", "The first day comes"),
}
STATE_TONES = {
    State.DRAFT: "neutral",
    State.RETURNED: "watch",
    State.REFUSED: "negative",
    State.WITHDRAWN: "ended",
    State.IN_FORCE: "positive",
    State.ANNOUNCED: "positive",
}
STEP_NAMES = {
    Step.SUBMIT: Text("提交申请", "Submit"),
    Step.RESUBMIT: Text("补正后重新提交", "Submit again"),
    Step.WITHDRAW: Text("撤回申请", "Withdraw"),
    Step.ACCEPT: Text("材料齐全，收件", "Papers are complete: accept"),
    Step.VISIT: Text("登记现场核查", "Record a site visit"),
    Step.AGREE: Text("同意，转下一级", "Agree and pass on"),
    Step.RETURN: Text("退回补正", "Return for more"),
    Step.REFUSE: Text("不予核准", "Refuse"),
    Step.APPROVE: Text("核准", "Approve"),
    Step.FORWARD: Text("同意，报国家知识产权局", "Agree and report to the national office"),
    Step.PERMIT: Text("许可使用", "Permit"),
    Step.ANNOUNCE: Text("公告", "Announce"),
    Step.BEGIN: Text("生效", "Comes into force"),
}
RECORDING = Text("登记备案并公告", "Record and announce")


def step_name(state: State, step: Step) -> Text:
    """A permit to use a mark is recorded with the trade mark office before it is announced."""
    return RECORDING if (state, step) == (State.PERMITTED, Step.ANNOUNCE) else STEP_NAMES[step]


STEP_DONE = {
    Step.SUBMIT: Text("提交了申请", "Submitted"),
    Step.RESUBMIT: Text("补正后重新提交", "Submitted again"),
    Step.WITHDRAW: Text("撤回了申请", "Withdrawn"),
    Step.ACCEPT: Text("材料齐全，已收件", "Papers complete, accepted"),
    Step.VISIT: Text("到现场核查", "Visited the site"),
    Step.AGREE: Text("同意并转下一级", "Agreed and passed on"),
    Step.RETURN: Text("退回补正", "Returned for more"),
    Step.REFUSE: Text("决定不予核准", "Refused"),
    Step.APPROVE: Text("核准", "Approved"),
    Step.FORWARD: Text("同意并报国家知识产权局", "Agreed, reported to the national office"),
    Step.PERMIT: Text("权利人许可使用", "Permitted by the holder"),
    Step.ANNOUNCE: Text("公告", "Announced"),
    Step.BEGIN: Text("生效", "In force"),
}
REFUSAL_NAMES = {
    RefusalReason.OUTSIDE_AREA: Text("生产地不在产地范围内", "Produced outside the area"),
    RefusalReason.NOT_TO_STANDARD: Text("产品不符合标准", "Product not to the standard"),
    RefusalReason.NO_PROOF_OF_ORIGIN: Text("产地不能证明", "Origin not proven"),
    RefusalReason.WRONG_PRODUCT: Text("不是这一类产品", "Not this product"),
    RefusalReason.FALSE_STATEMENT: Text("申请材料不真实", "Untrue statements"),
    RefusalReason.OTHER: Text("其他", "Other"),
}
PAPER_NAMES = {
    Paper.TEST_REPORT: Text("产品检验报告", "Test report of the product"),
    Paper.ORIGIN_PROOF: Text("产地证明", "Proof of origin"),
    Paper.PRODUCTION_RECORD: Text(
        "生产记录或加工工艺说明", "Record of production or description of the process"
    ),
    Paper.MANDATE: Text("委托书", "Mandate"),
    Paper.PHOTOGRAPH: Text("照片", "Photograph"),
    Paper.SIGNED_FORM: Text("签字的申请表", "Signed application form"),
    Paper.DECISION: Text("决定文书", "Decision document"),
    Paper.OTHER: Text("其他材料", "Other"),
}
LICENCE_STEP_NAMES = {
    LicenceStep.SUSPEND: Text("暂停使用", "Suspend"),
    LicenceStep.RESUME: Text("恢复使用", "Resume"),
    LicenceStep.REVOKE: Text("撤销", "Revoke"),
    LicenceStep.CANCEL: Text("注销（不再使用）", "Cancel (use no longer)"),
    LicenceStep.CHANGE: Text("申请变更", "Apply for a change"),
    LicenceStep.RENEW: Text("申请续展", "Apply for renewal"),
}
WATCH_NAMES = {
    Watch.EXPIRY: Text("授权即将到期", "A licence is about to expire"),
    Watch.NO_USE: Text("两年没有使用记录", "No use on record for two years"),
    Watch.MARK_TERM: Text("商标十年有效期将满", "The ten years of a mark are ending"),
}
ANNOUNCEMENT_NAMES = {
    "issued": Text("新核准", "Issued"),
    "changed": Text("变更", "Changed"),
    "suspended": Text("暂停", "Suspended"),
    "resumed": Text("恢复", "Resumed"),
    "ended": Text("终止", "Ended"),
}


def tone_of(state: State) -> str:
    return STATE_TONES.get(state, "waiting")


describe_subject(
    "licence",
    Text("授权", "Licence"),
    {
        "gi": Text("地理标志", "GI"),
        "protection": Text("保护", "protection"),
        "track": Text("授权种类", "kind"),
        "uscc": Text("统一社会信用代码", "USCC"),
        "producer": Text("使用人", "user"),
        "region": Text("所在地", "place"),
        "goods": Text("产品", "goods"),
        "valid_from": Text("起始日", "valid from"),
        "valid_to": Text("截止日", "valid to"),
        "record_number": Text("备案号", "record number"),
        "announcement": Text("公告号", "announcement"),
        "issued_by": Text("核准机关", "issued by"),
        "state": Text("状态", "state"),
        "reason": Text("理由", "reason"),
        "decision": Text("决定文号", "decision"),
        "ground": Text("法律依据", "legal ground"),
        "from_on": Text("自", "from"),
        "demo": Text("演示数据", "DEMO"),
        "used_on": Text("用标日期", "used on"),
    },
    {
        "state": LicenceState.words(),
        "ground": Ground.words(),
        "track": {track.value: name for track, name in TRACK_NAMES.items()},
    },
)
describe_subject(
    "application",
    Text("申请", "Application"),
    {"state": Text("状态", "state"), "step": Text("步骤", "step")},
    {"state": {state.value: name for state, name in STATE_NAMES.items()}},
)
describe_verbs(
    {
        "issued": Text("核准", "issued"),
        "suspended": Text("暂停", "suspended"),
        "resumed": Text("恢复", "resumed"),
        "revoked": Text("撤销", "revoked"),
        "cancelled": Text("注销", "cancelled"),
        "changed": Text("变更", "changed"),
        "renewed": Text("续展", "renewed"),
        "opened": Text("开始填写", "opened"),
        "moved": Text("办理", "moved"),
        "used": Text("报告用标", "use reported"),
    }
)
link_subject("licence", lambda number: f"/licences/{number}")
