"""Labels whose scans look odd, as the room of scans finds them: too often, too far apart, not in use."""

from collections.abc import Iterator
from datetime import date

from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.regions.rules import NATION
from portal.risk.finders import add_finder
from portal.risk.rules import FindingKind, Raised
from portal.scans.queries import OddScan, odd_scans
from portal.scans.rules import Odd

KIND_OF = {
    Odd.SPREAD: FindingKind.SCANS_FAR,
    Odd.OFTEN: FindingKind.SCANS_MANY,
    Odd.OVER: FindingKind.MARK_EXPIRED,
    Odd.NOT_IN_USE: FindingKind.SCANS_MANY,
}
MOST = 2_000


def odd_labels(_day: date) -> Iterator[Raised]:
    for one in odd_scans(NATION, most=MOST):
        for found in one.found:
            title = Text("{who}：标签 {code}，{what}", "{who}: label {code}, {what}")
            yield Raised(
                KIND_OF[found],
                f"scans:{found.value}/{one.code}",
                one.adcode,
                title.format(who=one.producer_name, code=one.code, what=found.text),
                (*_counted(one), found.text),
                3 if found is Odd.OVER else 2,
                one.producer_id,
                one.indication_id,
            )


def _counted(one: OddScan) -> Iterator[Text]:
    tally = one.tally
    least = at_least(tally.scans)
    said = Text("标签 {code} 至少被扫 {n} 次", "Label {code} was scanned {n} [n:time|times] or more")
    yield said.format(code=one.code, n=least)
    if tally.over:
        least = at_least(tally.over)
        yield Text(f"其中作废、遗失或过期后至少 {least} 次", f"At least {least} of them when it was over")
    if tally.not_in_use:
        least = at_least(tally.not_in_use)
        yield Text(f"其中未启用时至少 {least} 次", f"At least {least} of them before it was in use")
    if len(tally.places) > 1:
        known = regions_by_code(f"{code}0000" for code in tally.places)
        zh = "、".join(region.name_zh for region in known.values())
        en = ", ".join(region.name_en for region in known.values())
        yield Text(f"扫码人说到的省：{zh}", f"Provinces that those who scanned named: {en}")


def at_least(count: int) -> int:
    """Down to a power of two, so that a dismissed finding comes back when its count doubled, not with each
    scan."""
    return 1 << (count.bit_length() - 1) if count > 0 else 0


add_finder("scans", odd_labels)
