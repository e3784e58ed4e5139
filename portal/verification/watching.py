"""The watch list: codes somebody wants to hear of, and the letter when one changes."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import or_, select

from portal import mail
from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import day_of, now
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.register.actions import record
from portal.register.queries import kind_version
from portal.register.words import describe_subject, describe_verbs
from portal.verification import words
from portal.verification.many import verify_all
from portal.verification.models import WatchedCode
from portal.verification.rules import Answer, Sort, read_question

MOST_WATCHED = 2000
BATCH = 1000
SHOWN_IN_LETTER = 20


def watched_by(account: Account) -> list[WatchedCode]:
    query = select(WatchedCode).where(WatchedCode.account_id == account.id, WatchedCode.ended_on.is_(None))
    return list(
        db.session.scalars(query.order_by(WatchedCode.changed_on.desc().nulls_last(), WatchedCode.code))
    )


def with_present_answers(account: Account, today: date) -> list[tuple[WatchedCode, Answer]]:
    """The list as it stands today, also where no job is running."""
    rows = watched_by(account)
    lines = verify_all([((one.code,), one.code) for one in rows], today)
    return [(one, line.answer or Answer.UNKNOWN) for one, line in zip(rows, lines, strict=True)]


def plain_code(typed: str) -> str:
    """The code as it is kept; refuses what cannot be one."""
    question = read_question(typed)
    if question.sort is Sort.LICENCE and not question.wrong_check:
        return question.value
    reading = read_uscc(typed)
    if reading.error:
        said = Text("“{typed}”：{why}", "“{typed}”: {why}").format(typed=typed[:40], why=reading.error)
        raise RuleBroken(said, {"codes": said})
    return reading.code


def watch_codes(account: Account, typed: Sequence[str], moment: datetime) -> int:
    """Put codes on the list; those that stand there already stay as they are. How many are new."""
    have = {one.code for one in watched_by(account)}
    new = sorted({plain_code(one) for one in typed} - have)
    if len(have) + len(new) > MOST_WATCHED:
        most = Text("最多关注 {n} 个代码", "At most {n} codes can be watched").format(n=MOST_WATCHED)
        raise RuleBroken(most, {"codes": most})
    today, version = day_of(moment), kind_version("licence")
    for line in verify_all([((code,), code) for code in new], today):
        db.session.add(
            WatchedCode(
                account_id=account.id,
                code=line.typed,
                answer=line.answer.value,
                since=moment,
                seen_version=version,
                seen_on=today,
            )
        )
    if new:
        _record(account, "watched", new)
    return len(new)


def stop_watching(account: Account, number: int, moment: datetime) -> None:
    watched = db.session.get(WatchedCode, number)
    if watched is None or watched.account_id != account.id:
        raise NotFound(Text("您的名单中没有这一条", "Your list has no such line"))
    if watched.ended_on is None:
        watched.ended_on = day_of(moment)
        _record(account, "unwatched", [watched.code])


def _record(account: Account, verb: str, codes: list[str]) -> None:
    """That somebody changed their list is on record; which codes is theirs alone."""
    record(account.as_actor(), verb, f"watchlist:{account.id}", {}, public=False, sealed={"codes": codes})


def look_at_watched() -> int:
    """Compare what changed since, and tell each person once; the number of changes told."""
    moment = now()
    today, version = day_of(moment), kind_version("licence")
    query = (
        select(WatchedCode)
        .where(
            WatchedCode.ended_on.is_(None),
            or_(WatchedCode.seen_version < version, WatchedCode.seen_on < today),
        )
        .order_by(WatchedCode.account_id, WatchedCode.id)
        .limit(BATCH)
    )
    if db.session.scalar(query.limit(1)) is None:
        return 0
    with transaction():
        # Two workers that come at once must not both tell.
        waiting = list(db.session.scalars(query.with_for_update(skip_locked=True)))
        changed: dict[int, list[tuple[str, Answer, Answer]]] = {}
        lines = verify_all([((one.code,), one.code) for one in waiting], today)
        for one, line in zip(waiting, lines, strict=True):
            one.seen_version, one.seen_on = version, today
            if line.answer is not None and line.answer != one.answer:
                changed.setdefault(one.account_id, []).append((one.code, Answer(one.answer), line.answer))
                one.answer, one.changed_on = line.answer.value, today
        for account_id, changes in changed.items():
            _tell(db.session.get_one(Account, account_id), changes, moment, today)
    return sum(len(changes) for changes in changed.values())


def _tell(account: Account, changes: list[tuple[str, Answer, Answer]], moment: datetime, today: date) -> None:
    address = "/account/watch"
    said = [
        Text("{code}：{old} → {new}", "{code}: {old} → {new}").format(
            code=code, old=words.NAMES[old], new=words.NAMES[new]
        )
        for code, old, new in changes
    ]
    for line in said[:SHOWN_IN_LETTER]:
        notify(account.id, line, address, moment)
    subject = Text("关注的授权有 {n} 处变化", "{n} [n:change|changes] on your watch list").format(
        n=len(changes)
    )
    url = current_app.config["SETTINGS"].base_url + address
    body = Text(
        "\n".join(line.zh for line in said) + f"\n\n核验日 {today}。查看：{url}\n",
        "\n".join(line.en for line in said) + f"\n\nAs of {today}. See {url}\n",
    )
    mail.send(account.email, subject, body, account.language)


add_work("watched codes", look_at_watched)
describe_subject("watchlist", Text("关注名单", "Watch list"), {}, {})
describe_verbs({"watched": Text("关注", "watched"), "unwatched": Text("不再关注", "no longer watched")})
