"""Where somebody who has signed in can go: every place of the role once, the part of the reader open."""

from collections import Counter
from types import SimpleNamespace

import pytest

from portal.accounts.rules import Role
from portal.navigation import WORK_PARTS, workplace_for


def workplace(role, path="/office/"):
    return workplace_for(SimpleNamespace(is_authenticated=True, role=role), path)


@pytest.fixture(autouse=True)
def _request(app):
    with app.test_request_context():
        yield


def test_a_stranger_has_no_workplace(app):
    assert not workplace_for(SimpleNamespace(is_authenticated=False), "/")


def test_every_place_of_a_role_can_be_reached_once():
    for role in Role:
        allowed = [p.text for _, places in WORK_PARTS for p in places if p.roles is None or role in p.roles]
        work = workplace(role)
        parts = {part for part, _ in work.parts}
        reached = [link.text for _, links in work.parts for link in links]
        reached += [link.text for link in work.row if link.text not in parts]
        assert Counter(reached) == Counter(allowed), role


def test_the_part_the_reader_is_in_is_open_and_marked():
    work = workplace(Role.COUNTY, "/office/cases/A2026-000001")
    assert [link.text.zh for link in work.row if link.current] == ["监督管理"]
    assert [link.text.zh for link in work.beside if link.current] == ["案件"]
    assert len(work.row) <= 8


def test_a_first_page_marks_itself_and_opens_no_part():
    work = workplace(Role.COUNTY)
    assert [link.text.zh for link in work.row if link.current] == ["办公首页"]
    assert work.beside == []


@pytest.mark.parametrize(
    "path, text",
    [
        ("/office/mark-use", "用标报告"),
        ("/office/producers", "生产者名录"),
        ("/office/imports/new", "生产者名录"),
        ("/office/watches/", "用标授权"),
        ("/office/corrections", "目录维护"),
        ("/office/zones/zone-wuyuan-sunflower/summary", "指标与项目"),
    ],
)
def test_a_page_with_an_address_of_its_own_lights_its_place_and_not_the_office(path, text):
    work = workplace(Role.COUNTY, path)
    assert [link.text.zh for link in work.beside if link.current] == [text]
    assert not work.row[0].current
