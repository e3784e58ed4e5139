"""What a producer can apply for, and which places its production may be in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from portal.authorisation import words
from portal.authorisation.models import Application, Licence
from portal.authorisation.queries import licences, open_protections, route_for
from portal.authorisation.rules import LIVE, TRACK_OF_KIND, Route, Track
from portal.catalogue.models import Indication, Protection
from portal.catalogue.rules import Kind
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.producers.models import HolderAccount, Producer
from portal.producers.rules import PlaceFit, place_fit
from portal.regions.models import Region
from portal.regions.queries import regions_by_code
from portal.regions.rules import county_of


@dataclass(frozen=True)
class Choice:
    """One protection that could be applied for, and what stands in the way."""

    protection: Protection
    name: Text
    track: Text
    route: Text
    fit: PlaceFit
    application: Application | None
    licence: Licence | None
    holder_known: bool


def choices_for(producer: Producer, slug: str, day: date) -> list[Choice]:
    """Those around the producer's own place first; a GI asked for by name is always shown."""
    query = open_protections().options(
        selectinload(Protection.indication, Indication.units),
        selectinload(Protection.indication, Indication.regions),
    )
    found = list(db.session.scalars(query.order_by(Protection.indication_id, Protection.id)))
    near = [p for p in found if _near(p, producer) or p.indication.slug == slug]
    running = {a.protection_id: a for a in db.session.scalars(_open_applications(producer))}
    held = {
        one.protection_id: one
        for one in db.session.scalars(licences().where(Licence.producer_id == producer.id))
        if one.state_on(day) in LIVE
    }
    reached = set(
        db.session.scalars(select(HolderAccount.protection_id).where(HolderAccount.ended_on.is_(None)))
    )
    chosen = [_choice(p, producer, running.get(p.id), held.get(p.id), p.id in reached) for p in near]
    return sorted(chosen, key=lambda choice: choice.protection.indication.slug != slug)


def _open_applications(producer: Producer) -> object:
    return select(Application).where(Application.producer_id == producer.id, Application.open)


def _near(protection: Protection, producer: Producer) -> bool:
    codes = [region.adcode for region in protection.indication.regions]
    return place_fit(producer.adcode, codes) in (PlaceFit.INSIDE, PlaceFit.PARTLY)


def _choice(
    protection: Protection,
    producer: Producer,
    application: Application | None,
    licence: Licence | None,
    reached: bool,
) -> Choice:
    track = TRACK_OF_KIND[Kind(protection.kind)]
    route = route_for(track, producer.adcode)
    indication = protection.indication
    return Choice(
        protection,
        Text(indication.name_zh, indication.name_en),
        words.TRACK_NAMES[track],
        words.ROUTE_NAMES[route],
        place_fit(producer.adcode, [unit.code for unit in indication.units]),
        application,
        licence,
        reached if track is not Track.SPECIAL_MARK else route is not Route.HOLDER,
    )


def get_open_protection(slug: str, key: str) -> Protection:
    protection = db.session.scalar(open_protections().where(Indication.slug == slug, Protection.key == key))
    if protection is None:
        raise NotFound(Text("这一种保护现在不能申请", "This protection cannot be applied for now"))
    return protection


def place_options(indication: Indication, own: str) -> list[tuple[str, Text]]:
    """The places the producing area names; where it names none, the counties of the GI. Townships are
    listed with their county."""
    codes = {unit.code for unit in indication.units} or {region.adcode for region in indication.regions}
    wide = {code for code in codes if len(code) == 6}
    rows = db.session.scalars(
        select(Region)
        .where(
            (Region.adcode.in_(codes))
            | (func.substr(Region.adcode, 1, 6).in_(wide) & (Region.level == "township"))
            | Region.parent.in_([code for code in wide if code.endswith("00")])
        )
        .order_by(Region.adcode)
    )
    found = {r.adcode: r for r in rows if r.level in ("county", "township")}
    names = regions_by_code({county_of(code) for code in found})
    options = [(code, _label(row, names.get(county_of(code)))) for code, row in found.items()]
    if own not in found:
        mine = regions_by_code([own, county_of(own)])
        if own in mine:
            options.insert(0, (own, _label(mine[own], mine.get(county_of(own)))))
    return options


def _label(region: Region, county: Region | None) -> Text:
    if county is None or county.adcode == region.adcode:
        return Text(region.name_zh, region.name_en)
    return Text(f"{county.name_zh}{region.name_zh}", f"{region.name_en}, {county.name_en}")
