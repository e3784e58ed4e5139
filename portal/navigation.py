"""The one list of places a reader can go. A place whose room is not built yet is not shown."""

from dataclasses import dataclass

from flask import current_app, url_for

from portal.accounts.rules import OFFICIALS, Role
from portal.lib.text import Text


@dataclass(frozen=True)
class Place:
    text: Text
    endpoint: str
    prefix: str
    roles: frozenset[Role] | None = None


@dataclass(frozen=True)
class Link:
    text: Text
    url: str
    current: bool


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

STAFF = OFFICIALS | {Role.AUDITOR, Role.ADMIN}
MAKERS = frozenset({Role.PRODUCER, Role.HOLDER})
READERS = OFFICIALS | {Role.AUDITOR}

WORK_PLACES = (
    Place(Text("办公首页", "Office"), "office.show", "/office/", STAFF),
    Place(Text("我的工作台", "Workbench"), "workbench.show", "/workbench/", MAKERS),
    # Who may use the mark, and what is made under it.
    Place(Text("用标申请", "Applications"), "authorisation_office.show_list", "/office/applications", STAFF),
    Place(Text("用标授权", "Licences"), "authorisation_office.show_licences", "/office/licences", STAFF),
    Place(Text("生产者名录", "Rosters"), "rosters.show_list", "/office/rosters", OFFICIALS | {Role.AUDITOR}),
    Place(Text("年度申报", "Returns"), "returns_office.show_list", "/office/returns", READERS),
    Place(Text("年度申报", "Returns"), "returns.show_list", "/workbench/returns", frozenset({Role.PRODUCER})),
    Place(Text("用标率台账", "60 % ledger"), "ratios_office.show_list", "/office/ratios", READERS),
    # From the field to the phone.
    Place(Text("地块", "Plots"), "land_office.show_list", "/office/land", READERS),
    Place(Text("地块", "Plots"), "land.show_list", "/workbench/land", frozenset({Role.PRODUCER})),
    Place(Text("单产", "Yields"), "land_office.show_yields", "/office/yields", READERS),
    Place(Text("标签", "Labels"), "labels_office.show_list", "/office/labels", READERS),
    Place(Text("标签", "Labels"), "labels.show_list", "/workbench/labels", frozenset({Role.PRODUCER})),
    Place(Text("批次追溯", "Batches"), "batches_office.show_list", "/office/batches", READERS),
    Place(Text("批次", "Batches"), "batches.show_list", "/workbench/batches", frozenset({Role.PRODUCER})),
    Place(Text("产量与标签", "Output and labels"), "scans_office.show_supply", "/office/supply", READERS),
    Place(Text("扫码异常", "Odd scans"), "scans_office.show_odd", "/office/scans", READERS),
    # Supervision.
    Place(Text("举报投诉", "Tips"), "tips_office.show_list", "/office/tips", READERS),
    Place(Text("案件", "Cases"), "cases_office.show_list", "/office/cases", READERS),
    Place(Text("移送协助", "Transfers"), "transfers_office.show_list", "/office/transfers", STAFF),
    Place(Text("双随机抽查", "Checks by lot"), "checks_office.show_list", "/office/checks", READERS),
    Place(Text("风险提示", "Risk"), "risk_office.show_list", "/office/risk", READERS),
    Place(Text("信用等级", "Credit grades"), "credit_office.show_list", "/office/credit", READERS),
    Place(
        Text("信用等级", "Credit grade"), "credit.show_list", "/workbench/credit", frozenset({Role.PRODUCER})
    ),
    # What the register states, and reports of it.
    Place(Text("目录维护", "Catalogue"), "catalogue_office.show_list", "/office/catalogue", STAFF),
    Place(Text("品牌维护", "Brands"), "brands_office.show_list", "/office/brands", STAFF),
    Place(Text("指标与项目", "Targets"), "targets_office.show_list", "/office/targets", STAFF),
    Place(Text("年度报告", "Yearly reports"), "reports_office.show_list", "/office/reports", READERS),
    # People.
    Place(Text("人员", "People"), "people.show_list", "/office/people", frozenset({Role.ADMIN})),
    Place(Text("我的账号", "My account"), "account.show", "/account/", None),
)


def navigation_for(path: str) -> list[Link]:
    return [_link(place, path) for place in PUBLIC_PLACES if _built(place)]


def workplace_for(account: object, path: str) -> list[Link]:
    """What someone who has signed in works with; empty for a stranger."""
    if not account.is_authenticated:
        return []
    shown = [p for p in WORK_PLACES if _built(p) and (p.roles is None or account.role in p.roles)]
    links = [_link(place, path) for place in shown]
    # Only the longest prefix that fits is where the reader is.
    best = max((len(p.prefix) for p in shown if path.startswith(p.prefix)), default=0)
    return [
        Link(link.text, link.url, link.current and len(place.prefix) == best)
        for place, link in zip(shown, links, strict=True)
    ]


def _built(place: Place) -> bool:
    return place.endpoint in current_app.view_functions


def _link(place: Place, path: str) -> Link:
    return Link(place.text, url_for(place.endpoint), path.startswith(place.prefix))
