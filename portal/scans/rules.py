"""What is counted of a scan, what looks odd in the counts, and when a sum may be shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.lib.said import Worded
from portal.lib.text import Text

# A label is scanned by whoever made, sold, bought and was given the goods: these many are still usual.
USUAL_SCANS = 20
MANY_PROVINCES = 4
SUM_EVERY = timedelta(seconds=60)

# The first two digits of the divisions of the first level, in the order of their bits.
PROVINCES = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
)  # fmt: skip


class Seen(StrEnum):
    """How the label stood when it was scanned."""

    GOOD = "good"
    NOT_IN_USE = "not_in_use"
    OVER = "over"


class Odd(Worded):
    OFTEN = "often", Text("同一标签被扫次数过多", "One label is scanned far too often")
    NOT_IN_USE = "not_in_use", Text("未启用的标签被扫", "A label not in use is scanned")
    OVER = "over", Text("作废、遗失或过期的标签被扫", "A void, lost or expired label is scanned")
    SPREAD = "spread", Text("同一标签在多个省被扫", "One label is scanned in many provinces")


@dataclass(frozen=True)
class Tally:
    """What was counted of one label. `provinces` is a set of bits, given by those who cared to say."""

    scans: int = 0
    not_in_use: int = 0
    over: int = 0
    provinces: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def places(self) -> list[str]:
        return [code for bit, code in enumerate(PROVINCES) if self.provinces >> bit & 1]

    def joined(self, other: "Tally") -> "Tally":
        """The counts of two machines together."""
        firsts = [one for one in (self.first_at, other.first_at) if one]
        lasts = [one for one in (self.last_at, other.last_at) if one]
        return Tally(
            self.scans + other.scans,
            self.not_in_use + other.not_in_use,
            self.over + other.over,
            self.provinces | other.provinces,
            min(firsts, default=None),
            max(lasts, default=None),
        )


def odd_in(tally: Tally) -> list[Odd]:
    found = []
    if tally.over:
        found.append(Odd.OVER)
    if tally.not_in_use:
        found.append(Odd.NOT_IN_USE)
    if tally.scans > USUAL_SCANS:
        found.append(Odd.OFTEN)
    if tally.provinces.bit_count() >= MANY_PROVINCES:
        found.append(Odd.SPREAD)
    return found


def province_bit(adcode: str) -> int | None:
    """The bit of the province a code lies in; None where it is no code of one."""
    return 1 << PROVINCES.index(adcode[:2]) if adcode[:2] in PROVINCES else None


def earlier_text(scans: int, first_on: date | None) -> Text:
    """What the one who scans is told: this scan is not counted among the earlier ones."""
    if not scans:
        return Text("第一次被扫", "Scanned for the first time")
    if first_on is None:
        return Text(f"此前被扫 {scans} 次", f"Scanned before: {scans}")
    zh = f"此前被扫 {scans} 次，第一次是{first_on.year}年{first_on.month}月{first_on.day}日"
    often = "once" if scans == 1 else f"{scans} times"
    return Text(zh, f"Scanned {often} before, first on {first_on.day} {first_on:%b %Y}")
