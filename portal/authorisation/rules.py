"""From application to licence: who may do what next, and what a licence is worth on a day.

MOVES and LICENCE_MOVES are the only statement of the procedure: actions check them, pages draw their
buttons from them, the tests walk them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from portal.accounts.rules import Role, scope_covers
from portal.catalogue.rules import Kind
from portal.lib.said import Said, Worded
from portal.lib.text import Text


class Track(StrEnum):
    """What is applied for: the special mark of a GI product, or use under a registered mark."""

    SPECIAL_MARK = "special_mark"
    CERTIFICATION_MARK = "certification_mark"
    COLLECTIVE_MARK = "collective_mark"


# An agricultural GI that was not converted takes no applications here: its holder gives the permission.
TRACK_OF_KIND = {
    Kind.GI_PRODUCT: Track.SPECIAL_MARK,
    Kind.CERTIFICATION_MARK: Track.CERTIFICATION_MARK,
    Kind.COLLECTIVE_MARK: Track.COLLECTIVE_MARK,
}


class Route(StrEnum):
    """Who decides: the province, the national office on the province's report, or the mark's holder."""

    PROVINCE = "province"
    NATIONAL = "national"
    HOLDER = "holder"


OFFICES = frozenset({Route.PROVINCE, Route.NATIONAL})
EVERY_ROUTE = frozenset(Route)


class Purpose(StrEnum):
    NEW = "new"
    CHANGE = "change"
    RENEW = "renew"


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    COUNTY_CHECK = "county_check"
    CITY_CHECK = "city_check"
    PROVINCE_DECISION = "province_decision"
    NATIONAL_DECISION = "national_decision"
    HOLDER_DECISION = "holder_decision"
    APPROVED = "approved"
    PERMITTED = "permitted"
    ANNOUNCED = "announced"
    IN_FORCE = "in_force"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


FINAL = frozenset({State.IN_FORCE, State.REFUSED, State.WITHDRAWN})
OPEN = frozenset(State) - FINAL
WITH_OFFICES = OPEN - {State.DRAFT, State.RETURNED}


class Step(StrEnum):
    """In the order in which they are offered: what carries on first, what stops last."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    ACCEPT = "accept"
    VISIT = "visit"
    AGREE = "agree"
    FORWARD = "forward"
    APPROVE = "approve"
    PERMIT = "permit"
    ANNOUNCE = "announce"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    BEGIN = "begin"


@dataclass(frozen=True)
class Move:
    """`to` is None where an application goes back to the desk that returned it."""

    state: State
    step: Step
    to: State | None
    who: frozenset[Role]
    routes: frozenset[Route] = EVERY_ROUTE


_APPLICANT = frozenset({Role.PRODUCER})
_COUNTY = frozenset({Role.COUNTY})
_VISITORS = frozenset({Role.COUNTY, Role.INSPECTOR})
_CITY = frozenset({Role.CITY})
_PROVINCE = frozenset({Role.PROVINCE})
_HOLDER = frozenset({Role.HOLDER})
# No person: the day a licence begins comes by itself.
_CLOCK: frozenset[Role] = frozenset()
_BY_OFFICE, _NATIONAL, _BY_HOLDER = OFFICES, frozenset({Route.NATIONAL}), frozenset({Route.HOLDER})
_PROVINCIAL = frozenset({Route.PROVINCE})

