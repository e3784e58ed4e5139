"""What a report is about, found in the register: its name, its ground, its GIs, the days of its year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.catalogue.models import Indication, IndicationRegion
from portal.catalogue.queries import find_indication
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.queries import find_region
from portal.regions.rules import NATION, scope_prefix
from portal.reports.rules import WHOLE_REGISTER, About, common_ground, counted_until, may_read
from portal.targets.models import Programme
from portal.targets.queries import find_programme, programmes_asked

THE_REGISTER = Text("全登记簿", "The whole register")
UNKNOWN = Text("没有可以编制报告的这个对象", "There is nothing of that kind to report on")


@dataclass(frozen=True)
class Subject:
    """`adcode` is the smallest division that holds all of it: who keeps that keeps the report."""

    about: About
    key: str
    name: Text
    adcode: str


@dataclass(frozen=True)
class Scope:
    """A subject in a year, as the sections ask for it. `place` limits producers to a division; it is empty
    where the whole producing area of the GIs counts."""

    subject: Subject
    year: int
    until: date
    indications: list[Indication]
    place: str
    base: str

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def running(self) -> bool:
        return self.until < date(self.year, 12, 31)

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.indications]

    @property
    def by_id(self) -> dict[int, Indication]:
        return {one.id: one for one in self.indications}

    @property
    def is_gi(self) -> bool:
        return self.subject.about is About.GI

    @property
    def every_gi(self) -> bool:
        """Whether all GIs of the ground count, so that what is recorded of no GI counts as well."""
        return self.subject.about in (About.REGION, About.YEAR)

    @property
    def ask_region(self) -> str:
        """What narrows a list of the portal to the ground of the report."""
        place = "" if self.is_gi or self.subject.adcode == NATION else self.subject.adcode
        return f"&region={place}" if place else ""

    def url(self, path: str) -> str:
        return self.base + path


def find_subject(about: About, key: str) -> Subject | None:
    if about is About.GI:
        one = find_indication(key)
        return _of_gi(one) if one else None
    if about is About.ZONE:
        programme = find_programme(key)
        return _of_zone(programme) if programme and programme.kind == "zone" else None
    if about is About.YEAR:
        return Subject(about, key, THE_REGISTER, NATION) if key == WHOLE_REGISTER else None
    region = find_region(key)
    return _of_region(region) if region and len(key) == 6 else None


def get_subject(about: About, key: str) -> Subject:
    found = find_subject(about, key)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def get_subject_for(viewer: Account, about: About, key: str) -> Subject:
    """Ground outside the viewer's region is not there."""
    found = find_subject(about, key)
    if found is None or not may_read(viewer.role, viewer.region, found.adcode, about):
        raise NotFound(UNKNOWN)
    return found


def _of_gi(one: Indication) -> Subject:
    ground = common_ground(region.adcode for region in one.regions)
    return Subject(About.GI, one.slug, Text(one.name_zh, one.name_en), ground)


def _of_zone(one: Programme) -> Subject:
    name = one.facts["name"]
    ground = common_ground(region.adcode for region in one.regions)
    return Subject(About.ZONE, one.id, Text(name["zh"], name["en"]), ground)


def _of_region(one: Region) -> Subject:
    return Subject(About.REGION, one.adcode, Text(one.name_zh, one.name_en), one.adcode)


def scope_of(subject: Subject, year: int, today: date, base: str) -> Scope:
    """Everything the sections need to know of what the report is about."""
    until = counted_until(year, today)
    place = "" if subject.about is About.GI else subject.adcode
    found = _indications(subject)
    return Scope(subject, year, until, found, place, base)


def _indications(subject: Subject) -> list[Indication]:
    query = (
        select(Indication)
        .where(Indication.withdrawn_on.is_(None))
        .options(selectinload(Indication.protections), selectinload(Indication.regions))
        .order_by(Indication.pinyin, Indication.id)
    )
    if subject.about is About.GI:
        query = query.where(Indication.slug == subject.key)
    elif subject.about is About.ZONE:
        query = query.where(Indication.slug.in_(_slugs_of_zone(subject.key)))
    else:
        inside = IndicationRegion.adcode.startswith(scope_prefix(subject.adcode))
        query = query.where(Indication.id.in_(select(IndicationRegion.indication_id).where(inside)))
    return [_set_apart(one) for one in db.session.scalars(query)]


def _set_apart(one: Indication) -> Indication:
    """Read whole and kept as read: the work writes its progress between chapters, after which whatever
    belongs to the session would be read anew."""
    for part in (*one.protections, *one.regions, one):
        db.session.expunge(part)
    return one


def _slugs_of_zone(key: str) -> list[str]:
    programme = find_programme(key)
    return list(programme.facts.get("gis", [])) if programme else []


def zones_within(region: str) -> list[Subject]:
    """The demonstration zones whose ground lies in a division."""
    zones = [_of_zone(one) for one in programmes_asked(["zone"], "" if region == NATION else region)]
    return [one for one in zones if one.adcode.startswith(scope_prefix(region))]


def gis_within(region: str) -> list[Subject]:
    """The GIs all of whose divisions lie in a division."""
    prefix = scope_prefix(region)
    owned = select(IndicationRegion.indication_id).where(IndicationRegion.adcode.startswith(prefix))
    query = (
        select(Indication)
        .where(Indication.id.in_(owned), Indication.withdrawn_on.is_(None))
        .options(selectinload(Indication.regions))
        .order_by(Indication.pinyin)
    )
    found: Iterable[Subject] = map(_of_gi, db.session.scalars(query))
    return [one for one in found if one.adcode.startswith(prefix)]
