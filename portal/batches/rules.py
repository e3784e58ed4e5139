"""What can happen to a batch, and that nothing comes out that did not go in: whole grams, no rounding.

Stages from the Zhongwei action plan (种植、生产、制干、运储、加工、流通); events in the manner of EPCIS 2.0:
what (batches and grams), when, where, why. Weights are those of the GI product itself, without packaging
or anything that was added to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.accounts.rules import Role
from portal.lib.problems import DAY_AHEAD
from portal.lib.said import Said, Worded
from portal.lib.text import Text


class Stage(Worded):
    PLANTING = "planting", Text("种植", "Planting")
    GROWING = "growing", Text("生产", "Growing and harvest")
    DRYING = "drying", Text("制干", "Drying")
    STORING = "storing", Text("运储", "Transport and storage")
    PROCESSING = "processing", Text("加工", "Processing")
    TRADING = "trading", Text("流通", "Trade")

    @property
    def short(self) -> Text:
        """In a word, where six stand side by side on a phone."""
        return SHORT_STAGE_NAMES.get(self, self.text)


SHORT_STAGE_NAMES = {
    Stage.GROWING: Text("生产", "Growing"),
    Stage.STORING: Text("运储", "Transport"),
}


class Kind(StrEnum):
    PLANT = "plant"
    TEND = "tend"
    HARVEST = "harvest"
    DRY = "dry"
    MOVE = "move"
    STORE = "store"
    PROCESS = "process"
    SPLIT = "split"
    JOIN = "join"
    PACK = "pack"
    TEST = "test"
    RECEIVE = "receive"
    SELL = "sell"
    LOSE = "lose"

    @property
    def text(self) -> Text:
        return SHAPES[self].text


@dataclass(frozen=True)
class Shape:
    """How many batches a kind of event takes and makes. `most_in` 0: it takes none; `weighed` False: what it
    makes has no weight yet; `loses`: some of what went in may be gone. `stage` None: the stage the batch
    stands in."""

    text: Text
    stage: Stage | None
    least_in: int
    most_in: int
    least_out: int
    most_out: int
    loses: bool = False
    weighed: bool = True
    by_hand: bool = True


MOST_IN, MOST_OUT = 200, 200
SHAPES = {
    Kind.PLANT: Shape(Text("种植", "Planted"), Stage.PLANTING, 0, 0, 1, 1, weighed=False),
    Kind.TEND: Shape(Text("田间管理", "Field work"), Stage.GROWING, 1, 1, 0, 0),
    Kind.HARVEST: Shape(Text("采收", "Harvested"), Stage.GROWING, 0, MOST_IN, 1, MOST_OUT),
    Kind.DRY: Shape(Text("制干", "Dried"), Stage.DRYING, 1, MOST_IN, 1, MOST_OUT, loses=True),
    Kind.MOVE: Shape(Text("运输", "Transported"), Stage.STORING, 1, 1, 0, 0, loses=True),
    Kind.STORE: Shape(Text("入库储存", "Stored"), Stage.STORING, 1, 1, 0, 0, loses=True),
    Kind.PROCESS: Shape(Text("加工", "Processed"), Stage.PROCESSING, 1, MOST_IN, 1, MOST_OUT, loses=True),
    Kind.SPLIT: Shape(Text("分批", "Split"), None, 1, 1, 1, MOST_OUT),
    Kind.JOIN: Shape(Text("合批", "Joined"), None, 2, MOST_IN, 1, 1),
    Kind.PACK: Shape(Text("包装贴标", "Packed and labelled"), Stage.PROCESSING, 1, 1, 0, 0, by_hand=False),
    Kind.TEST: Shape(Text("检验", "Tested"), None, 1, 1, 0, 0, by_hand=False),
    Kind.RECEIVE: Shape(Text("交接", "Handed over"), Stage.TRADING, 1, 1, 0, 1, loses=True, by_hand=False),
    Kind.SELL: Shape(Text("售出", "Sold"), Stage.TRADING, 1, 1, 0, 0, loses=True),
    Kind.LOSE: Shape(Text("损耗报废", "Lost or destroyed"), None, 1, 1, 0, 0, loses=True),
}
# What only looks at a batch and takes nothing out of it unless a loss is stated.
WATCHING = frozenset({Kind.TEND, Kind.MOVE, Kind.STORE, Kind.PACK, Kind.TEST})
# What makes new batches out of others: all that went in is accounted for, to the gram.
TURNING = frozenset({Kind.DRY, Kind.PROCESS, Kind.SPLIT, Kind.JOIN})
# What takes grams out of the chain for good.
LEAVING = frozenset({Kind.SELL, Kind.LOSE})


class BatchState(Said):
    GROWING = "growing", Text("在地", "In the field"), "waiting"
    OPEN = "open", Text("有存量", "In stock"), "positive"
    USED_UP = "used_up", Text("已用完", "Used up"), "ended"
    RECALLED = "recalled", Text("已召回", "Recalled"), "negative"


def state_of(grams: int | None, left: int | None, recalled: bool) -> BatchState:
    if recalled:
        return BatchState.RECALLED
    if grams is None:
        return BatchState.GROWING
    return BatchState.OPEN if left else BatchState.USED_UP


# ---- the balance

MOST_GRAMS = 10**13
LOT_LONGEST, GOODS_LONGEST, NOTE_LONGEST, PLACE_LONGEST, BUYER_LONGEST = 60, 120, 500, 120, 120


@dataclass(frozen=True)
class Part:
    """One batch in an event with the grams that go in or come out; None: not weighed."""

    grams: int | None
    left: int | None = None
    unweighed: bool = False


@dataclass(frozen=True)
class Balance:
    """The account of one event: what went in, what came out, what was lost."""

    taken: int
    made: int
    lost: int

    @property
    def missing(self) -> int:
        return self.taken - self.made - self.lost

    @property
    def holds(self) -> bool:
        return self.missing == 0


def balance_faults(kind: Kind, taken: Sequence[Part], made: Sequence[Part], lost: int) -> dict[str, Text]:
    """What is wrong with the quantities of an event, by part of the form; empty: it balances."""
    shape, faults = SHAPES[kind], {}
    if not shape.least_in <= len(taken) <= shape.most_in:
        faults["inputs"] = _how_many(shape.least_in, shape.most_in, INPUT_WORDS)
    if not shape.least_out <= len(made) <= shape.most_out:
        faults["outputs"] = _how_many(shape.least_out, shape.most_out, OUTPUT_WORDS)
    if not 0 <= lost <= MOST_GRAMS:
        faults["loss"] = OUT_OF_RANGE
    elif lost and not shape.loses:
        faults["loss"] = Text("{kind}不会有损耗", "Nothing is lost when a batch is {kind}").format(
            kind=Text(shape.text.zh, shape.text.en.lower())
        )
    if faults:
        return faults
    if shape.weighed and any(not part.grams or not 0 < part.grams <= MOST_GRAMS for part in made):
        return {"outputs": NEEDS_WEIGHT}
    return _amount_faults(kind, taken, made, lost)


def _amount_faults(kind: Kind, taken: Sequence[Part], made: Sequence[Part], lost: int) -> dict[str, Text]:
    if kind is Kind.PLANT:
        return {}
    if kind is Kind.HARVEST:
        return {} if all(part.unweighed for part in taken) else {"inputs": HARVEST_OF_PLANTING}
    if kind is Kind.TEND or (kind in WATCHING and not lost):
        return {}
    if any(part.unweighed for part in taken):
        return {"inputs": NOT_HARVESTED}
    wanted = [part.grams if kind not in WATCHING | {Kind.LOSE} else lost for part in taken]
    if any(not grams or not 0 < grams <= MOST_GRAMS for grams in wanted):
        return {"loss" if kind in WATCHING | {Kind.LOSE} else "inputs": NEEDS_WEIGHT}
    for grams, part in zip(wanted, taken, strict=True):
        if grams > (part.left or 0):
            left = grams_text(part.left or 0)
            return {"inputs": Text("只剩 {left}，不能用出更多", "Only {left} left").format(left=left)}
    return _total_faults(kind, Balance(sum(wanted), sum(part.grams or 0 for part in made), lost))


def _total_faults(kind: Kind, account: Balance) -> dict[str, Text]:
    if kind in WATCHING | {Kind.LOSE}:
        return {}
    if kind is Kind.SELL:
        if account.lost:
            return {"loss": Text("售出不记损耗", "A sale has no loss; enter the loss by itself")}
        return {}
    if account.made > account.taken:
        more = grams_text(account.made - account.taken)
        return {
            "outputs": Text("产出比投入多 {more}", "The output is {more} more than went in").format(more=more)
        }
    if account.missing:
        off = grams_text(abs(account.missing))
        more = Text("还有 {off} 没有去向，请写明损耗", "{off} not accounted for; state the loss")
        less = Text("产出加损耗比投入多 {off}", "Output and loss together are {off} more than went in")
        return {"loss": (more if account.missing > 0 else less).format(off=off)}
    return {}


INPUT_WORDS = Text("投入的批次", "batches going in")
OUTPUT_WORDS = Text("产出的批次", "batches coming out")
LOT_USED = Text("批号已经用过，请换一个", "That lot number is used already; choose another")
LOT_TOO_LONG = Text("批号太长", "The lot number is too long")
OUT_OF_RANGE = Text("重量超出范围", "The weight is out of range")
NEEDS_WEIGHT = Text("每一批都要有重量，且大于 0", "Each batch needs a weight above 0")
HARVEST_OF_PLANTING = Text("采收只能来自种植批次", "A harvest comes from a planting, not from goods")
NOT_HARVESTED = Text("种植批次还没有采收，没有重量", "A planting has no weight until it is harvested")


def _how_many(least: int, most: int, what: Text) -> Text:
    if most == 0:
        return Text("这种事件没有{what}", "This kind of event has no {what}").format(what=what)
    if least == most:
        return Text("应有 {n} 个{what}", "There must be {n} of the {what}").format(n=least, what=what)
    return Text("{what}应为 {low} 到 {high} 个", "The {what} must be {low} to {high}").format(
        what=what, low=least, high=most
    )


def grams_taken(kind: Kind, grams: int | None, lost: int) -> int:
    """How much an input loses of its stock by an event of this kind."""
    if kind in (Kind.PLANT, Kind.TEND, Kind.HARVEST, Kind.PACK, Kind.TEST):
        return 0
    return lost if kind in WATCHING | {Kind.LOSE} else grams or 0


def grams_text(grams: int) -> Text:
    """Grams as a person says them: g, kg or t, exactly."""
    for size, unit in ((1_000_000, Text("吨", "t")), (1_000, Text("公斤", "kg"))):
        if grams >= size:
            whole, rest = divmod(grams, size)
            decimals = f"{rest:0{len(str(size)) - 1}d}".rstrip("0")
            number = f"{whole:,}" + (f".{decimals}" if decimals else "")
            return Text(f"{number} {unit.zh}", f"{number} {unit.en}")
    return Text(f"{grams} 克", f"{grams} g")


def weight_up_to(grams: int) -> Text:
    """What to give where a weight is missing, nought or more than there is."""
    said = Text("请填大于 0、不多于 {most} 的重量", "Give a weight above 0 and at most {most}")
    return said.format(most=grams_text(grams))


# ---- days, tests, people

FIRST_YEAR = 2015


def day_fault(on: date, today: date, newest: date | None) -> Text | None:
    """When an event cannot have been: in the future, or before what it takes was made."""
    if on > today:
        return DAY_AHEAD
    if on.year < FIRST_YEAR:
        return Text("日期太早", "The day is too long ago")
    if newest is not None and on < newest:
        return Text("早于投入批次产生的日期 {day}", "Before the day its input was made, {day}").format(
            day=newest.isoformat()
        )
    return None


class Result(Said):
    PASSED = "passed", Text("合格", "Passed"), "positive"
    FAILED = "failed", Text("不合格", "Failed"), "negative"


class HandoverState(Said):
    OFFERED = "offered", Text("等对方确认", "Waiting for the receiver"), "waiting"
    RECEIVED = "received", Text("已确认收货", "Received"), "positive"
    REFUSED = "refused", Text("对方拒收", "Refused"), "negative"
    TAKEN_BACK = "taken_back", Text("已撤回", "Taken back"), "ended"


RECALLERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = RECALLERS | {Role.INSPECTOR, Role.AUDITOR}
REASON_SHORTEST, REASON_LONGEST = 5, 500


# ---- what a marketplace asks


class Standing(Said):
    """The answer to a marketplace: may this seller sell this batch, and is some of it left?"""

    AVAILABLE = "available", Text("可以销售", "May be sold"), "positive"
    SOLD_OUT = "sold_out", Text("核定数量已售完", "The verified quantity is sold out"), "watch"
    NOT_AUTHORISED = (
        "not_authorised",
        Text("卖方没有有效授权", "The seller has no licence in force"),
        "negative",
    )
    NOT_THEIRS = "not_theirs", Text("这个批次不是该卖方的", "The batch is not this seller’s"), "negative"
    RECALLED = "recalled", Text("批次已召回", "The batch is recalled"), "negative"
    UNKNOWN = "unknown", Text("登记簿中没有这个批次", "No such batch on record"), "neutral"


def standing_of(authorised: bool, theirs: bool, left: int, recalled: bool) -> Standing:
    if recalled:
        return Standing.RECALLED
    if not theirs:
        return Standing.NOT_THEIRS
    if not authorised:
        return Standing.NOT_AUTHORISED
    return Standing.AVAILABLE if left > 0 else Standing.SOLD_OUT
