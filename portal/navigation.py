"""The one list of places a reader can go. A place whose room is not built yet is not shown."""

from dataclasses import dataclass

from flask import current_app, url_for

from portal.accounts.rules import OFFICIALS, STAFF, Role
from portal.lib.text import Text


@dataclass(frozen=True)
class Place:
    text: Text
    endpoint: str
    prefix: str
    roles: frozenset[Role] | None = None
    also: tuple[str, ...] = ()
    """Pages that belong to this place and have addresses of their own."""

    def reach(self, path: str) -> int:
        """How much of the address is this place's; 0 where it lies elsewhere."""
        return max(len(one) if path.startswith(one) else 0 for one in (self.prefix, *self.also))


@dataclass(frozen=True)
class Link:
    text: Text
    url: str
    current: bool


@dataclass(frozen=True)
class Workplace:
    """`row` is always shown: single places, and one link to each part. `beside` are the places of the part
    the reader is in; `parts` are all parts with all their places."""

    row: list[Link]
    beside: list[Link]
    parts: list[tuple[Text, list[Link]]]

    def __bool__(self) -> bool:
        return bool(self.row)


PUBLIC_PLACES = (
    Place(Text("目录", "Catalogue"), "catalogue.show_list", "/gi/"),
    Place(Text("地图", "Map"), "catalogue_map.show_map", "/map"),
    Place(Text("品牌", "Brands"), "brands.show_list", "/brands/"),
    Place(Text("核验", "Verify"), "verification.ask", "/verify"),
    Place(Text("用标率", "60 % shares"), "ratios.show_list", "/ratios/"),
    Place(Text("规划指标", "Plan targets"), "targets.show_list", "/targets/"),
    Place(Text("抽查", "Checks"), "checks.show_list", "/checks/"),
    Place(Text("登记簿", "Register"), "register.show_log", "/log/"),
    Place(Text("数据", "Data"), "data.show", "/data/"),
)

PRODUCERS = frozenset({Role.PRODUCER})
MAKERS = frozenset({Role.PRODUCER, Role.HOLDER})
READERS = OFFICIALS | {Role.AUDITOR}

# The work of an office is more than a row can hold: it is shown in parts.
# A part without a name is shown place by place.
WORK_PARTS: tuple[tuple[Text | None, tuple[Place, ...]], ...] = (
    (
        None,
        (
            Place(Text("办公首页", "Office"), "office.show", "/office/", STAFF),
            Place(Text("我的工作台", "Workbench"), "workbench.show", "/workbench/", MAKERS),
            Place(Text("年度申报", "Returns"), "returns.show_list", "/workbench/returns", PRODUCERS),
            Place(Text("地块", "Plots"), "land.show_list", "/workbench/land", PRODUCERS),
            Place(Text("标签", "Labels"), "labels.show_list", "/workbench/labels", PRODUCERS),
            Place(Text("批次", "Batches"), "batches.show_list", "/workbench/batches", PRODUCERS),
            Place(Text("信用等级", "Credit grade"), "credit.show_list", "/workbench/credit", PRODUCERS),
        ),
    ),
    (
        Text("授权与名录", "Licensing"),
        (
            Place(
                Text("用标申请", "Applications"),
                "authorisation_office.show_list",
                "/office/applications",
                STAFF,
            ),
            Place(
                Text("用标授权", "Licences"),
                "authorisation_office.show_licences",
                "/office/licences",
                STAFF,
                ("/office/watches",),
            ),
            Place(
                Text("生产者名录", "Rosters"),
                "rosters.show_list",
                "/office/rosters",
                READERS,
                ("/office/producers", "/office/imports"),
            ),
        ),
    ),
    (
        Text("申报与用标率", "Returns and shares"),
        (
            Place(Text("年度申报", "Returns"), "returns_office.show_list", "/office/returns", READERS),
            Place(Text("用标率台账", "60 % ledger"), "ratios_office.show_list", "/office/ratios", READERS),
            Place(Text("用标报告", "Mark use"), "mark_use.show", "/office/mark-use", READERS),
            Place(
                Text("指标与项目", "Targets"),
                "targets_office.show_list",
                "/office/targets",
                STAFF,
                ("/office/zones",),
            ),
        ),
    ),
    (
        Text("田间到手机", "Field to phone"),
        (
            Place(Text("地块", "Plots"), "land_office.show_list", "/office/land", READERS),
            Place(Text("单产", "Yields"), "land_office.show_yields", "/office/yields", READERS),
            Place(Text("标签", "Labels"), "labels_office.show_list", "/office/labels", READERS),
            Place(Text("批次追溯", "Batches"), "batches_office.show_list", "/office/batches", READERS),
            Place(
                Text("产量与标签", "Output and labels"), "scans_office.show_supply", "/office/supply", READERS
            ),
            Place(Text("扫码异常", "Odd scans"), "scans_office.show_odd", "/office/scans", READERS),
        ),
    ),
    (
        Text("监督管理", "Supervision"),
        (
            Place(Text("举报投诉", "Tips"), "tips_office.show_list", "/office/tips", READERS),
            Place(Text("案件", "Cases"), "cases_office.show_list", "/office/cases", READERS),
            Place(Text("移送协助", "Transfers"), "transfers_office.show_list", "/office/transfers", STAFF),
            Place(Text("双随机抽查", "Checks by lot"), "checks_office.show_list", "/office/checks", READERS),
            Place(Text("风险提示", "Risk"), "risk_office.show_list", "/office/risk", READERS),
            Place(Text("信用等级", "Credit grades"), "credit_office.show_list", "/office/credit", READERS),
        ),
    ),
    (
        Text("登记与报告", "Records and reports"),
        (
            Place(
                Text("目录维护", "Catalogue"),
                "catalogue_office.show_list",
                "/office/catalogue",
                STAFF,
                ("/office/corrections",),
            ),
            Place(Text("品牌维护", "Brands"), "brands_office.show_list", "/office/brands", STAFF),
            Place(Text("年度报告", "Yearly reports"), "reports_office.show_list", "/office/reports", READERS),
        ),
    ),
    (
        None,
        (
            Place(Text("人员", "People"), "people.show_list", "/office/people", frozenset({Role.ADMIN})),
            Place(Text("我的账号", "My account"), "account.show", "/account/", None),
        ),
    ),
)


def navigation_for(path: str) -> list[Link]:
    return [_link(place, path) for place in PUBLIC_PLACES if _built(place)]


def workplace_for(account: object, path: str) -> Workplace:
    """What someone who has signed in works with; empty for a stranger."""
    if not account.is_authenticated:
        return Workplace([], [], [])
    shown = [(part, [p for p in places if _open_to(p, account)]) for part, places in WORK_PARTS]
    fitting = [p for _, places in shown for p in places if p.reach(path)]
    here = max(fitting, key=lambda place: place.reach(path), default=None)
    row, parts, beside = [], [], []
    for part, places in shown:
        links = [Link(place.text, url_for(place.endpoint), place is here) for place in places]
        if part is None or len(links) < 2:
            row += links
            continue
        parts.append((part, links))
        row.append(Link(part, links[0].url, here in places))
        if here in places:
            beside = links
    return Workplace(row, beside, parts)


def _open_to(place: Place, account: object) -> bool:
    return _built(place) and (place.roles is None or account.role in place.roles)


def _built(place: Place) -> bool:
    return place.endpoint in current_app.view_functions


def _link(place: Place, path: str) -> Link:
    return Link(place.text, url_for(place.endpoint), path.startswith(place.prefix))
