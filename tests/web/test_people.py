"""The administrator's pages: what they show, and that other counties are not there at all."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import queries
from portal.accounts.actions import add_account
from portal.accounts.models import Account, Invitation, OutgoingMail
from portal.accounts.rules import Role
from portal.accounts.sign_in import count_attempt
from portal.accounts.sign_in_rules import FREE_FAILURES
from portal.db import db, transaction
from portal.lib.clock import now
from portal.register.actions import PORTAL

PASSWORD = "red berries in the sun"


def add(email: str, role: Role, region: str, name: str) -> Account:
    with transaction():
        return add_account(
            PORTAL, email=email, name=name, role=role, region=region, password=PASSWORD, now=now()
        )


@pytest.fixture
def people(app: Flask) -> dict[str, Account]:
    return {
        "registrar": add("registrar@example.test", Role.ADMIN, "640521", "登记员"),
        "wang": add("wangfang@example.test", Role.PRODUCER, "640521", "王芳"),
        "bao": add("bao@example.test", Role.INSPECTOR, "640522", "宝音"),
        "city": add("city@example.test", Role.ADMIN, "640500", "市管理员"),
    }


def enter(client: FlaskClient, email: str) -> FlaskClient:
    client.post("/account/sign-out")
    assert client.post("/account/sign-in", data={"email": email, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def registrar(client: FlaskClient, people: dict[str, Account]) -> FlaskClient:
    return enter(client, "registrar@example.test")


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def stored(account: Account) -> Account:
    db.session.rollback()
    return queries.find_account(account.id)


def typed(account: Account, **changes: object) -> dict[str, object]:
    known = stored(account)
    return {
        "name": known.name, "role": known.role.value, "region": known.region, "organisation": "",
        "version": known.version,
    } | changes  # fmt: skip


LI_SI = {
    "email": "lisi@example.test", "name": "李四", "role": "county", "region": "中宁县", "language": "zh",
    "organisation": "中宁县知识产权局",
}  # fmt: skip


def test_a_stranger_is_asked_to_sign_in_and_a_producer_is_refused(client, people):
    assert "/account/sign-in" in client.get("/office/people/").headers["Location"]
    enter(client, "wangfang@example.test")
    for address in ("/office/people/", "/office/people/invite", f"/office/people/{people['wang'].id}"):
        assert client.get(address).status_code == 403


def test_the_list_shows_the_own_county_only(registrar, people):
    page = text_of(registrar.get("/office/people/"))
    assert "wangfang@example.test" in page and "bao@example.test" not in page
    assert "city@example.test" not in page


def test_the_city_sees_both_counties(client, people):
    page = text_of(enter(client, "city@example.test").get("/office/people/"))
    assert "wangfang@example.test" in page and "bao@example.test" in page


def test_the_list_is_filtered_by_role_region_state_and_words(client, people):
    city = enter(client, "city@example.test")
    for query, shown, hidden in (
        ("role=inspector", "bao@", "wangfang@"),
        ("region=640521", "wangfang@", "bao@"),
        ("region=海原县", "bao@", "wangfang@"),
        ("q=王芳", "wangfang@", "bao@"),
        ("q=%25", "没有符合的人", "wangfang@"),
        ("state=ended", "没有符合的人", "wangfang@"),
    ):
        page = text_of(city.get(f"/office/people/?{query}"))
        assert shown in page and hidden not in page, query


def test_a_region_outside_or_unknown_is_said_beside_its_field_and_a_wrong_word_is_refused(registrar):
    for region in ("640522", "五原县", "xyz"):
        page = text_of(registrar.get(f"/office/people/?region={region}"))
        assert "在您管理的地区内没有找到" in page
    assert registrar.get("/office/people/?role=king").status_code == 400


@pytest.mark.parametrize("who", ["bao", "city", "nobody"])
def test_an_account_elsewhere_looks_exactly_like_one_that_does_not_exist(registrar, people, who):
    number = people[who].id if who in people else 99999
    before = {name: stored(account).version for name, account in people.items()}
    answers = [registrar.get(f"/office/people/{number}")]
    answers.append(registrar.post(f"/office/people/{number}", data=LI_SI | {"version": 1}))
    for act in ("end", "reactivate", "unlock", "reset-second-factor"):
        answers.append(registrar.post(f"/office/people/{number}/{act}", data={"version": 1}))
    assert {answer.status_code for answer in answers} == {404}
    assert all("没有这个账号" in text_of(answer) for answer in answers)
    assert {name: stored(account).version for name, account in people.items()} == before


def test_a_change_is_stored_and_shown_in_the_history(registrar, people):
    address = f"/office/people/{people['wang'].id}"
    answer = registrar.post(address, data=typed(people["wang"], role="holder", organisation="枸杞协会"))
    assert answer.headers["Location"] == address
    assert stored(people["wang"]).role is Role.HOLDER
    page = text_of(registrar.get(address))
    assert "修改" in page and "枸杞协会" in page and "权利人" in page


def test_a_stale_page_is_told_so_and_changes_nothing(registrar, people):
    address = f"/office/people/{people['wang'].id}"
    old = typed(people["wang"], name="旧")
    registrar.post(address, data=typed(people["wang"], name="新"))
    assert registrar.post(address, data=old).status_code == 409
    assert stored(people["wang"]).name == "新"


def test_a_move_to_another_county_is_refused_beside_the_field(registrar, people):
    address = f"/office/people/{people['wang'].id}"
    answer = registrar.post(address, data=typed(people["wang"], region="640522"))
    assert answer.status_code == 400 and "在您管理的地区内没有找到" in text_of(answer)
    assert stored(people["wang"]).region == "640521"


def test_ending_an_account_puts_the_person_out_at_once_and_twice_is_once(app, registrar, people):
    wang = app.test_client()
    wang.post("/account/sign-in", data={"email": "wangfang@example.test", "password": PASSWORD})
    version = stored(people["wang"]).version
    for _ in range(2):
        answer = registrar.post(f"/office/people/{people['wang'].id}/end", data={"version": version})
        assert answer.status_code == 302
    assert wang.get("/account/").status_code == 302
    assert [e.verb for e in queries.entries_about(people["wang"])].count("ended") == 1
    version = stored(people["wang"]).version
    registrar.post(f"/office/people/{people['wang'].id}/reactivate", data={"version": version})
    assert stored(people["wang"]).is_active


def test_an_administrator_unlocks_an_account(app, registrar, people):
    for _ in range(FREE_FAILURES):
        with transaction():
            count_attempt(people["wang"], now())
    assert "暂时锁定" in text_of(registrar.get("/office/people/?state=locked"))
    registrar.post(f"/office/people/{people['wang'].id}/unlock")
    assert stored(people["wang"]).locked_until is None


def test_the_own_account_is_shown_but_not_changed_here(registrar, people):
    number = people["registrar"].id
    assert "这是您自己的账号" in text_of(registrar.get(f"/office/people/{number}"))
    answer = registrar.post(f"/office/people/{number}", data=typed(people["registrar"], role="producer"))
    assert answer.status_code == 403 and stored(people["registrar"]).role is Role.ADMIN


def test_an_invitation_is_sent_accepted_and_signed_in_with(app, registrar):
    assert registrar.post("/office/people/invite", data=LI_SI).headers["Location"] == "/office/people/"
    assert "lisi@example.test" in text_of(registrar.get("/office/people/"))
    letter = db.session.scalar(select(OutgoingMail.body))
    address = re.search(r"http://127\.0\.0\.1:8000(/account/invitation\?key=\S+)", letter)[1]
    lisi = app.test_client()
    assert "中宁县" in text_of(lisi.get(address))
    assert lisi.post(address, data={"password": PASSWORD, "again": PASSWORD}).status_code == 302
    again = lisi.post(address, data={"password": PASSWORD, "again": PASSWORD})
    assert again.headers["Location"] == "/account/sign-in?email=lisi@example.test"
    assert "您的账号已经开通" in text_of(lisi.get(again.headers["Location"]))
    enter(lisi, "lisi@example.test")
    assert "李四" in text_of(lisi.get("/account/"))
    assert "/account/sign-in" not in lisi.get(address).headers["Location"]


def test_a_password_too_short_and_two_that_differ_are_said_together(app, registrar):
    registrar.post("/office/people/invite", data=LI_SI)
    address = re.search(r"(/account/invitation\?key=\S+)", db.session.scalar(select(OutgoingMail.body)))[1]
    shown = text_of(app.test_client().post(address, data={"password": "short", "again": "shorter"}))
    assert "两次输入不一样" in shown and "有 2 处需要改" in shown


def test_inviting_twice_is_one_invitation(registrar):
    for _ in range(2):
        assert registrar.post("/office/people/invite", data=LI_SI).status_code == 302
    assert db.session.scalar(select(func.count(Invitation.id))) == 1
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1


def test_the_answer_to_an_invitation_does_not_tell_of_accounts_elsewhere(registrar, people):
    known = registrar.post("/office/people/invite", data=LI_SI | {"email": "bao@example.test"})
    unknown = registrar.post("/office/people/invite", data=LI_SI | {"email": "new@example.test"})
    assert known.status_code == unknown.status_code == 302
    page = text_of(registrar.get("/office/people/"))
    assert "bao@example.test" in page and "new@example.test" in page
    own = registrar.post("/office/people/invite", data=LI_SI | {"email": "wangfang@example.test"})
    assert own.status_code == 400 and "已经有账号" in text_of(own)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "not an address"}, "请填写完整的邮箱地址"),
        ({"region": "640522"}, "在您管理的地区内没有找到"),
        ({"role": "city"}, "这个身份要选同一级的地区"),
        ({"role": "king"}, "请从列表中选择"),
        ({"name": " "}, "请填写姓名"),
    ],
)
def test_an_invitation_that_is_not_in_order_says_why_and_keeps_what_was_typed(registrar, wrong, said):
    answer = registrar.post("/office/people/invite", data=LI_SI | wrong)
    assert answer.status_code == 400 and said in text_of(answer)
    assert 'value="中宁县知识产权局"' in text_of(answer)
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_everything_wrong_in_an_invitation_is_said_together(registrar):
    wrong = {"name": "", "role": "king", "region": "没有的地方", "email": "not an address"}
    page = text_of(registrar.post("/office/people/invite", data=LI_SI | wrong))
    for said in ("请填写", "请从列表中选择", "在您管理的地区内没有找到", "请填写完整的邮箱地址"):
        assert said in page
    page = text_of(registrar.post("/office/people/invite", data=LI_SI | {"role": "city", "email": "x"}))
    assert "这个身份要选同一级的地区" in page and "请填写完整的邮箱地址" in page


def test_an_invitation_is_withdrawn_by_its_own_county_only(app, registrar, people):
    registrar.post("/office/people/invite", data=LI_SI)
    assert "lisi@example.test" in text_of(registrar.get("/office/people/"))
    number = db.session.scalar(select(Invitation.id))
    add("other@example.test", Role.ADMIN, "640522", "海原管理员")
    other = enter(app.test_client(), "other@example.test")
    assert other.post(f"/office/people/invitations/{number}/withdraw").status_code == 404
    assert registrar.post(f"/office/people/invitations/{number}/withdraw").status_code == 302
    assert "lisi@example.test" not in text_of(registrar.get("/office/people/"))


def letters(registrar: FlaskClient, *changes: dict[str, str]) -> list[str]:
    """The addresses in the letters that were sent, in their order."""
    for one in changes:
        registrar.post("/office/people/invite", data=LI_SI | one)
    bodies = db.session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id)).all()
    return [re.search(r"/account/invitation\?key=\S+", body).group(0) for body in bodies]


def test_the_link_of_a_withdrawn_invitation_says_so_and_what_to_do(app, registrar):
    [link] = letters(registrar, {})
    li = app.test_client()
    assert li.get(link).status_code == 200
    number = db.session.scalar(select(Invitation.id))
    registrar.post(f"/office/people/invitations/{number}/withdraw")
    for answer in (li.get(link), li.post(link, data={"password": PASSWORD, "again": PASSWORD})):
        page = text_of(answer)
        assert answer.status_code == 410 and "这份邀请已撤回" in page and "请其重新邀请" in page
        assert "lisi@example.test" not in page and "李四" not in page
    assert db.session.scalar(select(Account.id).where(Account.email == LI_SI["email"])) is None
    english = text_of(li.get(link, headers={"Accept-Language": "en"}))
    assert "This invitation was withdrawn" in english
    assert li.get(link[:-3] + "xyz").status_code == 400


def test_the_link_of_an_invitation_that_was_sent_anew_leads_to_the_newer_letter(app, registrar):
    first, second = letters(registrar, {}, {"name": "李四四"})
    page = text_of(app.test_client().get(first))
    assert "这份邀请已换成新的" in page and "最近的那封邀请信" in page
    assert app.test_client().get(second).status_code == 200


def test_suggestions_name_only_regions_of_the_administrator(registrar):
    found = registrar.get("/office/people/regions?q=中宁").json["items"]
    assert [one["detail"] for one in found] == ["640521"]
    assert registrar.get("/office/people/regions?q=五原").json["items"] == []


def test_the_pages_of_people_speak_english(registrar, people):
    for address in ("/office/people/", "/office/people/invite", f"/office/people/{people['wang'].id}"):
        page = text_of(registrar.get(f"{address}?lang=en"))
        main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
        left = re.sub(r"王芳|登记员|中宁县 640521|中宁县|中文|地理标志登记簿", "", main)
        assert not re.search(r"[\u4e00-\u9fff]", left), address
