"""What is followed, as a question to the log: which public entries concern a GI, a producer, a region, a
search."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select
from werkzeug.datastructures import MultiDict

from portal.accounts.rules import is_adcode
from portal.authorisation.models import Licence
from portal.batches.models import Batch
from portal.brands.models import Brand, BrandRegion
from portal.cases.models import Case
from portal.catalogue.asking import exact, parameters
from portal.catalogue.index import look_up
from portal.catalogue.models import Indication, IndicationRegion
from portal.catalogue.queries import find_indication
from portal.checks.models import CheckPlan
from portal.db import db
from portal.following.rules import KEY_LONGEST, Sort
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.producers.queries import get_public_producer
from portal.regions.queries import find_region
from portal.regions.rules import NATION, scope_prefix
from portal.register.models import Entry
from portal.reports.models import AnnualReport
from portal.targets.models import Indicator, ProgrammeRegion

UNKNOWN = Text("登记簿中没有可以订阅的这个对象", "The register has nothing of that kind to follow")
NOT_PAGED = ("page", "per_page", "sort", "view", "lang")


@dataclass(frozen=True)
class Topic:
    sort: Sort
    key: str
    name: Text
    path: str


def get_topic(sort: str, key: str) -> Topic:
    """What an address or a form names; what is not public is not there."""
    if sort not in set(Sort) or len(key) > KEY_LONGEST:
        raise NotFound(UNKNOWN)
    found = _FINDERS[Sort(sort)](key)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def _gi(key: str) -> Topic | None:
    one = find_indication(key)
    return Topic(Sort.GI, one.slug, Text(one.name_zh, one.name_en), f"/gi/{one.slug}") if one else None


def _producer(key: str) -> Topic:
    one = get_public_producer(key)
    return Topic(Sort.PRODUCER, one.number, Text(one.name, one.name), f"/producers/{one.uscc or one.number}")


def _region(key: str) -> Topic | None:
    one = find_region(key) if is_adcode(key) else None
    return Topic(Sort.REGION, key, Text(one.name_zh, one.name_en), f"/gi/?region={key}") if one else None


def _search(key: str) -> Topic | None:
    asked = plain_search(key)
    parts = [part for part in key.lstrip("?").split("&") if part]
    names = {name for name, _ in parse_qsl(asked)}
    if not all("=" in part for part in parts) or not names <= {*parameters()}:
        return None
    try:
        exact(_arguments(asked))
    except RuleBroken:
        return None
    said = "、".join(value for _, value in parse_qsl(asked)) or "全部"
    english = ", ".join(value for _, value in parse_qsl(asked)) or "everything"
    return Topic(Sort.SEARCH, asked, Text(f"检索“{said}”", f"Search: {english}"), f"/gi/?{asked}")


def _heads(_key: str) -> Topic:
    return Topic(Sort.HEADS, "", Text("登记簿的签名树头", "Signed heads of the log"), "/about/log")


_FINDERS = {
    Sort.GI: _gi,
    Sort.PRODUCER: _producer,
    Sort.REGION: _region,
    Sort.SEARCH: _search,
    Sort.HEADS: _heads,
}


def plain_search(typed: str) -> str:
    """A search as it is kept: what is asked for, not which page of it or in which order."""
    pairs = [(name, value) for name, value in parse_qsl(typed.lstrip("?")) if name not in NOT_PAGED]
    return urlencode(pairs)


def _arguments(search: str) -> MultiDict:
    return MultiDict(parse_qsl(search))


# ---- which entries concern it


def entries_about(topic: Topic) -> Select[tuple[Entry]]:
    """The public entries that concern a topic, in no order yet."""
    return select(Entry).where(Entry.public, _CONDITIONS[topic.sort](topic.key))


def _of_gi(key: str) -> ColumnElement[bool]:
    return _of_indications(select(Indication.id).where(Indication.slug == key))


def _of_indications(ids: Select[tuple[int]]) -> ColumnElement[bool]:
    """Entries about GIs and what hangs on them: licences, rosters, official figures, shares, reports."""
    slugs = select("gi:" + Indication.slug).where(Indication.id.in_(ids))
    licences = select("licence:" + Licence.number).where(Licence.indication_id.in_(ids))
    below = and_(
        or_(*(Entry.subject.startswith(f"{kind}:") for kind in ("roster", "output", "ratio", "report"))),
        exists().where(
            Indication.id.in_(ids),
            or_(
                *(
                    Entry.subject.like(kind + Indication.slug + "/%")
                    for kind in ("roster:", "output:", "ratio:")
                ),
                Entry.subject.like(literal("report:gi/") + Indication.slug + "/%"),
            ),
        ),
    )
    batches = select("batch:" + Batch.code).where(Batch.indication_id.in_(ids))
    plans = select("check_plan:" + CheckPlan.number).where(CheckPlan.indication_id.in_(ids))
    cases = select("case:" + Case.number).where(Case.indication_id.in_(ids))
    several = (slugs, licences, batches, plans, cases)
    return or_(*(Entry.subject.in_(one) for one in several), below)


def _of_producer(key: str) -> ColumnElement[bool]:
    own = select(Producer.id).where(Producer.number == key)
    licences = select("licence:" + Licence.number).where(Licence.producer_id.in_(own))
    codes = select(Producer.uscc).where(Producer.number == key, Producer.uscc.is_not(None))
    names = [key, *db.session.scalars(codes)]
    batches = select("batch:" + Batch.code).where(Batch.producer_id.in_(own))
    lines = [Entry.subject.like(f"roster:%/{name}") for name in names]
    return or_(
        Entry.subject.in_([f"producer:{name}" for name in names]),
        Entry.subject.in_(licences),
        Entry.subject.in_(batches),
        *lines,
    )


def _of_region(key: str) -> ColumnElement[bool]:
    prefix = "" if key == NATION else scope_prefix(key)
    gis = select(IndicationRegion.indication_id).where(IndicationRegion.adcode.startswith(prefix))
    brands = (
        select("brand:" + Brand.slug)
        .join(BrandRegion, BrandRegion.brand_id == Brand.id)
        .where(BrandRegion.adcode.startswith(prefix))
    )
    plans = select("indicator:" + Indicator.id).where(Indicator.region.startswith(prefix))
    zones = select("programme:" + ProgrammeRegion.programme_id).where(
        ProgrammeRegion.adcode.startswith(prefix)
    )
    reports = [f"report:{one.about}/{one.key}/{one.year}" for one in _reports_of(prefix)]
    lots = select("check_plan:" + CheckPlan.number).where(CheckPlan.adcode.startswith(prefix))
    cases = select("case:" + Case.number).where(Case.adcode.startswith(prefix))
    several = (brands, plans, zones, lots, cases)
    return or_(_of_indications(gis), *(Entry.subject.in_(one) for one in several), Entry.subject.in_(reports))


def _reports_of(prefix: str) -> list[object]:
    query = select(AnnualReport.about, AnnualReport.key, AnnualReport.year).where(
        AnnualReport.adcode.startswith(prefix), AnnualReport.published_at.is_not(None)
    )
    return list(db.session.execute(query.distinct()))


def _of_search(key: str) -> ColumnElement[bool]:
    """Of the GIs that the search finds today; one that comes into it later is told of from then on."""
    try:
        found = look_up(exact(_arguments(key)).asked, filters=())
    except RuleBroken:  # A filter that was taken away since.
        return false()
    return _of_indications(select(Indication.id).where(Indication.id.in_([row.id for row in found.rows])))


_CONDITIONS = {
    Sort.GI: _of_gi,
    Sort.PRODUCER: _of_producer,
    Sort.REGION: _of_region,
    Sort.SEARCH: _of_search,
    Sort.HEADS: lambda _key: false(),
}


def newest_entries(topic: Topic, limit: int) -> list[Entry]:
    return list(db.session.scalars(entries_about(topic).order_by(Entry.n.desc()).limit(limit)))


def entries_between(topic: Topic, after: int, until: int, limit: int) -> list[Entry]:
    """Those after one number and up to another, oldest first."""
    query = entries_about(topic).where(Entry.n > after, Entry.n <= until)
    return list(db.session.scalars(query.order_by(Entry.n).limit(limit)))
