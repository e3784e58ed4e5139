"""Working days: weekdays, holidays, the weekend days worked in their place, and years nobody knows yet."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gi_data.office_tables import read_routes, read_special_days
from portal.lib.workdays import WorkCalendar

CALENDAR = WorkCalendar({one.day: one.working for one in read_special_days()})
DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 30))


def test_the_national_day_week_is_free_and_the_saturday_after_it_is_worked():
    assert CALENDAR.due_after(date(2026, 9, 30), 1).day == date(2026, 10, 8)
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 11))


def test_the_day_itself_does_not_count_and_nought_days_end_today():
    assert CALENDAR.due_after(date(2026, 11, 20), 1).day == date(2026, 11, 23)
    assert CALENDAR.due_after(date(2026, 11, 21), 0).day == date(2026, 11, 21)


def test_a_year_without_a_table_is_said_to_be_estimated():
    assert not CALENDAR.due_after(date(2026, 11, 2), 10).estimated
    assert CALENDAR.due_after(date(2026, 12, 25), 10).estimated
    assert WorkCalendar().due_after(date(2026, 11, 2), 1).estimated


@given(DAYS, st.integers(1, 60))
def test_counting_back_gives_the_number_that_was_counted_forward(start: date, number: int):
    due = CALENDAR.due_after(start, number).day
    assert CALENDAR.is_working(due)
    assert CALENDAR.between(start, due) == number


@given(DAYS, st.integers(1, 40))
def test_one_more_day_is_never_earlier(start: date, number: int):
    assert CALENDAR.due_after(start, number + 1).day > CALENDAR.due_after(start, number).day


def test_no_working_days_lie_between_a_day_and_one_before_it():
    day = date(2026, 11, 20)
    assert CALENDAR.between(day, day - timedelta(days=3)) == 0


def test_every_shipped_day_names_its_source_and_differs_from_its_weekday_or_is_a_holiday():
    days = read_special_days()
    assert all(one.source and one.name for one in days)
    assert all(one.day.weekday() >= 5 for one in days if one.working)


def test_every_shipped_route_is_one_the_rules_know_and_says_who_said_so():
    routes = read_routes()
    assert {one.route for one in routes.values()} <= {"province", "national"}
    assert all(one.source_zh and one.source_en for one in routes.values())
