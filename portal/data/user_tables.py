"""The tables of authorised users and of the published shares."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Select, String, and_, cast, or_, select

from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import licence_state_of
from portal.catalogue.models import Indication
from portal.data.files import ROWS_AT_A_TIME, Column, Kind, Row, add_table
from portal.db import db
from portal.lib.clock import today
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import newest_on
from portal.regions.models import Region
from portal.regions.rules import county_of

GI = Column("gi", Text("地理标志", "GI"), about=Text("代号，见 gis 表", "key of the table gis"))
GI_NAME = Column("gi_name_zh", Text("地理标志名称", "Name of the GI"))
DEMO = Column("demo", Text("演示数据", "DEMO"), Kind.TRUTH, Text("真就是虚构的", "true where made up"))


def _users() -> Iterator[Row]:
    """Every licence there ever was, with what it is worth today; persons are not named."""
    day = today()
    names = dict(db.session.execute(select(Region.adcode, Region.name_zh)).tuples().all())
    query = _licences(day).execution_options(yield_per=ROWS_AT_A_TIME)
    for slug, gi, number, uscc, name, shown, adcode, track, first, last, state, demo in db.session.execute(
        query
    ):
        county = county_of(adcode)
        yield (
            slug, gi, number, uscc if shown else None, name if shown else None, county, names.get(county),
            track, first, last, licence_state_of(state, first, last, day.isoformat()).value, demo,
        )  # fmt: skip


def _licences(day: date) -> Select:
    """Plain values, days as ISO text: a row for each licence, with the spell it is in."""
    stood = and_(
        LicenceSpell.licence_id == Licence.id,
        LicenceSpell.from_on <= day,
        or_(LicenceSpell.ended_on.is_(None), LicenceSpell.ended_on > day),
    )
    return (
        select(
            Indication.slug, Indication.name_zh, Licence.number, Producer.uscc, Producer.name,
            Producer.name_public, Licence.adcode, Licence.track, cast(Licence.valid_from, String),
            cast(Licence.valid_to, String), LicenceSpell.state, Licence.demo,
        )
        .join(Indication, Indication.id == Licence.indication_id)
        .join(Producer, Producer.id == Licence.producer_id)
        .outerjoin(LicenceSpell, stood)
        .order_by(Licence.id)
    )  # fmt: skip


add_table(
    "users",
    Text("专用标志使用者", "Authorised users"),
    Text(
        "一份许可一行，含已到期和已终止的；status 是今天的状态。个人不列姓名。",
        "One row for each licence, ended ones too; status is as of today. Persons are not named.",
    ),
    (
        GI,
        GI_NAME,
        Column("licence_no", Text("授权编号", "Licence number")),
        Column("uscc", Text("统一社会信用代码", "USCC")),
        Column("name", Text("名称", "Name")),
        Column("adcode", Text("行政区划代码", "Division code")),
        Column("county", Text("县", "County")),
        Column("track", Text("许可的种类", "Kind of licence")),
        Column("valid_from", Text("自", "Valid from"), Kind.DAY),
        Column("valid_to", Text("至", "Valid to"), Kind.DAY),
        Column("status", Text("状态", "State")),
        DEMO,
    ),
    _users,
)


def _ratios() -> Iterator[Row]:
    query = (
        select(PublishedRatio, Indication.slug, Indication.name_zh)
        .join(Indication, Indication.id == PublishedRatio.indication_id)
        .where(newest_on(None))
        .order_by(PublishedRatio.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for one, slug, name in db.session.execute(query):
        yield (
            slug,
            name,
            one.zone or None,
            one.year,
            one.edition,
            one.users_n,
            one.users_d,
            one.users_outcome,
            one.output_n,
            one.output_d,
            one.basis,
            one.output_outcome,
            one.mark_value,
            one.outcome,
            one.missing_users + one.missing_others,
            one.counted_on.isoformat(),
            one.definition,
            one.inputs_digest,
            one.demo,
        )


FEN = Text("整数，单位分", "whole number of 分 (0.01 yuan)")

add_table(
    "ratios",
    Text("两个 60%", "The 60 % shares"),
    Text(
        "公布的用标率和产值占比，最新版本。只给原始数：百分比请自己除。",
        "The published shares in their newest edition. Raw numbers: divide them yourself.",
    ),
    (
        GI,
        GI_NAME,
        Column("zone", Text("示范区", "Zone"), about=Text("空着是整个产地", "empty: the whole area")),
        Column("year", Text("年份", "Year"), Kind.WHOLE),
        Column("edition", Text("版本", "Edition"), Kind.WHOLE),
        Column("users_n", Text("用标的生产者", "Producers that may use the mark"), Kind.WHOLE),
        Column("users_d", Text("全部生产者", "All producers"), Kind.WHOLE),
        Column("users_outcome", Text("用标率结论", "Outcome, users")),
        Column("output_n", Text("用标企业产值", "Output of the users"), Kind.WHOLE, FEN),
        Column("output_d", Text("产业产值", "Output of the industry"), Kind.WHOLE, FEN),
        Column("basis", Text("产业产值的依据", "Basis of the industry’s output")),
        Column("output_outcome", Text("产值占比结论", "Outcome, output")),
        Column("mark_value", Text("贴标产品产值", "Value sold under the mark"), Kind.WHOLE, FEN),
        Column("outcome", Text("结论", "Outcome")),
        Column("missing_returns", Text("缺报户数", "Missing returns"), Kind.WHOLE),
        Column("counted_on", Text("统计截止日", "Counted on"), Kind.DAY),
        Column("definition", Text("定义版本", "Definition")),
        Column("inputs_digest", Text("输入的摘要", "Digest of the inputs")),
        DEMO,
    ),
    _ratios,
)