MOVES = (
    Move(State.DRAFT, Step.SUBMIT, State.SUBMITTED, _APPLICANT, _BY_OFFICE),
    Move(State.DRAFT, Step.SUBMIT, State.HOLDER_DECISION, _APPLICANT, _BY_HOLDER),
    Move(State.DRAFT, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT),
    Move(State.RETURNED, Step.RESUBMIT, None, _APPLICANT),
    Move(State.RETURNED, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT),
    Move(State.SUBMITTED, Step.ACCEPT, State.COUNTY_CHECK, _COUNTY, _BY_OFFICE),
    Move(State.SUBMITTED, Step.RETURN, State.RETURNED, _COUNTY, _BY_OFFICE),
    Move(State.SUBMITTED, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _BY_OFFICE),
    Move(State.COUNTY_CHECK, Step.VISIT, State.COUNTY_CHECK, _VISITORS, _BY_OFFICE),
    Move(State.COUNTY_CHECK, Step.AGREE, State.CITY_CHECK, _COUNTY, _BY_OFFICE),
    Move(State.COUNTY_CHECK, Step.RETURN, State.RETURNED, _COUNTY, _BY_OFFICE),
    Move(State.COUNTY_CHECK, Step.REFUSE, State.REFUSED, _COUNTY, _BY_OFFICE),
    Move(State.COUNTY_CHECK, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _BY_OFFICE),
    Move(State.CITY_CHECK, Step.AGREE, State.PROVINCE_DECISION, _CITY, _BY_OFFICE),
    Move(State.CITY_CHECK, Step.RETURN, State.RETURNED, _CITY, _BY_OFFICE),
    Move(State.CITY_CHECK, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _BY_OFFICE),
    Move(State.PROVINCE_DECISION, Step.APPROVE, State.APPROVED, _PROVINCE, _PROVINCIAL),
    Move(State.PROVINCE_DECISION, Step.FORWARD, State.NATIONAL_DECISION, _PROVINCE, _NATIONAL),
    Move(State.PROVINCE_DECISION, Step.RETURN, State.RETURNED, _PROVINCE, _BY_OFFICE),
    Move(State.PROVINCE_DECISION, Step.REFUSE, State.REFUSED, _PROVINCE, _BY_OFFICE),
    Move(State.PROVINCE_DECISION, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _BY_OFFICE),
    # What the national office decided is entered by the province, with its document.
    Move(State.NATIONAL_DECISION, Step.APPROVE, State.APPROVED, _PROVINCE, _NATIONAL),
    Move(State.NATIONAL_DECISION, Step.REFUSE, State.REFUSED, _PROVINCE, _NATIONAL),
    Move(State.NATIONAL_DECISION, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _NATIONAL),
    Move(State.APPROVED, Step.ANNOUNCE, State.ANNOUNCED, _PROVINCE, _BY_OFFICE),
    Move(State.HOLDER_DECISION, Step.PERMIT, State.PERMITTED, _HOLDER, _BY_HOLDER),
    Move(State.HOLDER_DECISION, Step.RETURN, State.RETURNED, _HOLDER, _BY_HOLDER),
    Move(State.HOLDER_DECISION, Step.REFUSE, State.REFUSED, _HOLDER, _BY_HOLDER),
    Move(State.HOLDER_DECISION, Step.WITHDRAW, State.WITHDRAWN, _APPLICANT, _BY_HOLDER),
    Move(State.PERMITTED, Step.ANNOUNCE, State.ANNOUNCED, _HOLDER, _BY_HOLDER),
    Move(State.ANNOUNCED, Step.BEGIN, State.IN_FORCE, _CLOCK),
)

STEPS = {(move.state, move.step, route): move for move in MOVES for route in move.routes}

# Who is to act in a state, and within how many working days. The days are the portal's own targets
# (Hunan's rules of 2023 give ten for the first opinion); for the national office none was found.
ACTING = {
    State.DRAFT: Role.PRODUCER,
    State.RETURNED: Role.PRODUCER,
    State.SUBMITTED: Role.COUNTY,
    State.COUNTY_CHECK: Role.COUNTY,
    State.CITY_CHECK: Role.CITY,
    State.PROVINCE_DECISION: Role.PROVINCE,
    State.NATIONAL_DECISION: Role.PROVINCE,
    State.APPROVED: Role.PROVINCE,
    State.HOLDER_DECISION: Role.HOLDER,
    State.PERMITTED: Role.HOLDER,
}
DUE_WORKING_DAYS = {
    State.RETURNED: 20,
    State.SUBMITTED: 5,
    State.COUNTY_CHECK: 10,
    State.CITY_CHECK: 10,
    State.PROVINCE_DECISION: 10,
    State.APPROVED: 10,
    State.HOLDER_DECISION: 20,
    State.PERMITTED: 20,
}

NEEDS_REASON = frozenset({Step.RETURN, Step.REFUSE})
TEXT_SHORTEST, TEXT_LONGEST = 6, 2000


def find_move(state: State, step: Step, route: Route) -> Move | None:
    return STEPS.get((state, step, route))


def destination(move: Move, adcode: str, returned_from: State | None) -> State:
    """Where a move leads: back to whom it came from, and past a city that does not exist."""
    to = move.to if move.to is not None else (returned_from or State.SUBMITTED)
    return State.PROVINCE_DECISION if to is State.CITY_CHECK and not has_city(adcode) else to


