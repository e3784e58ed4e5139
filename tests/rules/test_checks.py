"""The draw by lot: the same for everyone, unbiased, and blind to the order of its lists."""

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.rules import Role
from portal.checks.draw import (
    FORMAT,
    Opening,
    commitment_of,
    digest,
    draw_officers,
    draw_subjects,
    first_of_each,
    seed_of,
    shuffled,
    ticket_of,
)
from portal.checks.rules import (
    ITEM_KEYS,
    PLAN_MOVES,
    USUAL_FALLBACK,
    USUAL_WEIGHTS,
    Mark,
    PlanState,
    PlanStep,
    Result,
    may_take,
    named_value,
    sheet_faults,
    weights_are_monotone,
)
from portal.lib.text import Text
from tests.architecture.house import ROOT

PROGRAM = ROOT / "docs" / "draw_check.py"
OFFICERS = ["A-001", "A-002", "A-003", "A-004"]
names = st.text("PQR0123456789", min_size=3, max_size=8)
weighted = st.dictionaries(names, st.integers(1, 8), min_size=1, max_size=12)


def book(weights: dict[str, int], excluded: dict[str, tuple[str, ...]] | None = None) -> dict[str, Opening]:
    """Every ticket of these subjects with what it opens to."""
    opened = {}
    for subject, weight in weights.items():
        for copy in range(weight):
            nonce = sha256(f"{subject}{copy}".encode()).hexdigest()
            shut = (excluded or {}).get(subject, ())
            ticket = ticket_of(subject, shut, nonce)
            opened[ticket] = Opening(ticket, subject, shut, nonce)
    return opened


def drawn(weights: dict[str, int], wanted: int, seed: bytes) -> list[str]:
    opened = book(weights)
    walk = draw_subjects(opened, opened.get, wanted, seed, "authorised")
    return [one.subject for one in first_of_each(walk)]


def seed(n: int) -> bytes:
    return sha256(str(n).encode()).digest()


@given(weighted, st.integers(0, 12), st.integers(0, 10**6))
def test_as_many_are_drawn_as_wanted_and_nobody_twice(weights, wanted, n):
    wanted = min(wanted, len(weights))
    found = drawn(weights, wanted, seed(n))
    assert len(found) == len(set(found)) == wanted
    assert set(found) <= set(weights)


@given(weighted, st.integers(0, 10**6), st.randoms())
def test_the_order_of_the_lists_does_not_matter(weights, n, chance):
    other = list(weights.items())
    chance.shuffle(other)
    assert drawn(dict(other), len(weights), seed(n)) == drawn(weights, len(weights), seed(n))


def test_every_order_is_equally_likely():
    counts = Counter(tuple(shuffled("abcd", seed(n), "x")) for n in range(4800))
    assert len(counts) == 24
    # 200 expected each; six standard deviations either way.
    assert all(115 < count < 285 for count in counts.values())


def test_the_first_is_drawn_in_proportion_to_its_weight():
    weights = {"P1": 1, "P2": 2, "P3": 4, "P4": 8}
    counts = Counter(drawn(weights, 1, seed(n))[0] for n in range(3000))
    for subject, weight in weights.items():
        assert abs(counts[subject] - 3000 * weight / 15) < 140


@given(st.integers(1, 6))
@settings(max_examples=4)
def test_more_weight_is_never_a_smaller_chance(weight):
    def chance(of: int) -> int:
        weights = {"P1": of, "P2": 3, "P3": 3, "P4": 3, "P5": 3}
        return sum("P1" in drawn(weights, 2, seed(n)) for n in range(700))

    assert chance(weight + 3) > chance(weight) - 20


@given(weighted, st.integers(0, 10**6))
def test_an_excluded_officer_never_checks_and_everyone_has_two(weights, n):
    excluded = {subject: (OFFICERS[len(subject) % 4],) for subject in weights}
    opened = book(weights, excluded)
    walk = draw_subjects(opened, opened.get, len(weights), seed(n), "roster")
    chosen = draw_officers(first_of_each(walk), OFFICERS, 2, seed(n))
    for subject, officers in chosen.items():
        assert len(set(officers)) == 2
        assert not set(officers) & set(excluded[subject])


@given(st.integers(0, 10**6))
def test_the_work_is_spread_over_the_officers(n):
    weights = {f"P{k}": 1 for k in range(8)}
    opened = book(weights)
    walk = draw_subjects(opened, opened.get, 8, seed(n), "roster")
    chosen = draw_officers(first_of_each(walk), OFFICERS, 2, seed(n))
    busy = Counter(licence for officers in chosen.values() for licence in officers)
    assert max(busy.values()) - min(busy.values()) <= 1


