"""Freezing the lists, and the draw itself, between the pure algorithm (draw.py) and the stored plan."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.checks import draw
from portal.checks.draw import Opening
from portal.checks.models import CheckPlan, Commitment, Officer
from portal.checks.queries import Subject, excluded_for, officers_for, subjects_for
from portal.checks.rules import MOST_TICKETS, NO_GRADE, SeedKind, SubjectClass
from portal.credit.queries import grades_of
from portal.lib.problems import RuleBroken
from portal.lib.text import Text

NOT_FROZEN = Text("名单没有冻结", "The lists were not frozen")


@dataclass(frozen=True)
class Frozen:
    """What freezing makes: the public lists, and the sealed ones with weights and nonces."""

    tickets: dict[str, list[str]]
    officers: list[dict[str, str]]
    sealed: dict[str, object]

    @property
    def subjects(self) -> dict[str, int]:
        return {name: len(lines) for name, lines in self.sealed["subjects"].items()}


def freeze(plan: CheckPlan, day: date) -> Frozen:
    officers, subjects = officers_for(plan.adcode, day), subjects_for(plan, day)
    everyone = [one for line in subjects.values() for one in line]
    excluded = excluded_for(officers, [one.producer_id for one in everyone], day)
    _check(plan, officers, subjects, excluded)
    grades = grades_of([one.producer_id for one in everyone])
    lines = {
        name.value: [_line(plan, one, grades, excluded) for one in found] for name, found in subjects.items()
    }
    tickets = {
        name: sorted(
            draw.ticket_of(one["n"], one["excluded"], nonce) for one in found for nonce in one["nonces"]
        )
        for name, found in lines.items()
    }
    if sum(map(len, tickets.values())) > MOST_TICKETS:
        raise RuleBroken(
            NOT_FROZEN,
            {"scope": Text(f"签超过 {MOST_TICKETS:,} 支，请缩小范围", f"More than {MOST_TICKETS:,} tickets")},
        )
    public = [{"licence": one.licence, "unit": one.unit} for one in officers]
    named = [{"licence": one.licence, "unit": one.unit, "name": one.name} for one in officers]
    return Frozen(tickets, public, {"subjects": lines, "officers": named, "weights": plan.weights})


def _line(
    plan: CheckPlan, one: Subject, grades: Mapping[int, str], excluded: Mapping[int, set[str]]
) -> dict[str, object]:
    grade = str(grades.get(one.producer_id, NO_GRADE))
    return {
        "n": one.number,
        "name": one.name,
        "grade": grade,
        "excluded": sorted(excluded.get(one.producer_id, ())),
        "nonces": [secrets.token_hex(16) for _ in range(plan.weights[grade])],
    }


def _check(
    plan: CheckPlan,
    officers: Sequence[Officer],
    subjects: Mapping[SubjectClass, list[Subject]],
    excluded: Mapping[int, set[str]],
) -> None:
    faults: dict[str, Text] = {}
    for name, found in subjects.items():
        if len(found) < plan.wanted[name.value]:
            faults[f"wanted-{name.value}"] = Text(
                f"名单内只有 {len(found)} 户，要抽 {plan.wanted[name.value]} 户",
                f"Only {len(found)} on the list, {plan.wanted[name.value]} wanted",
            )
    if len(officers) < plan.officers_each:
        faults["officers"] = Text(
            "本地区只有 {n} 名执法人员，每户要 {each} 名；请增加执法人员，或减少每户的人数",
            "The region has {n} [n:officer|officers], {each} needed for each subject; "
            "add officers or take fewer",
        ).format(n=len(officers), each=plan.officers_each)
    else:
        short = [
            one.name
            for found in subjects.values()
            for one in found
            if len(officers) - len(excluded.get(one.producer_id, ())) < plan.officers_each
        ]
        if short:
            names = Text("、".join(short[:3]), ", ".join(short[:3]) + (" …" if len(short) > 3 else ""))
            faults["officers"] = Text(
                "除去回避的，{names}等 {n} 户没有足够的执法人员；请增加执法人员",
                "Without those excluded, {n} [n:subject lacks|subjects lack] officers: {names}; add officers",
            ).format(n=len(short), names=names)
    if faults:
        raise RuleBroken(NOT_FROZEN, faults)


# ---- the draw


@dataclass(frozen=True)
class Drawn:
    seed: bytes
    walks: dict[str, list[Opening]]
    officers: dict[str, list[str]]

    @property
    def result(self) -> list[dict[str, object]]:
        return [{"subject": subject, "officers": licences} for subject, licences in self.officers.items()]


def draw_plan(plan: CheckPlan, parts: Sequence[str]) -> Drawn:
    seed = draw.seed_of(plan.number, plan.round, plan.tickets_digest, plan.officers_digest, parts)
    walks = {
        name: draw.draw_subjects(tickets, _book(plan, name).__getitem__, plan.wanted[name], seed, name)
        for name, tickets in plan.tickets.items()
    }
    first = [one for name in sorted(walks) for one in draw.first_of_each(walks[name])]
    licences = [one["licence"] for one in plan.officers]
    return Drawn(seed, walks, draw.draw_officers(first, licences, plan.officers_each, seed))


def _book(plan: CheckPlan, name: str) -> dict[str, Opening]:
    """What every ticket of a class opens to; never shown but for those drawn."""
    opened = {}
    for line in plan.sealed["subjects"][name]:
        for nonce in line["nonces"]:
            excluded = tuple(line["excluded"])
            ticket = draw.ticket_of(line["n"], excluded, nonce)
            opened[ticket] = Opening(ticket, line["n"], excluded, nonce)
    return opened


def next_officer(plan: CheckPlan, subject: str, ticket: str, taken: set[str]) -> str | None:
    """Who follows when an officer cannot come: the next of this subject's own lot."""
    seed = bytes.fromhex(plan.seed)
    order = draw.officers_in_order([one["licence"] for one in plan.officers], ticket, seed, {})
    shut = next(
        one["excluded"] for walk in plan.openings.values() for one in walk if one["subject"] == subject
    )
    return next((one for one in order if one not in taken and one not in shut), None)