def has_city(adcode: str) -> bool:
    """Counties of a municipality, and those straight under a province (90), have no city above them."""
    return adcode[:2] not in ("11", "12", "31", "50") and adcode[2:4] != "90"


def may_act(
    move: Move, role: Role | None, region: str | None, adcode: str, owns: bool = False, holds: bool = False
) -> bool:
    """An applicant acts on its own, a holder on its mark, an official only where its region reaches."""
    if role is None or role not in move.who:
        return False
    if role is Role.PRODUCER:
        return owns
    if role is Role.HOLDER:
        return holds
    return scope_covers(region, adcode)


def open_steps(
    state: State,
    route: Route,
    role: Role | None,
    region: str | None,
    adcode: str,
    owns: bool = False,
    holds: bool = False,
) -> list[Step]:
    """The steps this person may take now, in the order in which they are offered."""
    moves = (find_move(state, step, route) for step in Step)
    return [m.step for m in moves if m and may_act(m, role, region, adcode, owns, holds)]


def stations(route: Route, adcode: str) -> tuple[State, ...]:
    """The states an application passes when nothing goes wrong, for the list of steps."""
    if route is Route.HOLDER:
        return (State.HOLDER_DECISION, State.PERMITTED, State.ANNOUNCED, State.IN_FORCE)
    line = [State.SUBMITTED, State.COUNTY_CHECK]
    line += [State.CITY_CHECK] if has_city(adcode) else []
    line += [State.PROVINCE_DECISION]
    line += [State.NATIONAL_DECISION] if route is Route.NATIONAL else []
    return (*line, State.APPROVED, State.ANNOUNCED, State.IN_FORCE)


class RefusalReason(StrEnum):
    OUTSIDE_AREA = "outside_area"
    NOT_TO_STANDARD = "not_to_standard"
    NO_PROOF_OF_ORIGIN = "no_proof_of_origin"
    WRONG_PRODUCT = "wrong_product"
    FALSE_STATEMENT = "false_statement"
    OTHER = "other"


class Paper(StrEnum):
    """What a document is."""

    TEST_REPORT = "test_report"
    ORIGIN_PROOF = "origin_proof"
    PRODUCTION_RECORD = "production_record"
    MANDATE = "mandate"
    PHOTOGRAPH = "photograph"
    SIGNED_FORM = "signed_form"
    DECISION = "decision"
    OTHER = "other"


# The list of 2024 was not found; before, proof of origin and a test report were asked for.
REQUIRED_PAPERS = (Paper.TEST_REPORT, Paper.ORIGIN_PROOF)
APPLICANT_PAPERS = tuple(p for p in Paper if p is not Paper.DECISION)


# ---- licences


class LicenceState(Said):
    NOT_YET = "not_yet", Text("尚未生效", "Not yet in force"), "waiting"
    IN_FORCE = "in_force", Text("有效", "In force"), "positive"
    SUSPENDED = "suspended", Text("暂停使用", "Suspended"), "watch"
    REVOKED = "revoked", Text("已撤销", "Revoked"), "negative"
    CANCELLED = "cancelled", Text("已注销", "Cancelled by its holder"), "ended"
    EXPIRED = "expired", Text("已到期", "Expired"), "ended"


ENDED_FOR_GOOD = frozenset({LicenceState.REVOKED, LicenceState.CANCELLED})


Day = TypeVar("Day", date, str)


class Spell(Protocol):
    state: str
    from_on: date
    ended_on: date | None


def spell_on(spells: Iterable[Spell], day: date) -> Spell | None:
    """The spell of a day; the day on which one ends belongs to the next."""
    for spell in spells:
        if spell.from_on <= day and (spell.ended_on is None or day < spell.ended_on):
            return spell
    return None


def licence_state_on(
    valid_from: date, valid_to: date | None, spells: Iterable[Spell], day: date
) -> LicenceState:
    """What a licence is worth on a day. `queries.in_force_on` is the same rule in SQL."""
    spell = spell_on(spells, day)
    return licence_state_of(spell.state if spell else None, valid_from, valid_to, day)


def licence_state_of(spell: str | None, valid_from: Day, valid_to: Day | None, day: Day) -> LicenceState:
    """The same where the state of that day's spell is known; days as days, or all of them as ISO text."""
    state = LicenceState(spell) if spell else LicenceState.NOT_YET
    if state in ENDED_FOR_GOOD:
        return state
    if day < valid_from:
        return LicenceState.NOT_YET
    if valid_to is not None and day > valid_to:
        return LicenceState.EXPIRED
    return state


