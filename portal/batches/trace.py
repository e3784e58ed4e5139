"""Where did it come from, and what did it reach: the tree of batches, both ways, in one recursive query.

A batch that goes into an event reaches all that comes out of it. `UNION` drops what was reached before,
so that a web of splits and joins is walked once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, Select, func, select

from portal.batches.models import Batch, BatchEvent, BatchPart, Handover
from portal.batches.rules import HandoverState, Kind, Stage
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.said import Worded
from portal.lib.text import Text
from portal.producers.models import Producer

ENTERED, MADE = "in", "out"


class Way(Worded):
    FORWARD = "forward", Text("去了哪里", "What it reached")
    BACK = "back", Text("从哪里来", "Where it came from")


def reached_ids(start: Iterable[int], way: Way) -> CTE:
    """Every batch reached from the given ones, themselves included, as a table of ids."""
    first = select(Batch.id.label("id")).where(Batch.id.in_(list(start)))
    reached = first.cte("reached", recursive=True)
    near, far = BatchPart.__table__.alias("near"), BatchPart.__table__.alias("far")
    entered, left = (ENTERED, MADE) if way is Way.FORWARD else (MADE, ENTERED)
    step = select(far.c.batch_id).where(
        near.c.batch_id == reached.c.id,
        near.c.role == entered,
        far.c.event_id == near.c.event_id,
        far.c.role == left,
    )
    return reached.union(step)


@dataclass(frozen=True)
class Line:
    """One batch of a trace, with what a table says of it."""

    id: int
    code: str
    lot: str | None
    goods: str
    gi: Text
    producer: str
    producer_number: str
    producer_id: int
    name_public: bool
    adcode: str
    stage: Stage
    made_on: date
    grams: int | None
    left: int | None
    recall_id: int | None


@dataclass(frozen=True)
class Edge:
    """Grams of one batch that went into an event, or of the batch that came out of it."""

    event_id: int
    kind: Kind
    batch_id: int
    role: str
    grams: int | None
    lost: int


@dataclass(frozen=True)
class Trace:
    way: Way
    start: tuple[int, ...]
    lines: tuple[Line, ...]
    edges: tuple[Edge, ...]

    def links(self) -> list[tuple[int, int, Kind]]:
        """From batch to batch, by the event between them, in the direction of time."""
        ins, outs, kinds = defaultdict(list), defaultdict(list), {}
        for edge in self.edges:
            (ins if edge.role == ENTERED else outs)[edge.event_id].append(edge.batch_id)
            kinds[edge.event_id] = edge.kind
        known = {line.id for line in self.lines}
        return [
            (one, other, kinds[event])
            for event, made in outs.items()
            for one in ins[event]
            for other in made
            if one in known and other in known
        ]


def trace(start: Sequence[int], way: Way) -> Trace:
    """Two queries, whatever the size of the tree."""
    ids = reached_ids(start, way)
    lines = tuple(_line(row) for row in db.session.execute(_lines(ids)))
    edges = tuple(
        Edge(event_id, Kind(kind), batch_id, role, grams, lost)
        for event_id, kind, batch_id, role, grams, lost in db.session.execute(_edges(ids))
    )
    return Trace(way, tuple(start), lines, edges)


def _lines(ids: CTE) -> Select:
    return (
        select(
            Batch.id,
            Batch.code,
            Batch.lot,
            Batch.goods,
            Indication.name_zh,
            Indication.name_en,
            Producer.name,
            Producer.number,
            Batch.producer_id,
            Producer.name_public,
            Batch.adcode,
            Batch.stage,
            Batch.made_on,
            Batch.grams,
            Batch.grams_left,
            Batch.recall_id,
        )
        .join(ids, ids.c.id == Batch.id)
        .join(Batch.indication)
        .join(Batch.producer)
        .order_by(Batch.made_on, Batch.id)
    )


def _line(row: tuple) -> Line:
    number, code, lot, goods, zh, en, producer, *rest = row
    its_number, producer_id, public, adcode, stage, made_on, grams, left, recall = rest
    return Line(
        number, code, lot, goods, Text(zh, en), producer, its_number, producer_id, public, adcode,
        Stage(stage), made_on, grams, left, recall,
    )  # fmt: skip


def _edges(ids: CTE) -> Select:
    return (
        select(
            BatchPart.event_id,
            BatchEvent.kind,
            BatchPart.batch_id,
            BatchPart.role,
            BatchPart.grams,
            BatchEvent.lost_grams,
        )
        .join(ids, ids.c.id == BatchPart.batch_id)
        .join(BatchEvent, BatchEvent.id == BatchPart.event_id)
        .order_by(BatchPart.event_id, BatchPart.id)
    )


# ---- the account of a tree


@dataclass(frozen=True)
class Account:
    """All that was begun or brought in is sold, lost, on its way or still there: `unexplained` must be 0."""

    begun: int
    brought_in: int
    sold: int
    lost: int
    left: int
    on_the_way: int

    @property
    def unexplained(self) -> int:
        return self.begun + self.brought_in - self.sold - self.lost - self.left - self.on_the_way


def account_of(found: Trace) -> Account:
    """The mass balance of what a forward trace reached. What other batches put into a common event counts
    as brought in: nobody knows afterwards which gram is whose."""
    inside = {line.id for line in found.lines}
    events: dict[int, list[Edge]] = defaultdict(list)
    for edge in found.edges:
        events[edge.event_id].append(edge)
    used = {n: edges for n, edges in events.items() if any(edge.role == ENTERED for edge in edges)}
    turned = {n: edges for n, edges in used.items() if edges[0].kind is not Kind.HARVEST}
    whole = sum(line.grams or 0 for line in found.lines)
    made = sum(edge.grams or 0 for edges in turned.values() for edge in edges if edge.role == MADE)
    sold = sum(
        edge.grams or 0
        for edges in turned.values()
        for edge in edges
        if edge.kind is Kind.SELL and edge.role == ENTERED
    )
    return Account(
        begun=whole - made,
        brought_in=_brought_in(turned, inside),
        sold=sold,
        lost=sum(edges[0].lost for edges in turned.values()),
        left=sum(line.left or 0 for line in found.lines),
        on_the_way=_on_the_way(inside),
    )


def _brought_in(event_ids: Iterable[int], inside: set[int]) -> int:
    """Grams that batches outside the trace put into its events."""
    total = 0
    for ids in _portions(event_ids):
        query = select(BatchPart.batch_id, BatchPart.grams).where(
            BatchPart.event_id.in_(ids), BatchPart.role == ENTERED
        )
        total += sum(grams or 0 for batch_id, grams in db.session.execute(query) if batch_id not in inside)
    return total


def _on_the_way(batch_ids: Iterable[int]) -> int:
    return sum(
        db.session.scalar(
            select(func.coalesce(func.sum(Handover.grams), 0)).where(
                Handover.batch_id.in_(ids), Handover.state == HandoverState.OFFERED.value
            )
        )
        for ids in _portions(batch_ids)
    )


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """By the five hundred, so that no query names more than a database takes."""
    known = sorted(ids)
    return (known[at : at + 500] for at in range(0, len(known), 500))


def starts_of_plot(plot_id: int) -> list[int]:
    """The batches that a plot's plantings and harvests began."""
    made = (
        select(BatchPart.batch_id)
        .join(BatchEvent)
        .where(BatchPart.role == MADE, BatchEvent.kind.in_((Kind.PLANT.value, Kind.HARVEST.value)))
    )
    query = select(Batch.id).where(Batch.plot_id == plot_id, Batch.id.in_(made))
    return list(db.session.scalars(query.order_by(Batch.id)))
