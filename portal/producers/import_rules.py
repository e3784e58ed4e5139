"""The states of a file that came in, and the findings that only the register can make."""

from portal.lib.said import Said
from portal.lib.text import Text

SMALL_FILE = 300_000
SMALL_STORE = 1_500
BATCH = 1_000
STUCK_AFTER_SECONDS = 180
SHOWN_FINDINGS = 200


class RunState(Said):
    WAITING = "waiting", Text("等待检查", "Waiting to be checked"), "waiting"
    CHECKING = "checking", Text("正在检查", "Being checked"), "waiting"
    REFUSED = "refused", Text("有问题，没有保存", "Has faults; nothing stored"), "negative"
    UNDECIDED = "undecided", Text("有几处要您决定", "Waits for your decisions"), "watch"
    READY = "ready", Text("检查通过，等您确认", "Checked; waits for you to confirm"), "watch"
    APPROVED = "approved", Text("等待保存", "Waiting to be stored"), "waiting"
    STORING = "storing", Text("正在保存", "Being stored"), "waiting"
    STORED = "stored", Text("已保存", "Stored"), "positive"
    NOTHING_NEW = (
        "nothing_new",
        Text("与登记一致，没有要改的", "As registered; nothing to change"),
        "positive",
    )
    FAILED = "failed", Text("没有办成", "Failed"), "negative"
    CANCELLED = "cancelled", Text("已放弃", "Given up"), "ended"


AT_WORK = frozenset({RunState.WAITING, RunState.CHECKING, RunState.APPROVED, RunState.STORING})
MAY_CANCEL = frozenset(
    {RunState.WAITING, RunState.REFUSED, RunState.UNDECIDED, RunState.READY, RunState.FAILED}
)


class Outcome(Said):
    """In the order in which a person looks at them."""

    REFUSED = "refused", Text("退回", "Refused"), "negative"
    CONFLICT = "conflict", Text("要决定", "To be decided"), "watch"
    NEW = "new", Text("新增", "New"), "positive"
    CHANGED = "changed", Text("有变更", "Changed"), "waiting"
    UNCHANGED = "unchanged", Text("与登记一致", "As registered"), "neutral"


FAULTS = {
    "place_unknown": Text("没有这个县或乡镇", "There is no such county or township"),
    "place_unclear": Text(
        "有几个同名的地方，请写代码：{could_be}", "Several places are called so; give the code: {could_be}"
    ),
    "place_outside_scope": Text("不在您的地区之内", "Outside your region"),
    "place_outside_area": Text(
        "不在登记的产地范围和所在地区之内；如果范围登记有误，请先更正产地范围",
        "Outside the registered producing area and its regions; if those are wrong, correct them first",
    ),
    "place_too_coarse": Text("要写到县或乡镇", "Name a county or a township"),
    "point_half": Text("经度和纬度要一起填", "Give longitude and latitude together"),
    "point_swapped": Text("经度和纬度好像填反了", "Longitude and latitude seem exchanged"),
    "point_outside_country": Text("这个点不在中国境内", "This point is not in China"),
    "code_needed": Text(
        "企业、合作社和个体工商户要有统一社会信用代码",
        "A company, a co-operative and an individual business have a USCC",
    ),
    "row_twice": Text("与第 {first} 行是同一个生产者", "The same producer as in row {first}"),
    "same_name_same_place": Text(
        "与第 {first} 行同名同地，分不清是不是同一户；请填本地编号或代码",
        "Same name and place as row {first}: they cannot be told apart; give a local number or a code",
    ),
    "local_number_twice": Text("第 {first} 行已用了这个本地编号", "Row {first} has the same local number"),
    "several_known": Text(
        "登记中有几户同名同地，分不清是哪一户；请填登记编号或本地编号",
        "Several of this name and place are registered; give the number or the local number",
    ),
    "unknown_number": Text("您的地区没有这个登记编号", "Your region has no producer with this number"),
    "code_differs": Text("这个登记编号的代码是另一个", "The producer with this number has another code"),
    "code_registered_elsewhere": Text(
        "这个代码已在别处用另一个名称登记；请核对，或请上级查询",
        "This code is registered elsewhere under another name; check it or ask the level above",
    ),
    "unknown_cooperative": Text(
        "没有用这个代码登记的合作社，文件里也没有",
        "No co-operative with this code is registered or in this file",
    ),
    "own_cooperative": Text("合作社不能是自己的社员", "A co-operative is not a member of itself"),
    "end_before_start": Text("离开日期要晚于列入日期", "The end must be later than the beginning"),
    "day_in_future": Text("不能晚于今天", "Must not be later than today"),
    "too_early": Text("日期太早", "Too early a day"),
    "spell_overlap": Text(
        "与名录中已有的一段时间重叠", "Overlaps a time for which the roster already has a line"
    ),
    "unknown_gi": Text("目录中没有这个地理标志", "The catalogue has no such GI"),
    "gi_not_here": Text("您的地区没有这个地理标志的名录", "Your region keeps no roster of this GI"),
    "other_gi": Text("这一页只收“{gi}”的名录", "This page takes only the roster of “{gi}”"),
    "gi_needed": Text("没有写明是哪个地理标志", "It is not said which GI this is about"),
}
WARNINGS = {
    "place_beside_area": Text(
        "所写的地方不在登记的产地范围之内，但在其所在地区之内",
        "The place is outside the registered area, though within its regions",
    ),
    "place_partly": Text(
        "只写到县，而产地范围只含其中一部分乡镇",
        "Only the county is given, of which only some townships belong to the area",
    ),
    "point_outside_area": Text("坐标点落在产地范围以外", "The point lies outside the producing area"),
    "place_shortened": Text(
        "十二位的村级代码已按乡镇理解", "A twelve-digit village code was read as its township"
    ),
    "kept_elsewhere": Text(
        "生产者自己的资料由其所在地维护，没有改动",
        "The producer’s own data are kept by its own region and stay as they are",
    ),
    "name_spelling": Text(
        "名称只差符号或空格，按登记的写法",
        "The name differs in signs or spaces only; the registered one stays",
    ),
    "from_default": Text("没有写列入日期，按 {day} 计", "No day given; counted from {day}"),
}
CONFLICT = Text(
    "同一代码有不同的名称，请决定用哪一个", "One code under different names: decide which is right"
)
