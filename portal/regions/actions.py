"""Loading the divisions that the product ships. They are reference data: one entry for the whole."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256

from sqlalchemy import insert, select, update

from portal.db import db
from portal.lib.text import Text
from portal.regions.models import Region
from portal.register.actions import PORTAL, record
from portal.register.rules import canonical
from portal.register.words import describe_subject

describe_subject(
    "regions",
    Text("行政区划表", "Table of divisions"),
    {"rows": Text("区划数", "divisions"), "digest": Text("内容摘要", "digest of the content")},
)


def load_regions(rows: Sequence[object]) -> int:
    """Bring the stored divisions into line with the shipped ones; return how many rows changed."""
    known = {r.adcode: r for r in db.session.scalars(select(Region))}
    wanted = [_values(row) for row in rows]
    fresh = [values for values in wanted if values["adcode"] not in known]
    changed = [v for v in wanted if v["adcode"] in known and _differs(known[v["adcode"]], v)]
    if fresh:
        # Parents come before children: the codes of a level are shorter or sort before the next.
        db.session.execute(insert(Region), sorted(fresh, key=lambda v: (_depth(v), v["adcode"])))
    for values in changed:
        db.session.execute(update(Region).where(Region.adcode == values["adcode"]).values(values))
    if fresh or changed:
        digest = sha256(canonical(sorted(wanted, key=lambda v: v["adcode"]))).hexdigest()
        changes = {
            "rows": {"from": len(known) or None, "to": len(known) + len(fresh)},
            "digest": {"from": None, "to": digest},
        }
        record(PORTAL, "loaded", "regions:gbt2260", changes)
    return len(fresh) + len(changed)


def _values(row: object) -> dict[str, object]:
    values = asdict(row)
    # People type pinyin with or without spaces; it is kept, and looked for, without.
    values["pinyin"] = values["pinyin"].replace(" ", "")
    return {column.name: values[column.name] for column in Region.__table__.columns}


def _differs(region: Region, values: dict[str, object]) -> bool:
    return any(getattr(region, name) != value for name, value in values.items())


def _depth(values: dict[str, object]) -> int:
    return ("province", "prefecture", "county", "township").index(values["level"])
