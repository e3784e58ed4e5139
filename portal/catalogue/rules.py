"""What a GI may say of itself: kinds and states of protection, and what is counted once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.lib.said import Said, Worded
from portal.lib.text import Text


class Kind(Worded):
    GI_PRODUCT = "gi_product", Text("地理标志产品", "GI product")
    CERTIFICATION_MARK = "certification_mark", Text("地理标志证明商标", "GI certification mark")
    COLLECTIVE_MARK = "collective_mark", Text("地理标志集体商标", "GI collective mark")
    AGRI_GI = "agri_gi", Text("农产品地理标志", "agricultural GI")


class Status(Said):
    APPLIED = "applied", Text("申请中", "applied for"), "waiting"
    PUBLISHED = "published", Text("公示中", "published for opposition"), "waiting"
    IN_FORCE = "in_force", Text("有效", "in force"), "positive"
    CONVERTED = "converted", Text("已转换", "converted"), "neutral"
    REFUSED = "refused", Text("未获批准", "refused"), "negative"
    CANCELLED = "cancelled", Text("已注销或撤销", "cancelled"), "ended"
    ENDED = "ended", Text("已终止", "ended"), "ended"
    UNKNOWN = "unknown", Text("未知", "unknown"), "neutral"


# How a state looks: the words of the seal macro. Refused, cancelled and ended names stay in the register.

# What may follow what; a final state has no way out but a new protection.
NEXT_STATUSES: Mapping[Status, frozenset[Status]] = {
    Status.UNKNOWN: frozenset(Status) - {Status.UNKNOWN},
    Status.APPLIED: frozenset({Status.PUBLISHED, Status.IN_FORCE, Status.REFUSED}),
    Status.PUBLISHED: frozenset({Status.IN_FORCE, Status.REFUSED}),
    Status.IN_FORCE: frozenset({Status.CONVERTED, Status.CANCELLED, Status.ENDED}),
    Status.CONVERTED: frozenset(),
    Status.REFUSED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.ENDED: frozenset(),
}

# How well a whole record is supported, best first.
SUPPORT_ORDER = ("strong", "medium", "weak", "plan_only")

SUPPORT_NAMES = {
    "plan_document": Text("规划文件", "plan document"),
    "official_page": Text("官方网页", "official page"),
    "secondary_page": Text("二手网页", "secondary page"),
    "unverified": Text("未经核实", "unverified"),
}


def kinds_counted(protections: Iterable[Mapping[str, object]]) -> list[str]:
    """The kinds a GI counts under: what was converted counts only as what it became."""
    kinds = {p["kind"] for p in protections if p["status"] not in (Status.CONVERTED, Status.REFUSED)}
    return [kind for kind in Kind if kind in kinds]


def may_follow(status: Status, following: Status) -> bool:
    return following in NEXT_STATUSES[status]


@dataclass(frozen=True)
class Standing:
    """The answer a reader came for: is the name protected, and may it be used."""

    tone: str
    text: Text
    detail: Text


_ONLY_AUTHORISED = Text(
    "只有产地范围内、按标准生产并获准用标的生产者可以使用这个名称",
    "Only producers inside the area who meet the standard and are authorised may use the name",
)
_NO_RIGHT = Text("这个名称现在不受地理标志保护", "The name has no GI protection now")
_STANDINGS = {
    Status.IN_FORCE: Standing("positive", Text("受保护，有效", "Protected, in force"), _ONLY_AUTHORISED),
    Status.CONVERTED: Standing(
        "neutral", Text("已转为另一种保护", "Converted into another protection"), _ONLY_AUTHORISED
    ),
    Status.APPLIED: Standing(
        "waiting",
        Text("申请过，尚未受保护", "Applied for, not yet protected"),
        Text(
            "没有查到批准，名称不能当作地理标志使用",
            "No approval was found; the name may not be used as a GI",
        ),
    ),
    Status.PUBLISHED: Standing(
        "waiting",
        Text("公示过，没有查到批准", "Published for opposition; no approval was found"),
        Text(
            "公示不等于批准，名称不能当作地理标志使用",
            "Publication is not approval; it may not be used as a GI",
        ),
    ),
    Status.REFUSED: Standing("negative", Text("申请未获批准", "The application was refused"), _NO_RIGHT),
    Status.CANCELLED: Standing("ended", Text("保护已注销或撤销", "The protection was cancelled"), _NO_RIGHT),
    Status.ENDED: Standing("ended", Text("保护已终止", "The protection has ended"), _NO_RIGHT),
    Status.UNKNOWN: Standing(
        "neutral",
        Text("是否受保护还没有查明", "Whether it is protected is not established"),
        Text(
            "没有找到登记或批准的文件；不要据此用标",
            "No registration or approval was found; do not rely on it",
        ),
    ),
}
_LEAD_ONLY = Standing(
    "neutral",
    Text("没有查到任何地理标志保护", "No GI protection was found"),
    Text(
        "只作为待查线索列出，不是本登记簿认定的地理标志",
        "Listed as a lead to be checked; not a GI in this register",
    ),
)
_PRODUCTION_ENDED = Standing(
    "watch",
    Text("保护仍列为有效，但生产已经停止", "Still listed as in force, but production has ended"),
    Text("是否撤销保护由主管机关决定", "Whether to revoke the protection is for the authority to decide"),
)
_WITHDRAWN = Standing(
    "ended",
    Text("已从目录撤下", "Withdrawn from the catalogue"),
    Text("这一页和它的历史保留供查", "This page and its history are kept"),
)


def standing(facts: Mapping[str, object], withdrawn: bool = False) -> Standing:
    """One line on top of a GI's page, from what is stored of it."""
    if withdrawn:
        return _WITHDRAWN
    status = Status(facts["status"])
    if status is Status.IN_FORCE and production_ended(facts):
        return _PRODUCTION_ENDED
    if facts.get("candidate") and status is Status.UNKNOWN:
        return _LEAD_ONLY
    return _STANDINGS[status]


def production_ended(facts: Mapping[str, object]) -> bool:
    return facts.get("production", {}).get("status") == "ended"


PRECISION_NAMES = {
    "village": Text(
        "来源写到村；地图只能画到乡镇所在的县", "Known village by village; a map can only show the county"
    ),
    "township": Text(
        "来源写到乡镇；乡镇界线没有可用的资料，地图画出所在的县",
        "Known by township; no outlines of townships are at hand, so a map shows the county",
    ),
    "county": Text("来源写到县级区划，地图按县界画出", "Known by county; a map shows the county outlines"),
    "prefecture": Text("来源只写到地级区划", "Known by prefecture only"),
    "incomplete": Text(
        "来源不完整，不能当作产地界线", "Incomplete in the source; not to be taken as the boundary"
    ),
}
AREA_CHANGE_NAMES = {
    "renamed": Text("更名", "renamed"),
    "joined": Text("划入", "joined"),
    "left": Text("划出", "left"),
    "merged": Text("合并", "merged"),
}
RECORD_SUPPORT_NAMES = {
    "strong": Text("证据较充分", "well supported"),
    "medium": Text("证据一般", "fairly supported"),
    "weak": Text("证据薄弱", "weakly supported"),
    "plan_only": Text("只见于规划", "named in a plan only"),
}
