"""Everything that changes plots and yields. A household's land is its own affair: entries are not public.
Yields are public, because everyone's ceiling rests on them."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.licence_actions import next_number
from portal.authorisation.queries import acts_for
from portal.catalogue.models import Indication
from portal.db import db, ensure_current
from portal.land import words  # noqa: F401 - gives the entries written here their words
from portal.land.models import GiYield, Plot
from portal.land.placing import Placed
from portal.land.queries import producers_with_land, verified_m2
from portal.land.rules import (
    FIRST_PLANTING,
    KEEPERS,
    MOST_GRAMS_PER_MU,
    MOST_SQUARE_METRES,
    NAME_LONGEST,
    REASON_LONGEST,
    REASON_SHORTEST,
    VARIETY_LONGEST,
    PlotState,
    may_be_shown,
)
from portal.lib.problems import TO_BE_CHANGED, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import PORTAL, Actor, record
from portal.register.rules import changed


@dataclass(frozen=True)
class PlotData:
    """What is stated of a plot; `wkb` where it was drawn or uploaded, and `area_m2` is then its size."""

    name: str
    adcode: str
    area_m2: int | None
    variety: str = ""
    planted: int | None = None
    wkb: bytes | None = None


def plot_faults(data: PlotData, today: date) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not data.name.strip():
        faults["name"] = Text("请给地块起个名字", "Give the plot a name")
    elif len(data.name.strip()) > NAME_LONGEST:
        faults["name"] = Text("最多 {n} 个字", "At most {n} characters").format(n=NAME_LONGEST)
    if len(data.variety.strip()) > VARIETY_LONGEST:
        faults["variety"] = Text("最多 {n} 个字", "At most {n} characters").format(n=VARIETY_LONGEST)
    if data.area_m2 is None or not 0 < data.area_m2 <= MOST_SQUARE_METRES:
        faults["area"] = Text("请填写面积，或画出、上传地块", "Enter the area, or draw or upload the plot")
    if data.planted is not None and not FIRST_PLANTING <= data.planted <= today.year:
        faults["planted"] = Text("年份应在 {a} 到 {b} 之间", "A year from {a} to {b}").format(
            a=FIRST_PLANTING, b=today.year
        )
    if not data.adcode:
        faults["adcode"] = Text("请选择所在地", "Choose the place")
    return faults


def ensure_may_enter(account: Account, producer: Producer, adcode: str, today: date) -> None:
    """A producer enters its own plots; an official those of places in the region, for who cannot."""
    if acts_for(account, producer.id, today):
        return
    if account.role in KEEPERS and scope_covers(account.region, adcode):
        return
    raise NotAllowed(Text("您不能办理这个地块", "This plot is not yours to deal with"))


def enter_plot(
    account: Account,
    producer: Producer,
    indication: Indication,
    data: PlotData,
    placed: Placed,
    today: date,
    now: datetime,
) -> Plot:
    ensure_may_enter(account, producer, data.adcode, today)
    _refuse(plot_faults(data, today))
    plot = new_plot(account.as_actor(), producer, indication, data, placed, today, now)
    plot.created_by = account.id
    return plot


def new_plot(
    actor: Actor,
    producer: Producer,
    indication: Indication,
    data: PlotData,
    placed: Placed,
    today: date,
    now: datetime,
) -> Plot:
    plot = Plot(
        number=f"T{next_number('plots'):06d}",
        indication_id=indication.id,
        indication=indication,
        producer_id=producer.id,
        producer=producer,
        state=PlotState.STATED.value,
        from_on=today,
        created_at=now,
        demo=producer.demo,
    )
    _set(plot, data, placed)
    db.session.add(plot)
    db.session.flush()
    record(actor, "entered", plot.subject, changed({}, _state(plot)), public=False)
    return plot


def change_plot(
    account: Account, plot: Plot, data: PlotData, placed: Placed, version_seen: int, today: date
) -> None:
    """A changed plot has to be verified again: what was seen was another one."""
    ensure_current(plot, version_seen)
    ensure_may_enter(account, plot.producer, plot.adcode, today)
    _ensure_used(plot)
    _refuse(plot_faults(data, today))
    before = _state(plot)
    _set(plot, data, placed)
    plot.state, plot.reason = PlotState.STATED.value, None
    record(account.as_actor(), "redrawn", plot.subject, changed(before, _state(plot)), public=False)
    if before["state"] == PlotState.VERIFIED.value:
        tell_sums(plot.indication)


def end_plot(account: Account, plot: Plot, version_seen: int, today: date) -> None:
    ensure_current(plot, version_seen)
    ensure_may_enter(account, plot.producer, plot.adcode, today)
    _ensure_used(plot)
    before = _state(plot)
    plot.state, plot.ended_on = PlotState.ENDED.value, today
    record(account.as_actor(), "ended", plot.subject, changed(before, _state(plot)), public=False)
    if before["state"] == PlotState.VERIFIED.value:
        tell_sums(plot.indication)


def verify_plot(account: Account, plot: Plot, version_seen: int, now: datetime) -> None:
    _decide(account, plot, PlotState.VERIFIED, None, version_seen, now, "verified")


def refuse_plot(account: Account, plot: Plot, reason: str, version_seen: int, now: datetime) -> None:
    text = reason.strip()
    if not REASON_SHORTEST <= len(text) <= REASON_LONGEST:
        fault = Text("请用 {least} 到 {most} 个字说明", "Give the reason in {least} to {most} characters")
        fault = fault.format(least=REASON_SHORTEST, most=REASON_LONGEST)
        raise RuleBroken(Text("还要写明原因", "A reason is needed"), {"reason": fault})
    _decide(account, plot, PlotState.REFUSED, text, version_seen, now, "not_accepted")


def _decide(
    account: Account,
    plot: Plot,
    state: PlotState,
    reason: str | None,
    version_seen: int,
    now: datetime,
    verb: str,
) -> None:
    ensure_current(plot, version_seen)
    _ensure_keeper(account, plot.adcode)
    _ensure_used(plot)
    before = _state(plot)
    plot.state, plot.reason, plot.decided_at, plot.decided_by = state.value, reason, now, account.id
    record(account.as_actor(), verb, plot.subject, changed(before, _state(plot)), public=False)
    if PlotState.VERIFIED.value in (before["state"], plot.state):
        tell_sums(plot.indication)


def tell_sums(indication: Indication) -> None:
    """The verified land of a GI is public as a sum, so that its page is fresh; whose it is, is not. A sum
    over one or two is theirs: then the entry says only that something changed (decision 018)."""
    db.session.flush()
    said = {}
    if may_be_shown(producers_with_land(indication.id)):
        said = {"square_metres": {"from": None, "to": verified_m2(indication.id)}}
    record(PORTAL, "land_summed", f"land:{indication.slug}", said)


def _ensure_keeper(account: Account, adcode: str) -> None:
    if account.role not in KEEPERS or not scope_covers(account.region, adcode):
        raise NotAllowed(
            Text("地块由产地的县、市、省级官员核实", "Plots are verified by officials of the place")
        )


def _ensure_used(plot: Plot) -> None:
    if plot.ended_on is not None:
        raise RuleBroken(Text("这个地块已经停用", "This plot is no longer used"))


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise RuleBroken(TO_BE_CHANGED, faults)


def _set(plot: Plot, data: PlotData, placed: Placed) -> None:
    plot.name, plot.adcode, plot.area_m2 = data.name.strip(), data.adcode, data.area_m2
    plot.variety, plot.planted = data.variety.strip() or None, data.planted
    plot.wkb, plot.lie, plot.inside_m2, plot.basis = (
        data.wkb,
        placed.lie.value,
        placed.inside_m2,
        placed.basis,
    )


def _state(plot: Plot) -> dict[str, object]:
    return {
        "name": plot.name,
        "adcode": plot.adcode,
        "area_m2": plot.area_m2,
        "inside_m2": plot.inside_m2,
        "lie": plot.lie,
        "variety": plot.variety,
        "planted": plot.planted,
        "outline": sha256(plot.wkb).hexdigest() if plot.wkb else None,
        "state": plot.state,
        "reason": plot.reason,
        "ended_on": plot.ended_on.isoformat() if plot.ended_on else None,
    }


# ---- yields


@dataclass(frozen=True)
class YieldData:
    year: int
    place: str
    grams_per_mu: int | None
    issuer: str
    document: str
    document_on: date | None


def yield_faults(data: YieldData, today: date) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not 2000 <= data.year <= today.year + 1:
        faults["year"] = Text(
            "请填四位年份，不晚于明年", "Give a year of four digits, not after the next one"
        )
    if data.grams_per_mu is None or not 0 < data.grams_per_mu <= MOST_GRAMS_PER_MU:
        faults["grams_per_mu"] = Text("请填写亩产", "Enter the yield of a mu")
    if not data.issuer.strip():
        faults["issuer"] = Text("请填写由谁确定", "Say who set it")
    if not data.document.strip():
        faults["document"] = Text("请填写依据的文件", "Name the document")
    if data.document_on is None or data.document_on > today:
        faults["document_on"] = Text("请填写文件日期", "Enter the date of the document")
    return faults


def set_yield(
    account: Account, indication: Indication, data: YieldData, today: date, now: datetime
) -> GiYield:
    """A new yield takes the place of the one there was; both stay in the history."""
    _ensure_keeper(account, data.place or account.region or "")
    _refuse(yield_faults(data, today))
    one = state_yield(account.as_actor(), indication, data, today, now)
    one.set_by = account.id
    return one


def state_yield(
    actor: Actor, indication: Indication, data: YieldData, today: date, now: datetime, demo: bool = False
) -> GiYield:
    known = _find_yield(indication.id, data.year, data.place)
    before: dict[str, object] = {}
    if known is not None:
        before = _yield_said(known)
        known.ended_on = today
        db.session.flush()
    one = GiYield(
        indication_id=indication.id,
        indication=indication,
        year=data.year,
        place=data.place,
        grams_per_mu=data.grams_per_mu,
        issuer=data.issuer.strip(),
        document=data.document.strip(),
        document_on=data.document_on,
        set_at=now,
        demo=demo,
    )
    db.session.add(one)
    db.session.flush()
    subject = f"yield:{indication.slug}/{data.year}/{data.place or 'all'}"
    record(actor, "yield_set", subject, changed(before, _yield_said(one)))
    return one


def _find_yield(indication_id: int, year: int, place: str) -> GiYield | None:
    query = db.select(GiYield).where(
        GiYield.indication_id == indication_id,
        GiYield.year == year,
        GiYield.place == place,
        GiYield.ended_on.is_(None),
    )
    return db.session.scalar(query)


def _yield_said(one: GiYield) -> dict[str, object]:
    return {
        "grams_per_mu": one.grams_per_mu,
        "issuer": one.issuer,
        "document": one.document,
        "document_on": one.document_on.isoformat(),
    }
