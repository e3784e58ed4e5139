"""Who belongs to a co-operative, and who may act for a producer."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.accounts.rules import Role
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.actions import NOT_STORED
from portal.producers.models import Membership, Producer, ProducerAccount
from portal.producers.queries import ensure_keeper, keeps_producer
from portal.producers.rules import ProducerKind
from portal.regions.rules import covers
from portal.register.actions import Actor, record


def add_member(official: Account, cooperative: Producer, member: Producer, from_on: date) -> Membership:
    """Say that a producer belongs to a co-operative; said again it stays as it is."""
    ensure_keeper(official)
    if not keeps_producer(official, cooperative):
        raise NotAllowed(Text("这个合作社由其所在地维护", "This co-operative is kept by its own region"))
    if cooperative.kind != ProducerKind.COOPERATIVE:
        raise RuleBroken(NOT_STORED, {"member": NOT_COOPERATIVE})
    if member.id == cooperative.id:
        raise RuleBroken(NOT_STORED, {"member": Text("合作社不能是自己的社员", "Not a member of itself")})
    known = db.session.scalar(
        select(Membership).where(
            Membership.cooperative_id == cooperative.id,
            Membership.member_id == member.id,
            Membership.ended_on.is_(None),
        )
    )
    return known or join(official.as_actor(), cooperative, member, from_on)


NOT_COOPERATIVE = Text("只有合作社有社员", "Only a co-operative has members")


def join(actor: Actor, cooperative: Producer, member: Producer, from_on: date) -> Membership:
    membership = Membership(cooperative_id=cooperative.id, member_id=member.id, from_on=from_on)
    db.session.add(membership)
    sealed = {"member": member.number, "from_on": from_on.isoformat()}
    record(actor, "member_joined", cooperative.subject, {}, public=False, sealed=sealed)
    return membership


def end_membership(official: Account, cooperative: Producer, membership: Membership, on: date) -> None:
    ensure_keeper(official)
    if not keeps_producer(official, cooperative):
        raise NotAllowed(Text("这个合作社由其所在地维护", "This co-operative is kept by its own region"))
    if membership.ended_on is not None:
        return
    membership.ended_on = on
    member = db.session.get_one(Producer, membership.member_id)
    sealed = {"member": member.number, "ended_on": on.isoformat()}
    record(official.as_actor(), "member_left", cooperative.subject, {}, public=False, sealed=sealed)


def link_account(actor: Actor, producer: Producer, account: Account, on: date) -> ProducerAccount:
    """Let an account act for a producer; said again it stays as it is."""
    known = db.session.scalar(
        select(ProducerAccount).where(
            ProducerAccount.producer_id == producer.id,
            ProducerAccount.account_id == account.id,
            ProducerAccount.ended_on.is_(None),
        )
    )
    if known is not None:
        return known
    link = ProducerAccount(producer_id=producer.id, account_id=account.id, since=on)
    db.session.add(link)
    changes = {"account": {"from": None, "to": account.id}}
    record(actor, "account_linked", producer.subject, changes, public=False)
    return link


MAY_ACT = Text("您的账号现在可以替{who}办事", "Your account may act for {who} now")


def link_account_by_email(official: Account, producer: Producer, email: str, now: datetime) -> None:
    """An account outside the official's region is answered as one that does not exist."""
    ensure_keeper(official)
    if not keeps_producer(official, producer):
        raise NotAllowed(Text("这个生产者由其所在地维护", "This producer is kept by the region where it is"))
    account = find_account_by_email(email)
    fits = account is not None and account.role is Role.PRODUCER and account.ended_on is None
    if not fits or not covers(official.region, account.region or ""):
        raise RuleBroken(
            NOT_STORED,
            {
                "email": Text(
                    "您的地区没有用这个邮箱的生产者账号",
                    "Your region has no producer’s account with this address",
                )
            },
        )
    link_account(official.as_actor(), producer, account, day_of(now))
    notify(account.id, MAY_ACT.format(who=producer.name), "/workbench/", now)


def unlink_account(official: Account, producer: Producer, link: ProducerAccount, today: date) -> None:
    ensure_keeper(official)
    if not keeps_producer(official, producer):
        raise NotAllowed(Text("这个生产者由其所在地维护", "This producer is kept by the region where it is"))
    if link.ended_on is not None:
        return
    link.ended_on = today
    changes = {"account": {"from": link.account_id, "to": None}}
    record(official.as_actor(), "account_unlinked", producer.subject, changes, public=False)
