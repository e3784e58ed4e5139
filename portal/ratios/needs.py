"""What it takes to reach the target: pure over the members of one GI. It stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.ratios.ledger import Figures
from portal.ratios.members import Member
from portal.ratios.rules import (
    Assessment,
    Outcome,
    WhyOutput,
    assess,
    both,
    newcomers_short,
    output_short,
    shortest_list,
    users_short,
)

LISTED_MOST = 200


@dataclass(frozen=True)
class Needs:
    """How far a GI is from the target, and who would bring it there."""

    users_more: int
    newcomers_more: int
    output_more: int | None
    candidates: list[Member]
    by_users: int | None
    by_output: int | None

    @property
    def list_length(self) -> int | None:
        """How many of the candidates reach the targets; None where all of them do not. Where the output
        cannot be computed, the list is of users alone."""
        if self.by_users is None or (self.by_output is None and self.output_more is not None):
            return None
        return max(self.by_users, self.by_output or 0)


def needs_of(figures: Figures, members: Iterable[Member]) -> Needs:
    """The candidates are those on the roster who are no users, the largest output first."""
    candidates = sorted(
        (m for m in members if m.on_roster and not m.is_user and m.why != "outside_zone"),
        key=lambda m: (-(m.value_fen or 0), m.number),
    )
    users, output = figures.users_share, figures.output_share
    values = [m.value_fen or 0 for m in candidates]
    known = output.n is not None and bool(output.d) and output.n <= output.d
    return Needs(
        users_more=users_short(users.n, users.d) if users.d else 0,
        newcomers_more=newcomers_short(users.n, users.d) if users.d else 0,
        output_more=output_short(output.n, output.d) if known else None,
        candidates=candidates,
        by_users=shortest_list(users.n, users.d, [1] * len(candidates)) if users.d else None,
        by_output=shortest_list(output.n, output.d, values) if known else None,
    )


def ending_before(members: Iterable[Member], today: date, last_day: date) -> list[Member]:
    """Users whose last licence ends before the day on which the year is counted."""
    return sorted(
        (m for m in members if m.is_user and m.valid_to is not None and today <= m.valid_to < last_day),
        key=lambda m: (m.valid_to, m.number),
    )


@dataclass(frozen=True)
class WhatIf:
    """The two shares as they would be."""

    users: Assessment
    output: Assessment

    @property
    def outcome(self) -> Outcome:
        return both((self.users.outcome, self.output.outcome))


def what_if(figures: Figures, members: Iterable[Member], add: set[str], drop: set[str]) -> WhatIf:
    """Some more authorised, some no longer: their known output moves with them, the whole stays."""
    listed = [m for m in members if m.on_roster and m.why != "outside_zone"]
    users = [m for m in listed if (m.is_user or m.number in add) and m.number not in drop]
    value = sum(m.value_fen or 0 for m in users)
    filed = {WhyOutput.BOTH, WhyOutput.WHOLE_ONLY}
    missing_users = sum(1 for m in users if m.output not in filed)
    missing = sum(1 for m in listed if m.output not in filed)
    stated = figures.official is not None
    return WhatIf(
        assess(len(users), len(listed)),
        assess(value, figures.output_share.d, missing_users, missing - missing_users, stated),
    )


@dataclass(frozen=True)
class Forecast:
    """31 December if nothing changes but what is known today."""

    users: Assessment
    output: Assessment | None
    ending: int


def forecast(
    figures: Figures, members: Iterable[Member], last_year: Iterable[Member], last_day: date
) -> Forecast:
    """Licences that end before the last day end, nobody joins or leaves, and every producer makes what it
    returned last year; the pages state these three assumptions. Without last year there is no output."""
    listed = [m for m in members if m.on_roster and m.why != "outside_zone"]
    staying = [m for m in listed if m.is_user and not (m.valid_to is not None and m.valid_to < last_day)]
    then = {m.producer_id: m.value_fen for m in last_year if m.value_fen is not None}
    known = [m for m in listed if m.producer_id in then]
    whole = sum(then[m.producer_id] for m in known)
    ids = {m.producer_id for m in staying}
    part = sum(then[m.producer_id] for m in known if m.producer_id in ids)
    return Forecast(
        assess(len(staying), len(listed)),
        assess(part, whole) if known else None,
        sum(1 for m in listed if m.is_user) - len(staying),
    )
