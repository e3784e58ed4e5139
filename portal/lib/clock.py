"""The only place that asks what time it is. Instants are UTC; the day is the day in China."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from portal.lib.text import Text

NOT_A_DAY = Text("日期应写作 2026-11-20", "Write the day like 2026-11-20")
CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return day_of(now())


def day_of(instant: datetime) -> date:
    return instant.astimezone(CHINA).date()


def in_utc(instant: datetime) -> datetime:
    """The same instant. In China the first day that Python counts began before the first that it counts."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def instant_text(instant: datetime) -> str:
    """UTC to the microsecond, always the same length, so that text order is time order."""
    return in_utc(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def end_of_day(day: date) -> datetime:
    """The last microsecond of a day in China, as a UTC instant."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, CHINA).astimezone(UTC)
