"""How a legal period stands: the last day is in time, three days before it is soon, and done it was kept or
missed."""

from datetime import date, timedelta

import pytest

from portal.lib.periods import SOON_DAYS, Standing, standing_of

DUE = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("left", "standing"),
    [
        (SOON_DAYS + 1, Standing.RUNNING),
        (SOON_DAYS, Standing.SOON),
        (0, Standing.SOON),
        (-1, Standing.LATE),
    ],
)
def test_a_running_period_is_soon_over_and_then_late(left, standing):
    assert standing_of(DUE, DUE - timedelta(days=left)) is standing


@pytest.mark.parametrize(("after", "standing"), [(0, Standing.KEPT), (1, Standing.MISSED)])
def test_one_that_is_done_was_kept_or_missed_whatever_day_it_is(after, standing):
    assert standing_of(DUE, DUE + timedelta(days=90), DUE + timedelta(days=after)) is standing
