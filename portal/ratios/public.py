"""What a published share shows of those behind it: firms by name, everybody else as a number."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from portal.db import db
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import regions_of, zones_published
from portal.regions.queries import regions_by_code


def firms_behind(one: PublishedRatio) -> dict[str, list[Producer]]:
    """The firms under each reason, as far as their names are public today: a consent may have ended."""
    numbers = {number for group in one.counted["firms"].values() for number in group}
    query = select(Producer).where(Producer.number.in_(numbers), Producer.name_public).order_by(Producer.name)
    known = {producer.number: producer for producer in db.session.scalars(query)}
    found: dict[str, list[Producer]] = defaultdict(list)
    for why, group in one.counted["firms"].items():
        wanted = set(group)
        found[why] = [producer for number, producer in known.items() if number in wanted]
    return found


def region_names(rows: Iterable[PublishedRatio]) -> dict[int, Text]:
    """Where each GI belongs, in words, for a whole page of them: two queries."""
    places = regions_of([row.indication_id for row in rows])
    return names_of_places(places)


def published_zones(indication_id: int) -> list[tuple[str, Text]]:
    """The parts of a GI's area for which something was published, by name."""
    codes = zones_published(indication_id)
    names = regions_by_code(codes)
    return [
        (code, Text(names[code].name_zh, names[code].name_en) if code in names else Text(code, code))
        for code in codes
    ]


def names_of_places(places: dict[int, list[str]]) -> dict[int, Text]:
    names = regions_by_code({code for codes in places.values() for code in codes})
    return {
        key: Text(
            "、".join(names[code].name_zh for code in codes if code in names),
            ", ".join(names[code].name_en for code in codes if code in names),
        )
        for key, codes in places.items()
    }