class LicenceStep(StrEnum):
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    CANCEL = "cancel"
    CHANGE = "change"
    RENEW = "renew"


@dataclass(frozen=True)
class LicenceMove:
    """`to` is None where the step opens an application that goes its own way."""

    states: frozenset[LicenceState]
    step: LicenceStep
    to: LicenceState | None
    officials: frozenset[Role] = frozenset()
    by_holder: bool = False
    by_producer: bool = False


LIVE = frozenset({LicenceState.NOT_YET, LicenceState.IN_FORCE, LicenceState.SUSPENDED})
_SUPERVISORS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
_ACTIVE = frozenset({LicenceState.IN_FORCE})

LICENCE_MOVES = {
    move.step: move
    for move in (
        LicenceMove(_ACTIVE, LicenceStep.SUSPEND, LicenceState.SUSPENDED, _SUPERVISORS, by_holder=True),
        LicenceMove(
            frozenset({LicenceState.SUSPENDED}),
            LicenceStep.RESUME,
            LicenceState.IN_FORCE,
            _SUPERVISORS,
            by_holder=True,
        ),
        LicenceMove(LIVE, LicenceStep.REVOKE, LicenceState.REVOKED, _PROVINCE, by_holder=True),
        LicenceMove(LIVE, LicenceStep.CANCEL, LicenceState.CANCELLED, by_producer=True),
        LicenceMove(_ACTIVE, LicenceStep.CHANGE, None, by_producer=True),
        LicenceMove(_ACTIVE, LicenceStep.RENEW, None, by_producer=True),
    )
}
# What was revoked stands again only where the decision that revoked it fell; no page offers it by itself.
REINSTATE = LicenceMove(
    frozenset({LicenceState.REVOKED}), LicenceStep.RESUME, LicenceState.IN_FORCE, _PROVINCE
)
RENEWAL_OPENS_DAYS_BEFORE = 180


class Ground(Worded):
    """By which law a decision fell that had revoked a licence."""

    REVIEW = (
        "review",
        Text(
            "行政复议决定撤销（行政复议法第六十四条）", "Set aside on review (Reconsideration Law, art. 64)"
        ),
    )
    COURT = (
        "court",
        Text(
            "人民法院判决撤销（行政诉讼法第七十条）",
            "Set aside by a court (Administrative Litigation Law, art. 70)",
        ),
    )
    OWN = (
        "own",
        Text(
            "作出决定的机关发现有错误，主动改正（行政处罚法第七十五条）",
            "Found wrong and put right by the office that decided (Law on penalties, art. 75)",
        ),
    )


def open_licence_steps(
    state: LicenceState,
    track: Track,
    role: Role | None,
    region: str | None,
    adcode: str,
    owns: bool = False,
    holds: bool = False,
) -> list[LicenceStep]:
    """The special mark is kept by offices, use of a registered mark by its holder."""
    return [
        step
        for step, move in LICENCE_MOVES.items()
        if state in move.states and _may_move(move, track, role, region, adcode, owns, holds)
    ]


def _may_move(
    move: LicenceMove,
    track: Track,
    role: Role | None,
    region: str | None,
    adcode: str,
    owns: bool,
    holds: bool,
) -> bool:
    if role is Role.PRODUCER:
        return move.by_producer and owns
    if track != Track.SPECIAL_MARK:
        return role is Role.HOLDER and move.by_holder and holds
    return role in move.officials and scope_covers(region, adcode)


def may_reinstate(
    state: LicenceState, track: Track, role: Role | None, region: str | None, adcode: str
) -> bool:
    """Whoever may revoke a licence may give it back."""
    move = REINSTATE
    return state in move.states and _may_move(move, track, role, region, adcode, owns=False, holds=False)


def state_before(spells: Sequence[Spell]) -> LicenceState:
    """How a licence stood before its last spell: one that was suspended by another decision is so again."""
    return LicenceState(spells[-2].state) if len(spells) > 1 else LicenceState.IN_FORCE


def may_renew_on(valid_to: date | None, day: date) -> bool:
    """A licence without an end needs no renewal; one with an end is renewed in its last half year."""
    return valid_to is not None and valid_to - timedelta(days=RENEWAL_OPENS_DAYS_BEFORE) <= day <= valid_to


# ---- watches: they ask a person to look, and decide nothing
