"""The shape of a legal clock and of what has clocks: tips, cases and transfers keep theirs in tables of their
own, alike but for which periods there are."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, ScalarSelect, func, select, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.lib.periods import Standing, standing_of


class RunningClock:
    """A legal period that runs, or ran: from when, until when, and when it was done. A room adds whose it is
    and `what` period."""

    id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[date]
    due_on: Mapped[date]
    estimated: Mapped[bool] = mapped_column(default=False)
    done_on: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index]:
        runs = text("done_on IS NULL")
        name = f"ix_{cls.__tablename__}_due_on"
        return (Index(name, "due_on", sqlite_where=runs, postgresql_where=runs),)

    @classmethod
    def runs(cls) -> ColumnElement[bool]:
        return cls.done_on.is_(None)

    @classmethod
    def first_due(cls, owner: ColumnElement[bool]) -> ScalarSelect[date]:
        """The soonest last day of an owner's running ones: what a list is ordered by."""
        return select(func.min(cls.due_on)).where(owner, cls.runs()).scalar_subquery()

    def standing(self, day: date) -> Standing:
        return standing_of(self.due_on, day, self.done_on)


class Clocked:
    """What has `clocks`."""

    @property
    def next_clock(self) -> RunningClock | None:
        running = [one for one in self.clocks if one.done_on is None]
        return min(running, key=lambda one: one.due_on, default=None)

    def running(self, what: StrEnum) -> RunningClock | None:
        return next((one for one in self.clocks if one.what is what and one.done_on is None), None)

    def stop_clocks(self, which: Collection[StrEnum], day: date) -> None:
        for one in self.clocks:
            if one.done_on is None and one.what in which:
                one.done_on = day
