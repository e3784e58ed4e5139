"""Working days: weekdays, less the holidays of the year, plus the weekend days worked in their place.

A year whose table is not there is counted by weekdays alone, and every answer that touches it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """The last day, and whether it is only estimated."""

    day: date
    estimated: bool


@dataclass(frozen=True)
class WorkCalendar:
    """`special` holds the days that are not what their weekday says: True is worked, False is free."""

    special: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.special.get(day, day.weekday() < 5)

    def is_known(self, year: int) -> bool:
        return any(day.year == year for day in self.special)

    def due_after(self, start: date, working_days: int) -> Due:
        """The day on which this many working days are over; the first counted is the one after `start`."""
        day, left = start, working_days
        while left > 0:
            day += ONE_DAY
            left -= self.is_working(day)
        return Due(day, self._touches_unknown(start, day))

    def between(self, start: date, end: date) -> int:
        """The working days after `start` up to and with `end`; none when `end` comes first."""
        days = ((start + ONE_DAY * n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)

    def _touches_unknown(self, start: date, end: date) -> bool:
        return not all(self.is_known(year) for year in range(start.year, end.year + 1))
