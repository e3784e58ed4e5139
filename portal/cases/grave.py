"""Which decided cases count as a grave event of a GI: the published, heavier ones, while they are shown.

The rule on zones says no grave event, notification or exposure and defines none. Here a decision counts
that is shown for longer than the light ones: confiscation, a licence suspended or revoked, a high fine."""

from datetime import date

from sqlalchemy import func, select

from portal.cases.models import Case
from portal.cases.queries import shown_on
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.text import Text
from portal.targets.grave_events import GraveEvents, provide_grave_events


def grave_cases(indication_id: int, first: date, last: date) -> GraveEvents | None:
    """None where nothing counts: that no case is shown does not prove that nothing happened."""
    about = Case.indication_id == indication_id
    counted = Case.light.is_(False), Case.decided_on.between(first, last)
    count = db.session.scalar(select(func.count(Case.id)).where(about, shown_on(last), *counted))
    if not count:
        return None
    said = Text(
        "公示的较重处罚决定 {n} 件（没收、暂停或取消用标、较大数额罚款）。",
        "{n} published [n:decision|decisions] of the heavier kind "
        "(confiscation, licence suspended or revoked, a high fine).",
    ).format(n=count)
    slug = db.session.scalar(select(Indication.slug).where(Indication.id == indication_id))
    return GraveEvents(count, None, said, f"/cases/?gi={slug}")


provide_grave_events(grave_cases)