def proof_of(
    plan: CheckPlan, commitments: Sequence[Commitment], names: Mapping[str, str | None]
) -> dict[str, object]:
    """Everything needed to draw again, and nothing of those who were not drawn."""
    seed: dict[str, object] = {"kind": plan.seed_kind, "parts": plan.seed_parts, "seed": plan.seed}
    if plan.seeded_by is SeedKind.COMMIT:
        seed["commitments"] = [{"digest": one.digest, "by": one.who} for one in commitments]
        seed["not_revealed"] = [one.digest for one in commitments if one.secret is None]
    if seed.get("not_revealed"):
        seed["named_beforehand"] = plan.later_source
        seed["not_before"] = (plan.reveal_by + timedelta(days=1)).isoformat()
        seed["source"] = plan.seed_source
    elif plan.seeded_by is SeedKind.LATER:
        seed["named_beforehand"] = plan.later_source
        seed["not_before"] = plan.later_on.isoformat()
        seed["source"] = plan.seed_source
    drawn = draw_plan(plan, plan.seed_parts)
    return {
        "format": draw.FORMAT,
        "number": plan.number,
        "round": plan.round,
        "title": plan.title,
        "wanted": plan.wanted,
        "officers_each": plan.officers_each,
        "tickets": plan.tickets,
        "tickets_digest": plan.tickets_digest,
        "officers": plan.officers,
        "officers_digest": plan.officers_digest,
        "lists_digest": plan.sealed_digest,
        "seed": seed,
        "openings": plan.openings,
        "result": [one | {"name": names.get(one["subject"])} for one in drawn.result],
        "entries": f"/log/of/{plan.subject}",
    }
