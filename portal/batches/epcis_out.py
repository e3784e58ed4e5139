"""Events as an EPCIS 2.0 document (JSON-LD), valid by the schema of the standard."""

from collections.abc import Iterable
from datetime import datetime

from portal.batches.epcis import (
    BIZ_STEPS,
    CONTEXT,
    DISPOSITIONS,
    PREFIX,
    TEST_DISPOSITIONS,
    UNIT,
    batch_uri,
    place_uri,
    producer_uri,
)
from portal.batches.models import Batch, BatchEvent, BatchPart
from portal.batches.rules import LEAVING, Kind, Result
from portal.lib.clock import CHINA

Json = dict[str, object]


def document(events: Iterable[BatchEvent], base: str, moment: datetime, private: bool) -> Json:
    """`private`: with what only the producer itself may know, receivers and notes."""
    return {
        "@context": [CONTEXT, {PREFIX: f"{base}/about/developers#"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(moment),
        "epcisBody": {"eventList": [_event(event, base, private) for event in events]},
    }


def _event(event: BatchEvent, base: str, private: bool) -> Json:
    ins = [part for part in event.parts if part.role == "in"]
    outs = [part for part in event.parts if part.role == "out"]
    said: Json = {
        "eventID": f"urn:uuid:{event.number}",
        "type": "TransformationEvent" if ins and outs else "ObjectEvent",
        "eventTime": _time(event.at),
        "recordTime": _time(event.recorded_at),
        "eventTimeZoneOffset": "+08:00",
    }
    if ins and outs:
        said["inputQuantityList"] = [_quantity(part, base) for part in ins]
        said["outputQuantityList"] = [_quantity(part, base) for part in outs]
    else:
        said["action"] = "ADD" if outs else "DELETE" if event.kind_of in LEAVING else "OBSERVE"
        said["quantityList"] = [_quantity(part, base) for part in ins or outs]
    said["bizStep"] = BIZ_STEPS[event.kind_of]
    disposition = _disposition(event)
    if disposition:
        said["disposition"] = disposition
    said["readPoint"] = {"id": place_uri(base, event.adcode)}
    said["bizLocation"] = {"id": place_uri(base, event.adcode)}
    said |= _parties(event, ins, base) | _report(event, ins, base)
    if outs:
        said["ilmd"] = {f"{PREFIX}:batches": [_master_data(part.batch, base) for part in outs]}
    return said | _own(event, base, private)


def _quantity(part: BatchPart, base: str) -> Json:
    uri = batch_uri(base, part.batch.code)
    if part.grams is None:
        return {"epcClass": uri}
    return {"epcClass": uri, "quantity": part.grams, "uom": UNIT}


def _disposition(event: BatchEvent) -> str | None:
    result = event.details.get("result")
    if event.kind_of is Kind.TEST and result in set(Result):
        return TEST_DISPOSITIONS[Result(result)]
    return DISPOSITIONS.get(event.kind_of)


def _parties(event: BatchEvent, ins: list[BatchPart], base: str) -> Json:
    """Between whom goods changed hands; only firms whose names are public are named."""
    if event.kind_of is not Kind.RECEIVE:
        return {}
    sender, receiver = ins[0].batch.producer, event.producer
    said: Json = {}
    if sender.name_public:
        said["sourceList"] = [{"type": "owning_party", "source": producer_uri(base, sender.number)}]
    if receiver.name_public:
        said["destinationList"] = [
            {"type": "owning_party", "destination": producer_uri(base, receiver.number)}
        ]
    return said


def _report(event: BatchEvent, ins: list[BatchPart], base: str) -> Json:
    if event.kind_of is not Kind.TEST or not event.details.get("digest"):
        return {}
    address = f"{batch_uri(base, ins[0].batch.code)}#report-{event.details['digest'][:16]}"
    return {"bizTransactionList": [{"type": "testres", "bizTransaction": address}]}


def _master_data(batch: Batch, base: str) -> Json:
    said = {f"{PREFIX}:batch": batch_uri(base, batch.code), f"{PREFIX}:goods": batch.goods}
    return said | ({f"{PREFIX}:lot": batch.lot} if batch.lot else {})


def _own(event: BatchEvent, base: str, private: bool) -> Json:
    said: Json = {f"{PREFIX}:kind": event.kind, f"{PREFIX}:stage": event.stage}
    if private or event.producer.name_public:
        said[f"{PREFIX}:producer"] = producer_uri(base, event.producer.number)
    if event.lost_grams:
        said[f"{PREFIX}:lossGrams"] = event.lost_grams
    hidden = {"place": event.place, "note": event.note, "receiver": event.receiver} if private else {}
    return said | {f"{PREFIX}:{name}": value for name, value in hidden.items() if value}


def _time(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="milliseconds")