def proof(secrets: tuple[str, str] = ("first secret of sixteen", "second secret of sixteen")) -> dict:
    """A proof as the portal gives it, made from rules alone."""
    weights = {f"P{k:03d}": 1 + k % 5 for k in range(20)}
    opened = book(weights, {"P004": ("A-002",)})
    tickets = {"authorised": sorted(opened)}
    officers = [{"licence": licence, "unit": "中宁县（演示）"} for licence in OFFICERS]
    made = seed_of("SJ2026-0001", 1, digest(tickets), digest(officers), secrets)
    walk = draw_subjects(opened, opened.get, 6, made, "authorised")
    chosen = draw_officers(first_of_each(walk), OFFICERS, 2, made)
    return {
        "format": FORMAT,
        "number": "SJ2026-0001",
        "round": 1,
        "wanted": {"authorised": 6},
        "officers_each": 2,
        "tickets": tickets,
        "tickets_digest": digest(tickets),
        "officers": officers,
        "officers_digest": digest(officers),
        "seed": {
            "kind": "commit",
            "commitments": [{"digest": commitment_of("SJ2026-0001", 1, one)} for one in secrets],
            "parts": list(secrets),
            "seed": made.hex(),
        },
        "openings": {"authorised": [vars(one) | {"excluded": list(one.excluded)} for one in walk]},
        "result": [{"subject": s, "name": None, "officers": o} for s, o in chosen.items()],
    }


def run(folder, content: object) -> subprocess.CompletedProcess:
    path = folder / "proof.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return subprocess.run([sys.executable, "-I", str(PROGRAM), str(path)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The stand-alone program as a module, to ask it many times."""
    spec = importlib.util.spec_from_file_location("draw_check", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=16, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_programs_agree_whatever_the_secret(program, secret):
    assert program.check(proof((secret, "second secret of sixteen"))) == []


def test_the_stand_alone_program_draws_the_same_names(tmp_path):
    done = run(tmp_path, proof())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same 6 names" in done.stdout


def _another_name(one: dict) -> None:
    one["result"][0]["subject"] = "P999"


def _another_secret(one: dict) -> None:
    one["seed"]["parts"][0] = "something else altogether"


def _a_ticket_more(one: dict) -> None:
    one["tickets"]["authorised"].append("0" * 64)


def _another_officer(one: dict) -> None:
    one["officers"][0]["licence"] = "B-001"


def _an_exclusion_forgotten(one: dict) -> None:
    for opened in one["openings"]["authorised"]:
        opened["excluded"] = [*opened["excluded"], "A-001"]


def _one_fewer(one: dict) -> None:
    one["openings"]["authorised"].pop()


@pytest.mark.parametrize(
    "tamper",
    [_another_name, _another_secret, _a_ticket_more, _another_officer, _an_exclusion_forgotten, _one_fewer],
)
def test_the_stand_alone_program_notices(tmp_path, tamper):
    changed = proof()
    tamper(changed)
    done = run(tmp_path, changed)
    assert done.returncode == 1, done.stdout
    assert "DOES NOT HOLD" in done.stdout


def test_the_stand_alone_program_says_when_it_cannot_read(tmp_path):
    assert run(tmp_path, {"format": "?"}).returncode == 2


def test_a_commitment_made_outside_is_the_portals():
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "--commit", "SJ2026-0001", "1"], capture_output=True, text=True
    )
    secret, committed = (line.rsplit(" ", 1)[1] for line in done.stdout.strip().splitlines())
    assert commitment_of("SJ2026-0001", 1, secret) == committed


def test_a_worse_grade_is_never_drawn_less_often():
    assert weights_are_monotone(USUAL_WEIGHTS)
    assert not weights_are_monotone(USUAL_WEIGHTS | {"D": 1})


def test_every_step_of_a_plan_is_closed_to_an_auditor_and_to_another_county():
    for step, states in PLAN_MOVES.items():
        for state in PlanState:
            assert not may_take(step, state, Role.AUDITOR, "640000", "640521")
            assert not may_take(step, state, Role.COUNTY, "150821", "640521")
            assert may_take(step, state, Role.COUNTY, "640521", "640521") == (state in states)
    assert not any(PlanState.ABANDONED in states for states in PLAN_MOVES.values())
    assert may_take(PlanStep.COMMIT, PlanState.FROZEN, Role.INSPECTOR, "640521", "640521")


ALL_OK = dict.fromkeys(ITEM_KEYS, Mark.OK)


@pytest.mark.parametrize(
    ("marks", "result", "officers", "wrong"),
    [
        (ALL_OK, Result.PASSED, 2, set()),
        (ALL_OK, Result.PASSED, 1, {"officers"}),
        ({}, Result.PASSED, 2, {"items"}),
        (ALL_OK | {"mark": Mark.PROBLEM}, Result.PASSED, 2, {"result"}),
        (ALL_OK | {"mark": Mark.PROBLEM}, Result.ORDERED, 2, set()),
        (ALL_OK, Result.ORDERED, 2, {"result"}),
        ({}, Result.NOT_FOUND, 2, set()),
        (ALL_OK, None, 2, {"result"}),
    ],
)
def test_a_sheet_agrees_with_itself(marks, result, officers, wrong):
    assert set(sheet_faults(marks, result, officers, needs_recheck=False)) == wrong


def test_the_usual_public_value_is_said_in_both_languages_another_as_it_was_named():
    assert named_value(USUAL_FALLBACK.zh).en.startswith("the first double-colour lottery")
    assert named_value("中证指数") == Text("中证指数", "中证指数")
