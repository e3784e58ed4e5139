"""Producers and rosters one at a time, on both databases: what is kept, what is told, and whose they are."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from portal.accounts.rules import Role
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.producers import demo, queries, standing
from portal.producers.actions import amend_line, amend_producer, end_line, enrol, line_data
from portal.producers.membership_actions import (
    add_member,
    end_membership,
    link_account_by_email,
    unlink_account,
)
from portal.producers.models import Membership, Producer, ProducerAccount, RosterEntry
from portal.producers.queries import RosterFilter
from portal.producers.rules import ProducerKind, Reason
from portal.register.models import Entry, SealedDetail
from portal.register.queries import public_version
from tests.catalogue_desk import open_desk
from tests.roster_desk import (
    GOJI,
    OTHER_TOWN,
    SPRING,
    SUNFLOWER,
    TODAY,
    TOWN,
    WUYUAN,
    code,
    entry,
    firm,
    household,
    indication,
    producer_named,
    put_on,
)


@pytest.fixture
def people(app):
    return open_desk()


@pytest.fixture
def official(people):
    return people["registrar"]


def rows(official, slug=GOJI, day=TODAY, **asked):
    query = queries.roster_rows(official.region, indication(slug).id, RosterFilter(**asked), day)
    return [line.producer.name for line, _ in db.session.execute(query)]


def entries_of(subject):
    return list(db.session.scalars(select(Entry).where(Entry.subject == subject).order_by(Entry.n)))


def everything_public():
    return "\n".join(
        f"{e.subject} {e.actor} {e.changes}" for e in db.session.scalars(select(Entry).where(Entry.public))
    )


# ---- putting on, amending, taking off


def test_a_firm_stands_on_the_roster_with_a_public_entry_and_its_address_is_its_code(official):
    number = put_on(official, firm())
    line = entry(number)
    assert (line.producer.number, line.producer.uscc) == (code(1), code(1))
    assert rows(official) == ["红果枸杞有限公司（演示）"]
    public = entries_of(f"roster:{GOJI}/{code(1)}")
    assert [one.verb for one in public] == ["enrolled"] and public[0].public
    assert json.loads(public[0].changes)["from_on"]["to"] == "2024-05-01"


def test_nothing_of_a_household_reaches_the_public_part_of_the_log_but_that_there_is_one_more(official):
    before = public_version()
    number = put_on(
        official, household(phone="13812345678", contact="张三", address="宁安镇一村", local_number="H7")
    )
    told = everything_public()
    for secret in ("张三", "13812345678", "宁安镇一村", "H7", entry(number).producer.number):
        assert secret not in told
    counted = entries_of(f"roster:{GOJI}@640521")
    assert json.loads(counted[0].changes) == {"producers": {"from": 0, "to": 1}}
    assert public_version() > before


def test_what_is_sealed_is_kept_and_bound_to_its_entry(official):
    number = put_on(official, household(phone="13812345678"))
    own = entries_of(entry(number).producer.subject)[0]
    assert not own.public
    sealed = json.loads(db.session.get_one(SealedDetail, own.n).details)
    assert sealed["name"]["to"] == "张三（演示）" and sealed["phone"]["to"] == "13812345678"


def test_a_producer_known_by_its_code_is_taken_as_it_is_and_never_doubled(official):
    put_on(official, firm())
    with pytest.raises(RuleBroken, match="Nothing"):
        put_on(official, firm())
    assert db.session.scalar(select(func.count()).select_from(Producer)) == 1


def test_a_code_under_another_name_is_refused_with_the_registered_name(official):
    put_on(official, firm())
    with pytest.raises(RuleBroken) as refusal:
        put_on(official, firm(name="绿果枸杞有限公司（演示）"))
    assert "红果枸杞有限公司" in refusal.value.fields["name"].zh


def test_a_code_of_a_person_elsewhere_does_not_give_away_the_name(people):
    shop = replace(
        firm(5, "李四的小店（演示）", kind=ProducerKind.INDIVIDUAL_BUSINESS), uscc=code(5, kind="92")
    )
    put_on(people["registrar"], shop)
    with pytest.raises(RuleBroken) as refusal:
        put_on(people["stranger"], replace(shop, name="别人", adcode=WUYUAN), SUNFLOWER)
    assert "李四" not in refusal.value.fields["name"].zh


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (ProducerKind.COMPANY, "uscc"),
        (ProducerKind.COOPERATIVE, "uscc"),
        (ProducerKind.INDIVIDUAL_BUSINESS, "uscc"),
    ],
)
def test_whoever_has_a_licence_to_trade_has_a_code(official, wanted, field):
    with pytest.raises(RuleBroken) as refusal:
        put_on(official, replace(household(), kind=wanted))
    assert field in refusal.value.fields


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"adcode": WUYUAN}, "place"),
        ({"adcode": "640500"}, "place"),
        ({"adcode": "999999"}, "place"),
        ({"lon": 105_600_000}, "lat"),
        ({"lon": 37_400_000, "lat": 105_600_000}, "lon"),
        ({"consent_on": date(2030, 1, 1)}, "consent_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(official, more, field):
    with pytest.raises(RuleBroken) as refusal:
        put_on(official, household(**more))
    assert field in refusal.value.fields
    assert db.session.scalar(select(func.count()).select_from(RosterEntry)) == 0


def test_an_amendment_changes_only_what_was_said_and_is_an_entry(official):
    number = put_on(official, firm())
    line = entry(number)
    wanted = replace(line_data(line), reason=Reason.FAILS_STANDARD, note="样品不合格")
    with transaction():
        amend_line(official, entry_in(number), wanted, line.version)
    assert entry(number).unauthorised_reason == "fails_standard"
    last = entries_of(f"roster:{GOJI}/{code(1)}")[-1]
    assert not last.public and json.loads(last.changes) == {}
    sealed = json.loads(db.session.get_one(SealedDetail, last.n).details)
    assert sealed["unauthorised_reason"] == {"from": "not_applied", "to": "fails_standard"}


def entry_in(number):
    return db.session.get_one(RosterEntry, number)


def test_a_stale_page_changes_nothing(official):
    number = put_on(official, firm())
    seen = entry(number).version
    with transaction():
        amend_line(official, entry_in(number), replace(line_data(entry(number)), note="一"), seen)
    with pytest.raises(Outdated), transaction():
        amend_line(official, entry_in(number), replace(line_data(entry(number)), note="二"), seen)
    assert entry(number).note == "一"


def test_who_is_taken_off_stays_on_the_roster_of_the_days_before(official):
    number = put_on(official, firm())
    with transaction():
        end_line(official, entry_in(number), date(2026, 1, 1), entry(number).version)
    assert rows(official) == []
    assert rows(official, day=date(2025, 12, 31)) == ["红果枸杞有限公司（演示）"]
    assert rows(official, day=date(2024, 4, 30)) == []
    with transaction():
        end_line(official, entry_in(number), date(2026, 6, 1), 1)
    assert entry(number).ended_on == date(2026, 1, 1), "sent twice it stays as it was"


def test_the_end_must_be_later_than_the_beginning(official):
    number = put_on(official, firm())
    with pytest.raises(RuleBroken), transaction():
        end_line(official, entry_in(number), SPRING, entry(number).version)


def test_a_producer_comes_back_for_a_second_time_but_not_for_the_same_days(official):
    number = put_on(official, firm())
    with transaction():
        end_line(official, entry_in(number), date(2025, 1, 1), entry(number).version)
    with pytest.raises(RuleBroken):
        put_on(official, firm(), from_on=date(2024, 12, 31))
    put_on(official, firm(), from_on=date(2025, 1, 1))
    assert rows(official) == ["红果枸杞有限公司（演示）"]


def test_a_reason_on_a_day_gone_by_is_the_reason_of_that_day(official):
    number = put_on(official, firm())
    with transaction():
        amend_line(
            official,
            entry_in(number),
            replace(line_data(entry(number)), reason=Reason.APPLYING),
            entry(number).version,
        )
    subject = f"roster:{GOJI}/{code(1)}"
    times = [one.time for one in entries_of(subject)]
    assert queries.reasons_on([subject], times[0]) == {subject: "not_applied"}
    assert queries.reasons_on([subject], times[1]) == {subject: "applying"}


# ---- the producer itself


def data_of(producer, **changes):
    known = {
        name: getattr(producer, name)
        for name in (
            "name",
            "adcode",
            "uscc",
            "local_number",
            "address",
            "contact",
            "phone",
            "lon",
            "lat",
            "consent_on",
        )
    }
    return firm(**{}).__class__(**(known | {"kind": ProducerKind(producer.kind)} | changes))


def amend(official, name, **changes):
    producer = producer_named(name)
    wanted = data_of(producer, **changes)
    with transaction():
        amend_producer(official, producer_named(name), wanted, producer.version, TODAY)


def test_a_name_becomes_public_with_consent_and_disappears_when_it_is_withdrawn(official):
    put_on(official, household())
    number = producer_named("张三（演示）").number
    with pytest.raises(NotFound):
        queries.get_public_producer(number)
    amend(official, "张三（演示）", consent_on=date(2026, 3, 1))
    assert queries.get_public_producer(number).name == "张三（演示）"
    assert producer_named("张三（演示）").consent_version
    before = public_version()
    amend(official, "张三（演示）", consent_on=None)
    with pytest.raises(NotFound):
        queries.get_public_producer(number)
    assert public_version() > before, "what was public must not be shown from a cache"
    assert "张三" not in everything_public(), "an entry cannot be taken back, so the name never stood in one"


def test_a_firm_is_found_by_name_pinyin_initials_and_code(official):
    put_on(official, firm())
    for typed in ("红果", "果枸杞有限", "hongguo", "Hong Guo", "hggq", code(1), code(1)[:10].lower()):
        assert rows(official, text=typed) == ["红果枸杞有限公司（演示）"], typed
    assert rows(official, text="绿果") == []


def test_filters_and_orders_give_what_they_say(official):
    put_on(official, firm(1, "丙有限公司（演示）"))
    put_on(official, firm(2, "甲有限公司（演示）", adcode=OTHER_TOWN), reason=Reason.REFUSED)
    put_on(official, household("乙（演示）"), from_on=date(2025, 1, 1))
    assert rows(official) == ["丙有限公司（演示）", "甲有限公司（演示）", "乙（演示）"], (
        "in the order of pinyin"
    )
    assert rows(official, place=OTHER_TOWN) == ["甲有限公司（演示）"]
    assert rows(official, kind=ProducerKind.HOUSEHOLD) == ["乙（演示）"]
    assert rows(official, reason=Reason.REFUSED) == ["甲有限公司（演示）"]
    assert rows(official, sort="-from")[0] == "乙（演示）"


def test_the_same_number_of_queries_whatever_the_number_of_rows(official, app):
    from sqlalchemy import event

    from portal.producers.present import lines_of

    def count():
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        query = queries.roster_rows(official.region, indication().id, RosterFilter(), TODAY)
        lines_of(db.session.execute(query).all(), GOJI, TODAY, TODAY)
        return len(seen)

    put_on(official, firm(1, "甲（演示）"))
    one = count()
    for number in range(2, 9):
        put_on(official, firm(number, f"乙{number}（演示）", adcode=OTHER_TOWN if number % 2 else TOWN))
    assert count() == one


def test_who_is_authorised_is_asked_of_the_room_that_knows(official, monkeypatch):
    put_on(official, firm(1, "甲（演示）"))
    put_on(official, firm(2, "乙（演示）"))
    known = producer_named("甲（演示）")
    pairs = (known.id, indication().id)
    monkeypatch.setattr(standing, "_providers", [])
    assert queries.count_of(queries.roster_counts("640521", TODAY), pairs[1]).authorised is None
    standing.provide_authorised(
        lambda day: select(RosterEntry.indication_id, RosterEntry.producer_id).where(
            RosterEntry.producer_id == pairs[0], RosterEntry.from_on <= day
        )
    )
    count = queries.count_of(queries.roster_counts("640521", TODAY), pairs[1])
    assert (count.total, count.authorised, count.unauthorised) == (2, 1, 1)
    assert count.by_reason == {"not_applied": 1}, "the reason of who is authorised is not counted"
    assert rows(official, authorised=True) == ["甲（演示）"]
    assert rows(official, authorised=False) == ["乙（演示）"]


# ---- co-operatives and accounts


def test_a_household_belongs_to_its_cooperative_until_it_leaves(official):
    put_on(official, firm(1, "红合作社（演示）", kind=ProducerKind.COOPERATIVE))
    put_on(official, household())
    for _ in range(2):
        with transaction():
            add_member(
                official, producer_named_in("红合作社（演示）"), producer_named_in("张三（演示）"), SPRING
            )
    members = queries.members_of(producer_named("红合作社（演示）"))
    assert [one.member.name for one in members] == ["张三（演示）"], "said twice it is one membership"
    assert "张三" not in everything_public()
    with transaction():
        cooperative = producer_named_in("红合作社（演示）")
        end_membership(official, cooperative, db.session.scalars(select(Membership)).one(), TODAY)
    assert db.session.scalars(select(Membership)).one().ended_on == TODAY


def producer_named_in(name):
    return db.session.scalars(select(Producer).where(Producer.name == name)).one()


def test_only_a_cooperative_has_members_and_never_itself(official):
    put_on(official, firm())
    put_on(official, household())
    with pytest.raises(RuleBroken), transaction():
        add_member(
            official, producer_named_in("红果枸杞有限公司（演示）"), producer_named_in("张三（演示）"), SPRING
        )


def test_an_account_of_another_region_is_answered_as_one_that_does_not_exist(people, official):
    put_on(official, firm())
    for email in ("stranger@example.test", "nobody@example.test", "auditor@example.test"):
        with pytest.raises(RuleBroken) as refusal, transaction():
            link_account_by_email(official, producer_named_in("红果枸杞有限公司（演示）"), email, now())
        assert "没有用这个邮箱的生产者账号" in refusal.value.fields["email"].zh
    with transaction():
        link_account_by_email(
            official, producer_named_in("红果枸杞有限公司（演示）"), "producer@example.test", now()
        )
    producer = producer_named_in("红果枸杞有限公司（演示）")
    assert [account.email for _, account in queries.accounts_of(producer)] == ["producer@example.test"]
    with transaction():
        producer = producer_named_in("红果枸杞有限公司（演示）")
        unlink_account(official, producer, db.session.scalars(select(ProducerAccount)).one(), TODAY)
    assert queries.accounts_of(producer) == []


# ---- whose they are


@pytest.mark.parametrize("who", ["stranger", "bayannur"])
def test_another_region_sees_nothing_and_can_do_nothing(people, official, who):
    number = put_on(official, firm())
    other = people[who]
    assert rows(other) == []
    assert queries.roster_counts(other.region, TODAY) == {}
    for ask in (
        lambda: queries.get_roster_for(other, GOJI),
        lambda: queries.get_entry_for(other, GOJI, number),
        lambda: queries.get_producer_for(other, code(1)),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises((NotAllowed, RuleBroken)):
        put_on(other, household("甲（演示）"))
    assert list(db.session.scalars(queries.producers_for(other, ""))) == []


@pytest.mark.parametrize("who", ["inspector", "auditor"])
def test_who_may_look_may_not_change(people, official, who):
    number = put_on(official, firm())
    viewer = people[who]
    assert rows(viewer) == ["红果枸杞有限公司（演示）"]
    with pytest.raises(NotAllowed), transaction():
        enrol(viewer, indication(), household(), line_data(entry_in(number)), TODAY)
    with pytest.raises(NotAllowed), transaction():
        end_line(viewer, entry_in(number), TODAY, 1)


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.HOLDER, Role.ADMIN])
def test_rosters_are_closed_to_everyone_else(people, role):
    viewer = people["producer"]
    viewer.role = role
    with pytest.raises(NotAllowed):
        queries.scope_of(viewer)


def test_a_firm_that_another_county_puts_on_its_roster_keeps_its_telephone_to_itself(people, official):
    put_on(official, firm(phone="0955-5021000"))
    put_on(people["stranger"], firm(), SUNFLOWER, place=WUYUAN)
    seen = queries.get_producer_for(people["stranger"], code(1))
    assert not queries.keeps_producer(people["stranger"], seen)
    with pytest.raises(NotAllowed):
        amend(people["stranger"], "红果枸杞有限公司（演示）", phone="0478-1111111")


# ---- the demonstration


def test_the_demonstration_is_loaded_once_marked_and_can_be_ended(people, app):
    with transaction():
        assert demo.load_demo_producers(TODAY, None) > 60
    with transaction():
        assert demo.load_demo_producers(TODAY, None) == 0
    producers = list(db.session.scalars(select(Producer)))
    assert all(p.demo and p.name.endswith("（演示）") for p in producers)
    assert all(p.uscc is None or p.uscc[8:12] == "DEM0" for p in producers)
    assert len(rows(people["registrar"])) == 40
    with transaction():
        demo.remove_demo_producers(TODAY, None)
    assert rows(people["registrar"]) == []
    with transaction():
        assert demo.load_demo_producers(TODAY, None) > 60
    assert len(rows(people["registrar"])) == 40
    with transaction():
        assert demo.load_demo_producers(TODAY, None) == 0
