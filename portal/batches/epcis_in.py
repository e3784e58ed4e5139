"""An EPCIS 2.0 document that comes in: every fault named by its place (stored by epcis_storing.py)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from portal.batches.epcis import GRAMS_OF_UNIT, KIND_OF_STEP, PREFIX
from portal.batches.rules import Kind
from portal.lib.text import Text
from portal.regions.queries import find_region

Json = Mapping[str, object]
MOST_EVENTS = 2_000
REFUSED = Text("这份 EPCIS 文件没有导入", "The EPCIS document was not imported")
NOT_JSON = Text(
    "不是 JSON 文件，或内容不完整；请导出 EPCIS 2.0 的 JSON（不是 XML）",
    "Not JSON, or not whole; export EPCIS 2.0 as JSON, not as XML",
)
NO_SERIALS = Text(
    "只认按批次的数量（quantityList），不认单品（epcList）；单品请合成批次",
    "Quantities of batches (quantityList) are understood, single items (epcList) are not; put them together",
)
EVENT_TYPES = ("ObjectEvent", "TransformationEvent")
_PLACE = re.compile(r"(?:^|[/:])([0-9]{6}|[0-9]{9})$")


class Fault(Exception):
    def __init__(self, place: str, message: Text):
        super().__init__(message.en)
        self.place, self.message = place, message


@dataclass(frozen=True)
class Quantity:
    uri: str
    grams: int | None


@dataclass(frozen=True)
class ReadEvent:
    """One event of the document, before its batches are looked up."""

    place: str
    key: str
    kind: Kind
    at: datetime
    adcode: str
    inputs: tuple[Quantity, ...]
    outputs: tuple[Quantity, ...]
    names: Mapping[str, Json]
    lost: int
    said: Mapping[str, str]
    by: str = ""


def read_document(content: bytes | str) -> tuple[list[ReadEvent], dict[str, Text]]:
    """The events in the order of their time, and what is wrong by place; with one fault nothing counts."""
    try:
        found = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return [], {"$": NOT_JSON}
    fault = _document_fault(found)
    if fault:
        return [], {fault[0]: fault[1]}
    events, faults = [], {}
    for n, said in enumerate(found["epcisBody"]["eventList"]):
        place = f"epcisBody.eventList[{n}]"
        try:
            events.append(_read_event(said, place))
        except Fault as one:
            faults[one.place] = one.message
    return sorted(events, key=lambda event: event.at), faults


def _no_constant(word: str) -> object:
    raise ValueError(word)


def _document_fault(found: object) -> tuple[str, Text] | None:
    if not isinstance(found, dict) or found.get("type") != "EPCISDocument":
        return "type", Text("应为 EPCISDocument", "Must be an EPCISDocument")
    if not str(found.get("schemaVersion", "")).startswith("2"):
        return "schemaVersion", Text("只收 EPCIS 2.0", "Only EPCIS 2.0 is taken")
    body = found.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if not isinstance(events, list) or not events:
        return "epcisBody.eventList", Text("没有事件", "There are no events")
    if len(events) > MOST_EVENTS:
        return "epcisBody.eventList", Text(
            f"一次最多 {MOST_EVENTS} 个事件；请按时间分成几个文件，先导入早的",
            f"At most {MOST_EVENTS} events at once; divide it by time and begin with the earliest",
        )
    return None


# ---- one event


def _read_event(said: object, place: str) -> ReadEvent:
    if not isinstance(said, dict) or said.get("type") not in EVENT_TYPES:
        raise Fault(f"{place}.type", _one_of(EVENT_TYPES))
    turning = said["type"] == "TransformationEvent"
    kind = _kind(said, place)
    if turning:
        ins = tuple(_quantities(said, "inputQuantityList", place))
        outs = tuple(_quantities(said, "outputQuantityList", place))
    else:
        listed = tuple(_quantities(said, "quantityList", place))
        if said.get("epcList") and not listed:
            raise Fault(f"{place}.epcList", NO_SERIALS)
        ins, outs = ((), listed) if said.get("action") == "ADD" else (listed, ())
    lost = _own(said, "lossGrams", place, 0)
    if not isinstance(lost, int) or isinstance(lost, bool):
        raise Fault(f"{place}.{PREFIX}:lossGrams", Text("应为整数克", "Must be whole grams"))
    if kind is Kind.LOSE and not lost:
        lost = sum(one.grams or 0 for one in ins)
    words = {name: _word(said, name, place) for name in ("place", "note", "receiver")}
    words["receiver"] = words["receiver"] or (_destination(said) if kind is Kind.SELL else None)
    return ReadEvent(
        place, _identity(said, place), kind, _time(said, place), _adcode(said, place), ins, outs,
        _names(said), lost, {name: word for name, word in words.items() if word},
        (_word(said, "producer", place) or "").rpartition("/")[2],
    )  # fmt: skip


def _identity(said: Json, place: str) -> str:
    number = said.get("eventID")
    if not isinstance(number, str) or not 5 <= len(number) <= 120:
        raise Fault(f"{place}.eventID", Text("每个事件都要有编号", "Every event needs an ID"))
    return number


def _kind(said: Json, place: str) -> Kind:
    own = said.get(f"{PREFIX}:kind")
    if own is not None:
        if own not in set(Kind):
            raise Fault(f"{place}.{PREFIX}:kind", _one_of(Kind))
        return Kind(own)
    step = re.split(r"[-/:]", str(said.get("bizStep", "")))[-1]
    kind = KIND_OF_STEP.get(step)
    if kind is None:
        raise Fault(f"{place}.bizStep", _one_of(sorted(KIND_OF_STEP)))
    if said["type"] == "ObjectEvent" and said.get("action") == "ADD":
        return Kind.HARVEST
    # Packing of ours puts labels on a batch; where it makes other goods of it, those are goods of their own.
    return Kind.PROCESS if kind is Kind.PACK and said["type"] == "TransformationEvent" else kind


def _time(said: Json, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(said.get("eventTime")))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Fault(
            f"{place}.eventTime",
            Text("时间应带时区，例如 2026-08-01T09:00:00+08:00", "Must be a time with its zone"),
        )
    return moment


def _adcode(said: Json, place: str) -> str:
    """A place is understood where it ends in the code of a division; otherwise the batch's own place."""
    for name in ("readPoint", "bizLocation"):
        one = said.get(name)
        found = _PLACE.search(str(one.get("id", ""))) if isinstance(one, dict) else None
        if found and find_region(found[1]):
            return found[1]
    return ""


