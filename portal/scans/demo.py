"""Labels of three more made-up producers, so that a balance may be shown, and scans; all marked DEMO."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.queries import find_account_by_email
from portal.authorisation.models import Licence
from portal.authorisation.queries import in_force_on, own_producer_ids
from portal.batches.demo import GI, MARK, shown_batch
from portal.batches.labelling import parts_for, put_on
from portal.batches.queries import labels_of
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.actions import issue
from portal.labels.models import LabelRequest, LabelSet
from portal.labels.queries import parts_of_set
from portal.labels.rules import PartState, RequestState
from portal.land.actions import PlotData, new_plot
from portal.land.models import Plot
from portal.land.placing import place_division
from portal.land.queries import ceiling_of
from portal.land.rules import FEWEST_PRODUCERS, PlotState
from portal.producers.models import Producer
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal
from portal.scans.queries import counter
from portal.scans.rules import Seen, province_bit
from portal.scans.summing import PORTION, bring

IN_USE, HELD, GRAMS_EACH, AREA_M2 = 420, 180, 500, 133_334
PROVINCES = ("64", "11", "31", "44", "51")


def load_demo_scans(today: date, now: datetime) -> int:
    """Only where the yields of the demonstration are known; again only after they were removed."""
    if is_loaded(LabelRequest, LabelRequest.number.startswith("SDEMO-")):
        return 0
    sets = [one for licence in _licences(today) for one in _labelled(licence, today, now)]
    if sets:
        _label_the_story(today, now)
        _scan(sets, now)
        # As the background work would, so that the office sees them from the first minute on.
        bring(db.session, counter().machine, counter().waiting(PORTION))
    return len(sets)


def _licences(today: date) -> list[Licence]:
    """Of firms other than the one that can be signed in as; theirs are made by the room of labels."""
    account = find_account_by_email("producer@demo")
    own = set(db.session.scalars(own_producer_ids(account, today))) if account else set()
    query = (
        select(Licence)
        .join(Licence.indication)
        .join(Licence.producer)
        .where(
            Indication.slug == GI,
            Licence.demo,
            in_force_on(today),
            Licence.producer_id.not_in(own),
            Producer.name_public,
        )
        .options(
            joinedload(Licence.producer),
            joinedload(Licence.indication).selectinload(Indication.units),
            selectinload(Licence.spells),
        )
        .order_by(Licence.id)
        .limit(FEWEST_PRODUCERS)
    )
    return list(db.session.scalars(query))


def _labelled(licence: Licence, today: date, now: datetime) -> list[LabelSet]:
    """Land that the county verified, labels in use and labels still held."""
    data = PlotData(f"示例园{MARK}", licence.adcode, AREA_M2, "", 2018)
    placed = place_division(licence.indication_id, licence.adcode, AREA_M2)
    plot: Plot = new_plot(PORTAL, licence.producer, licence.indication, data, placed, today, now)
    plot.state, plot.decided_at = PlotState.VERIFIED.value, now
    db.session.flush()
    if not ceiling_of(licence.indication_id, licence.producer_id, today.year):
        return []
    sets = []
    for count, state in ((IN_USE, PartState.USED), (HELD, PartState.HELD)):
        one = _issued(licence, count, today, now)
        (part,) = parts_of_set(one.id)
        part.state = state.value
        sets.append(one)
    return sets


def _issued(licence: Licence, count: int, today: date, now: datetime) -> LabelSet:
    request = LabelRequest(
        number=f"SDEMO-{licence.id}-{count}",
        indication_id=licence.indication_id,
        producer_id=licence.producer_id,
        licence_id=licence.id,
        year=today.year,
        adcode=licence.adcode,
        count=count,
        grams_each=GRAMS_EACH,
        goods=f"枸杞{MARK}",
        state=RequestState.GRANTED.value,
        asked_at=now,
        decided_at=now,
        demo=True,
    )
    db.session.add(request)
    db.session.flush()
    (one,) = issue(PORTAL, request, today, now, None)
    return one


def _label_the_story(today: date, now: datetime) -> None:
    """The packed goods of the story carry the labels that their producer has, where it has any."""
    account, batch = find_account_by_email("producer@demo"), shown_batch()
    if account is None or batch is None or labels_of([batch.id]):
        return
    part = next((one for one in parts_for(batch) if one.stands is PartState.USED), None)
    if part is not None:
        put_on(account, batch, str(part.id), None, None, now)
        for place in range(part.first, min(part.first + 60, part.last)):
            counter().count(part.set_id, place, Seen.GOOD, now - timedelta(days=place % 20))


def _scan(sets: list[LabelSet], now: datetime) -> None:
    """Most labels a few times; one far too often and in many provinces; one that is not in use."""
    used, held = sets[0], sets[1]
    for place in range(1, 120):
        for n in range(1 + place % 3):
            counter().count(used.id, place, Seen.GOOD, now - timedelta(days=place % 25, minutes=n))
    for n in range(34):
        counter().count(used.id, 7, Seen.GOOD, now - timedelta(hours=n))
    for code in PROVINCES:
        counter().add_province(used.id, 7, province_bit(code))
    counter().count(held.id, 3, Seen.NOT_IN_USE, now)


def remove_demo_scans(today: date, now: datetime) -> int:
    """What is still held is destroyed, so that nothing stays open; counts stay, as scans did happen."""
    ended = 0
    query = select(LabelSet).join(LabelRequest, LabelRequest.id == LabelSet.request_id)
    for one in db.session.scalars(query.where(LabelRequest.number.startswith("SDEMO-"))):
        for part in parts_of_set(one.id):
            if part.stands is PartState.HELD:
                part.state, part.since, part.confirmed_at = PartState.DESTROYED.value, now, now
                record(PORTAL, "destroyed", one.subject, {}, public=False)
                ended += 1
    note_removal(LabelRequest)
    return ended
