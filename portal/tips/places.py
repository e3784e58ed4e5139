"""Which county hears a tip or a complaint: the place of the act, or that of whom it is about."""

from portal.lib.text import Text
from portal.producers.models import Producer
from portal.regions.models import Region
from portal.regions.queries import find_region, search_regions
from portal.regions.rules import Level, county_of
from portal.tips.rules import Kind

TYPE_A_PLACE = Text("请写发生在哪个县、区、旗", "Name the county or district where it happened")
NO_SUCH = Text(
    "没有找到这个地方，请写县、区、旗的名称", "No such place was found; name the county or district"
)
CHOOSE = Text("有几个同名的地方，请选一个", "Several places have this name; choose one")
OFFERED = 12


def find_places(typed: str, levels: tuple[Level, ...] = (Level.COUNTY,)) -> list[Region]:
    """The counties (or towns) meant, or cities where they are asked for; one where it is clear."""
    typed = typed.strip()[:60]
    if not typed:
        return []
    exact = find_region(typed) if typed.isdecimal() else None
    if exact is not None and exact.level in (*levels, Level.TOWNSHIP):
        return [exact]
    found = [one for one in search_regions(typed, limit=200) if one.level in levels]
    same = [one for one in found if one.name_zh == typed]
    return (same or found)[:OFFERED]


def handled_by(kind: Kind, place: str, producer: Producer | None) -> str:
    """A complaint goes to the county of whom it is about (rules on complaints, art. 12), a tip to that of the
    act (art. 25)."""
    if kind is Kind.COMPLAINT and producer is not None:
        return county_of(producer.adcode)
    return county_of(place)
