"""What becomes of a return is told to whoever acts for its producer: in the portal, and by letter where
they must act."""

from datetime import datetime

from flask import current_app

from portal.accounts.actions import notify
from portal.authorisation.people import people_of_producer
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.mail import send
from portal.returns.models import AnnualReturn

ACCEPTED = Text("{gi} {year} 年申报已接受", "Your return for {gi}, {year}, was accepted")
SENT_BACK = Text("{gi} {year} 年申报被退回补正", "Your return for {gi}, {year}, was sent back")
WHY = Text("{said}：{reason}", "{said}: {reason}")
LETTER = Text(
    "{said}。\n\n请改好后重新提交，填过的都还在：{url}\n",
    "{said}.\n\nPlease mend it and submit it again; what you filled in is still there: {url}\n",
)


def tell_accepted(one: AnnualReturn, now: datetime) -> int:
    people, said = people_of_producer(one.producer_id, day_of(now)), _named(ACCEPTED, one)
    for person in people:
        notify(person.id, said, _page(one), now)
    return len(people)


def tell_sent_back(one: AnnualReturn, now: datetime) -> int:
    people, subject = people_of_producer(one.producer_id, day_of(now)), _named(SENT_BACK, one)
    said = WHY.format(said=subject, reason=(one.sent_back_reason or "").rstrip("。. "))
    url = current_app.config["SETTINGS"].base_url + _page(one)
    for person in people:
        notify(person.id, said, _page(one), now)
        send(person.email, subject, LETTER.format(said=said, url=url), person.language)
    return len(people)


def _named(said: Text, one: AnnualReturn) -> Text:
    return said.format(gi=Text(one.indication.name_zh, one.indication.name_en), year=one.year)


def _page(one: AnnualReturn) -> str:
    return f"/workbench/returns/{one.id}"