def _quantities(said: Json, name: str, place: str) -> Iterator[Quantity]:
    listed = said.get(name, [])
    if not isinstance(listed, list):
        raise Fault(f"{place}.{name}", Text("应为列表", "Must be a list"))
    for n, one in enumerate(listed):
        here = f"{place}.{name}[{n}]"
        if not isinstance(one, dict) or not isinstance(one.get("epcClass"), str):
            raise Fault(f"{here}.epcClass", Text("缺少批次", "The batch is missing"))
        yield Quantity(one["epcClass"], _grams(one, here))


def _grams(one: Json, here: str) -> int | None:
    if one.get("quantity") is None:
        return None
    scale = GRAMS_OF_UNIT.get(str(one.get("uom")))
    if scale is None:
        raise Fault(f"{here}.uom", _one_of(GRAMS_OF_UNIT))
    try:
        amount = Decimal(str(one["quantity"])) * scale
        whole = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        raise Fault(f"{here}.quantity", Text("应为数字", "Must be a number")) from None
    if amount != whole:
        raise Fault(f"{here}.quantity", Text("不是整数克", "Not whole grams"))
    return whole


def _own(said: Json, name: str, place: str, default: object) -> object:
    return said.get(f"{PREFIX}:{name}", default)


def _word(said: Json, name: str, place: str) -> str | None:
    word = _own(said, name, place, None)
    if word is not None and not isinstance(word, str):
        raise Fault(f"{place}.{PREFIX}:{name}", Text("应为文字", "Must be words"))
    return word


def _destination(said: Json) -> str | None:
    """To whom it went, as the standard says it."""
    listed = said.get("destinationList")
    named = (
        [one.get("destination") for one in listed if isinstance(one, dict)]
        if isinstance(listed, list)
        else []
    )
    return next((one for one in named if isinstance(one, str)), None)


def _names(said: Json) -> dict[str, Json]:
    """What the document says of the batches that come out, by their URI; "" for all of them."""
    about = said.get("ilmd")
    if not isinstance(about, dict):
        return {}
    listed = about.get(f"{PREFIX}:batches")
    names = {
        str(one.get(f"{PREFIX}:batch")): {
            "goods": one.get(f"{PREFIX}:goods"),
            "lot": one.get(f"{PREFIX}:lot"),
        }
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    }
    return names | {"": {"lot": about.get("cbvmda:lotNumber"), "goods": about.get("cbvmda:descriptionShort")}}


def _one_of(words: object) -> Text:
    listed = [str(word) for word in words]
    return Text("应为：" + "、".join(listed), "Must be one of: " + ", ".join(listed))
