"""What a person typed about an event, as the event it means; what cannot be read is said beside its field."""

from collections.abc import Mapping
from datetime import date, datetime, time

from gi_data.returns_sheet import GRAMS, in_stored_unit
from portal.batches.actions import Made, Taken, Wanted
from portal.batches.models import Batch
from portal.batches.queries import listings_of
from portal.batches.rules import LEAVING, SHAPES, TURNING, WATCHING, Kind
from portal.catalogue.models import Indication
from portal.lib.clock import CHINA
from portal.lib.problems import RuleBroken
from portal.lib.quantity import KG, read_number
from portal.lib.text import Text
from portal.regions.queries import search_regions

NOT_READ = Text("有看不懂的内容", "Something could not be understood")
PLACE_UNKNOWN = Text("没有叫这个名字的县或乡镇", "No county or township is called so")
PLACE_UNCLEAR = Text("有几个同名的地方，请填区划代码", "Several places are called so; give the division code")
OUTPUT_ROWS = 6


def read_kg(typed: str) -> tuple[int | None, Text | None]:
    """Whole grams and no fault, or nothing and what is wrong; an empty field is not stated."""
    number, fault = read_number(typed, KG)
    if number is None:
        return None, fault
    cell = in_stored_unit(number, GRAMS)
    return cell.value, cell.fault.message if cell.fault else None


def typed_kg(grams: int | None) -> str:
    """As a person would type it, without thousands marks."""
    if grams is None:
        return ""
    whole, rest = divmod(grams, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


class Typed:
    """The fields of one form, read one after the other; faults are collected, not raised one by one."""

    def __init__(self, form: Mapping[str, str]):
        self.form = form
        self.faults: dict[str, Text] = {}

    def words(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def grams(self, name: str, beside: str = "") -> int | None:
        grams, fault = read_kg(self.form.get(name, ""))
        if fault:
            self.faults[beside or name] = fault
        return grams

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.words(name))
        except ValueError:
            self.faults[name] = Text("日期应写作 2026-08-01", "Write the day like 2026-08-01")
            return None

    def moment(self, today_now: datetime) -> datetime:
        """The day typed at noon, or now where it is today: nobody types the minute."""
        on = self.day("on")
        if on is None or on == today_now.astimezone(CHINA).date():
            return today_now
        return datetime.combine(on, time(12), CHINA)

    def adcode(self, name: str) -> str:
        """A division by its code or its whole name; empty: where the batch is."""
        typed = self.words(name)
        if not typed or (typed.isdecimal() and len(typed) in (6, 9)):
            return typed
        found = [r for r in search_regions(typed) if typed in (r.name_zh, r.name_en)]
        if len(found) != 1:
            self.faults[name] = PLACE_UNCLEAR if found else PLACE_UNKNOWN
            return ""
        return found[0].adcode

    def done(self) -> None:
        if self.faults:
            raise RuleBroken(NOT_READ, self.faults)


def read_beginning(
    form: Mapping[str, str], kind: Kind, indication: Indication | None, plot_id: int | None, now: datetime
) -> Wanted:
    """A planting or a harvest that stands at the beginning of a story."""
    typed = Typed(form)
    grams = typed.grams("grams") if kind is Kind.HARVEST else None
    if kind is Kind.HARVEST and grams is None and "grams" not in typed.faults:
        typed.faults["grams"] = Text("请填重量", "Enter the weight")
    if not typed.words("goods"):
        typed.faults["goods"] = Text("请写品名", "Name the goods")
    at, adcode = typed.moment(now), typed.adcode("adcode")
    typed.done()
    return Wanted(
        kind,
        at,
        adcode=adcode,
        outputs=(Made(grams, typed.words("goods"), typed.words("lot") or None),),
        indication=indication,
        place=typed.words("place") or None,
        note=typed.words("note") or None,
        plot_id=plot_id,
        key=typed.words("key")[:120] or None,
    )


def read_event(form: Mapping[str, str], batch: Batch, kind: Kind, now: datetime) -> Wanted:
    """An event of one batch, with the others that went in with it."""
    typed = Typed(form)
    first = typed.grams("grams", "inputs") if kind in TURNING | {Kind.SELL} else None
    inputs = [Taken(batch.code, first)]
    for name in form:
        if kind in TURNING and name.startswith("with-") and (grams := typed.grams(name, "inputs")):
            inputs.append(Taken(name.removeprefix("with-"), grams))
    lost = typed.grams("loss") if SHAPES[kind].loses and kind not in {Kind.SELL} else None
    at = typed.moment(now)
    wanted = Wanted(
        kind,
        at,
        adcode=typed.adcode("adcode"),
        inputs=tuple(inputs),
        outputs=_outputs(typed, kind),
        lost=lost or 0,
        place=typed.words("place") or None,
        note=typed.words("note") or None,
        receiver=typed.words("receiver") or None if kind in LEAVING else None,
        listing=_listing(typed, batch) if kind is Kind.SELL else None,
        key=typed.words("key")[:120] or None,
    )
    typed.done()
    return wanted


def _outputs(typed: Typed, kind: Kind) -> tuple[Made, ...]:
    if kind in WATCHING | LEAVING:
        return ()
    made = []
    for n in range(OUTPUT_ROWS):
        grams = typed.grams(f"out-{n}", "outputs")
        goods, lot = typed.words(f"goods-{n}"), typed.words(f"lot-{n}")
        if grams is not None or goods or lot:
            made.append(Made(grams, goods, lot or None))
    return tuple(made)


def _listing(typed: Typed, batch: Batch) -> object | None:
    chosen = typed.words("listing")
    if not chosen:
        return None
    found = {str(one.id): one for one in listings_of([batch.id])}
    if chosen not in found:
        typed.faults["listing"] = Text("没有这家店", "There is no such shop")
    return found.get(chosen)
