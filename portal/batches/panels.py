"""What batches put on a desk, and where rooms that know plots and labels are asked."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.batches.handovers import waiting_days
from portal.batches.models import BatchLabels
from portal.batches.present import waited, weight
from portal.batches.queries import handovers_to, recalls_for
from portal.batches.rules import READERS
from portal.db import db
from portal.land.models import Plot
from portal.land.rules import PlotState
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.producers.models import Producer

SHOWN = 5


def to_receive(account: Account) -> Tray | None:
    if account.role is not Role.PRODUCER:
        return None
    waiting = handovers_to(account, today())
    items = [
        Item(
            Text("{who} 交来 {grams} {goods}", "{who} hands over {grams} of {goods}").format(
                who=one.batch.producer.name, grams=weight(one.grams), goods=one.batch.goods
            ),
            f"/workbench/batches/handovers/{one.id}",
            waited(waiting_days(one, today())),
        )
        for one in waiting[:SHOWN]
    ]
    title = Text("等您确认的交接", "Goods for you to confirm")
    return Tray(title, len(waiting), items, "/workbench/batches")


def recalled(account: Account) -> Tray | None:
    if account.role not in READERS:
        return None
    found = recalls_for(account, today())
    items = [
        Item(
            Text("{code}：{reason}", "{code}: {reason}").format(code=recall.code, reason=recall.reason[:40]),
            f"/office/batches/{recall.code}",
            Text("涉及 {n} 个批次", "{n} [n:batch|batches]").format(n=recall.batches),
        )
        for recall, _ in found[:SHOWN]
    ]
    title = Text("召回中的批次", "Batches under recall")
    return Tray(title, len(found), items, "/office/batches?state=recalled", quiet=True)


add_tray("batches-receive", 30, to_receive)
add_tray("batches-recalled", 55, recalled)


# ---- plots


def plot_asked(producer: Producer, form: Mapping[str, str]) -> int | None:
    """The plot chosen in a form, if it is this producer's."""
    query = select(Plot.id).where(Plot.number == form.get("plot", ""), Plot.producer_id == producer.id)
    return db.session.scalar(query)


def plots_for(producers: Sequence[Producer]) -> list[tuple[str, str]]:
    query = (
        select(Plot)
        .where(
            Plot.producer_id.in_([one.id for one in producers]),
            Plot.ended_on.is_(None),
            Plot.state != PlotState.REFUSED.value,
        )
        .order_by(Plot.id)
        .limit(300)
    )
    return [(plot.number, f"{plot.name} · {plot.number}") for plot in db.session.scalars(query)]


def plot_numbers(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one is not None}
    return dict(db.session.execute(select(Plot.id, Plot.number).where(Plot.id.in_(wanted))).all())


# ---- labels


def labels_by_batch(labels: Sequence[BatchLabels]) -> dict[int, int]:
    """How many labels each batch carries."""
    found: dict[int, int] = {}
    for one in labels:
        found[one.batch_id] = found.get(one.batch_id, 0) + one.count
    return found
