"""Who uses the special mark: in force at the end, new, ended, suspended, without known use for two years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from portal.authorisation.models import Licence, LicenceSpell, UsageRecord
from portal.authorisation.queries import in_force_on, licences
from portal.authorisation.rules import ENDED_FOR_GOOD, LicenceState
from portal.authorisation.users import standing_is
from portal.authorisation.watch_rules import YEARS_WITHOUT_USE, unused_since
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.text import Text
from portal.producers.queries import within
from portal.reports.pieces import Chapter, Chart, Column, Missing, Table, day, number, said, words
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

YEARS_SHOWN = 5
MOST_NAMED = 400


@dataclass(frozen=True)
class Counted:
    """Of one GI. Users are distinct producers; the rest are licences."""

    users: int
    users_before: int
    issued: int
    ended: int
    suspended: int
    unused: int


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    if not scope.indications:
        return
    counted = counted_of(scope)
    rows = [
        [
            words(Text(one.name_zh, one.name_en), _users_page(scope, one)),
            *_numbers(scope, one, counted[one.id]),
        ]
        for one in scope.indications
    ]
    whole = _total(scope, counted.values())
    users = scope.url("/data/users.csv")
    chapter.pieces.append(
        said(
            Text(
                "{until}，有效用标企业和农户共 {users} 家（上年末 {before} 家）。本年新授权 {issued} 份，"
                "注销、撤销"
                "和到期 {ended} 份，年末暂停 {suspended} 份；满两年没有使用记录的 {unused} 份，已请经办人"
                "核查。",
                "On {until} there [users:was|were] {users} authorised [users:user|users] ({before} a year "
                "before). {issued} [issued:licence was|licences were] "
                "issued in the year and {ended} ended; {suspended} stood suspended at its end; {unused} "
                "[unused:shows no use in two years and is|show no use in two years and are] being looked at.",
            ),
            until=day(scope.until),
            users=number(whole.users, users),
            before=number(whole.users_before, users),
            issued=number(whole.issued, scope.url("/announcements/")),
            ended=number(whole.ended, scope.url("/announcements/")),
            suspended=number(whole.suspended, users),
            unused=number(whole.unused, scope.url("/office/licences/")),
        )
    )
    chapter.pieces.append(_table(rows, whole, users))
    chapter.pieces.append(_chart(scope))
    chapter.pieces += _ended_table(scope)
    _say_missing(scope, counted, chapter)


def _in_scope(query: Select, scope: Scope) -> Select:
    query = query.where(Licence.indication_id.in_(scope.ids))
    return query.where(within(Licence.adcode, scope.place)) if scope.place else query


def _by_indication(column: object, *conditions: object, scope: Scope) -> dict[int, int]:
    query = _in_scope(select(Licence.indication_id, column).where(*conditions), scope)
    return dict(db.session.execute(query.group_by(Licence.indication_id)).tuples().all())


def counted_of(scope: Scope) -> dict[int, Counted]:
    """Six statements for any number of GIs."""
    people, rows = func.count(func.distinct(Licence.producer_id)), func.count()
    before = date(scope.year - 1, 12, 31)
    users = _by_indication(people, in_force_on(scope.until), scope=scope)
    users_before = _by_indication(people, in_force_on(before), scope=scope)
    issued = _by_indication(rows, Licence.issued_on.between(scope.first, scope.until), scope=scope)
    suspended = _by_indication(rows, standing_is(LicenceState.SUSPENDED, scope.until), scope=scope)
    ended: dict[int, int] = {}
    for one, _ in ended_in_year(scope):
        ended[one.indication_id] = ended.get(one.indication_id, 0) + 1
    unused = _unused(scope)
    return {
        number: Counted(
            users.get(number, 0), users_before.get(number, 0), issued.get(number, 0), ended.get(number, 0),
            suspended.get(number, 0), unused.get(number, 0),
        )
        for number in scope.ids
    }  # fmt: skip


def ended_in_year(scope: Scope) -> list[tuple[Licence, LicenceState]]:
    """The licences that were cancelled or revoked or ran out in the year, each once."""
    spells = select(LicenceSpell.licence_id).where(
        LicenceSpell.state.in_([state.value for state in ENDED_FOR_GOOD]),
        LicenceSpell.from_on.between(scope.first, scope.until),
    )
    ran_out = Licence.valid_to.between(date(scope.year - 1, 12, 31), scope.until)
    query = _in_scope(licences().where(Licence.id.in_(spells) | ran_out), scope)
    found = [(one, one.state_on(scope.until)) for one in db.session.scalars(query.order_by(Licence.id))]
    last_year = date(scope.year - 1, 12, 31)
    over = {*ENDED_FOR_GOOD, LicenceState.EXPIRED}
    return [(one, state) for one, state in found if state in over and one.state_on(last_year) not in over]


def _unused(scope: Scope) -> dict[int, int]:
    used = (
        select(UsageRecord.licence_id, func.max(UsageRecord.on).label("last"))
        .where(UsageRecord.on <= scope.until)
        .group_by(UsageRecord.licence_id)
        .subquery()
    )
    query = _in_scope(
        select(Licence.indication_id, Licence.valid_from, used.c.last)
        .outerjoin(used, used.c.licence_id == Licence.id)
        .where(in_force_on(scope.until)),
        scope,
    )
    counts: dict[int, int] = {}
    for indication_id, valid_from, last in db.session.execute(query):
        if unused_since(valid_from, last, scope.until) is not None:
            counts[indication_id] = counts.get(indication_id, 0) + 1
    return counts


def _users_page(scope: Scope, one: Indication) -> str:
    return scope.url(f"/gi/{one.slug}/users?on={scope.until}")


def _numbers(scope: Scope, one: Indication, counted: Counted) -> list:
    page = _users_page(scope, one)
    before = scope.url(f"/gi/{one.slug}/users?on={scope.year - 1}-12-31")
    told = scope.url(f"/announcements/?gi={one.slug}")
    return [
        number(counted.users, page),
        number(counted.users_before, before),
        number(counted.issued, told),
        number(counted.ended, told),
        number(counted.suspended, page + "&status=suspended"),
        number(counted.unused, scope.url(f"/office/licences/?gi={one.slug}")),
    ]


def _total(scope: Scope, counted: Iterable[Counted]) -> Counted:
    """A producer with licences of two GIs is one user of the whole."""
    all_of = list(counted)

    def people(on: date) -> int:
        query = _in_scope(
            select(func.count(func.distinct(Licence.producer_id))).where(in_force_on(on)), scope
        )
        return db.session.scalar(query) or 0

    return Counted(
        people(scope.until),
        people(date(scope.year - 1, 12, 31)),
        *(sum(getattr(one, name) for one in all_of) for name in ("issued", "ended", "suspended", "unused")),
    )


def _table(rows: list, whole: Counted, url: str) -> Table:
    columns = [
        Column(Text("地理标志", "GI"), width=3),
        Column(Text("年末用标户", "Users at the end"), True, 2),
        Column(Text("上年末", "A year before"), True, 2),
        Column(Text("新授权", "Issued"), True, 2),
        Column(Text("注销、撤销、到期", "Ended"), True, 2),
        Column(Text("年末暂停", "Suspended"), True, 2),
        Column(Text("两年未用", "Unused two years"), True, 2),
    ]
    last = [words(Text("合计", "Together")), *(number(value, url) for value in vars(whole).values())]
    note = Text(
        "用标户按生产者计，一家有几件地理标志的授权，合计只计一次；其余各栏按授权份数计。",
        "Users are producers: one with licences of several GIs counts once in the total. The other columns "
        "count licences.",
    )
    rows = [*rows, last] if len(rows) > 1 else rows
    return Table("users", Text("专用标志使用者", "Users of the special mark"), columns, rows, note)


def _chart(scope: Scope) -> Chart:
    years = range(scope.year - YEARS_SHOWN + 1, scope.year + 1)
    counts = []
    for year in years:
        on = min(date(year, 12, 31), scope.until)
        query = _in_scope(
            select(func.count(func.distinct(Licence.producer_id))).where(in_force_on(on)), scope
        )
        counts.append(db.session.scalar(query) or 0)
    return Chart(
        "users-by-year",
        Text("历年用标户数", "Users over the years"),
        "lines",
        [Text(str(year), str(year)) for year in years],
        [(Text("年末用标户", "users at the end of the year"), counts)],
        Text("家", "users"),
    )


def _ended_table(scope: Scope) -> list[Table]:
    """Firms by name; households and other persons are counted above and never named."""
    named = [(one, state) for one, state in ended_in_year(scope) if one.producer.name_public][:MOST_NAMED]
    if not named:
        return []
    columns = [
        Column(Text("授权编号", "Licence"), width=3),
        Column(Text("使用人", "User"), width=5),
        Column(Text("地理标志", "GI"), width=3),
        Column(Text("状态", "State"), width=2),
    ]
    rows = [
        [
            words(one.number, scope.url(f"/licences/{one.number}")),
            words(one.producer.name),
            words(Text(one.indication.name_zh, one.indication.name_en)),
            words(state.text),
        ]
        for one, state in named
    ]
    title = Text("本年终止的授权（企业和合作社）", "Licences ended in the year (firms and co-operatives)")
    return [Table("licences-ended", title, columns, rows)]


def _say_missing(scope: Scope, counted: dict[int, Counted], chapter: Chapter) -> None:
    idle = [one for one in scope.indications if counted[one.id].users == 0]
    if idle:
        names = Text("、".join(one.name_zh for one in idle), ", ".join(one.name_en for one in idle))
        what = Text("{names}的用标情况", "Users of {names}").format(names=names)
        why = Text(
            "登记簿中没有有效授权：可能没有用标户，也可能还没有录入",
            "the register holds no licence in force: there may be none, or none was entered",
        )
        chapter.missing.append(Missing(what, why))
    if sum(one.unused for one in counted.values()):
        what = Text(f"{YEARS_WITHOUT_USE} 年内的用标记录", f"Records of use within {YEARS_WITHOUT_USE} years")
        why = Text("部分授权没有使用报告", "some licences have no report of use")
        chapter.missing.append(Missing(what, why))


add_section("users", 30, Text("专用标志使用情况", "Use of the special mark"), build)
