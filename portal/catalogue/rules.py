"""What a GI may say of itself: kinds and states of protection, and what is counted once."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.lib.text import Text


class Kind(StrEnum):
    GI_PRODUCT = "gi_product"
    CERTIFICATION_MARK = "certification_mark"
    COLLECTIVE_MARK = "collective_mark"
    AGRI_GI = "agri_gi"


KIND_NAMES = {
    Kind.GI_PRODUCT: Text("地理标志产品", "GI product"),
    Kind.CERTIFICATION_MARK: Text("地理标志证明商标", "GI certification mark"),
    Kind.COLLECTIVE_MARK: Text("地理标志集体商标", "GI collective mark"),
    Kind.AGRI_GI: Text("农产品地理标志", "agricultural GI"),
}


class Status(StrEnum):
    APPLIED = "applied"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    CONVERTED = "converted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ENDED = "ended"
    UNKNOWN = "unknown"


STATUS_NAMES = {
    Status.APPLIED: Text("申请中", "applied for"),
    Status.PUBLISHED: Text("公示中", "published for opposition"),
    Status.IN_FORCE: Text("有效", "in force"),
    Status.CONVERTED: Text("已转换", "converted"),
    Status.REFUSED: Text("未获批准", "refused"),
    Status.CANCELLED: Text("已注销或撤销", "cancelled"),
    Status.ENDED: Text("已终止", "ended"),
    Status.UNKNOWN: Text("未知", "unknown"),
}

# How a state looks: the words of the seal macro. Refused, cancelled and ended names stay in the register.
STATUS_TONES = {
    Status.APPLIED: "waiting",
    Status.PUBLISHED: "waiting",
    Status.IN_FORCE: "positive",
    Status.CONVERTED: "neutral",
    Status.REFUSED: "negative",
    Status.CANCELLED: "ended",
    Status.ENDED: "ended",
    Status.UNKNOWN: "neutral",
}

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
