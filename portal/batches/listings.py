"""What a producer offers of a batch in a shop, and what a marketplace hears when it asks."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.authorisation.models import Licence
from portal.authorisation.queries import acts_for, in_force_on
from portal.batches.actions import NOT_YOURS
from portal.batches.models import Batch, Listing
from portal.batches.queries import find_batch, find_listing, listings_of
from portal.batches.rules import Standing, standing_of, weight_up_to
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import changed

NOT_LISTED = Text("没有核定", "It was not verified")
PLATFORM_LONGEST, SHOP_LONGEST = 60, 200


def verify_quantity(
    account: Account, batch: Batch, platform: str, shop: str, grams: int | None, now: datetime
) -> Listing:
    """State how much of a batch one shop may sell; all shops together not more than is left."""
    if not acts_for(account, batch.producer_id, day_of(now)):
        raise NotAllowed(NOT_YOURS)
    platform, shop = platform.strip(), shop.strip()
    faults = {}
    for name, word, most in (("platform", platform, PLATFORM_LONGEST), ("shop", shop, SHOP_LONGEST)):
        if not word or len(word) > most:
            faults[name] = Text("请填写，最多 {n} 个字", "Fill in, at most {n} characters").format(n=most)
    free = (batch.grams_left or 0) - sum(one.left for one in listings_of([batch.id]))
    if batch.recall_id is not None:
        faults["grams"] = Text("批次已召回", "The batch is recalled")
    elif not grams or not 0 < grams <= free:
        faults["grams"] = weight_up_to(max(free, 0))
    if faults:
        raise RuleBroken(NOT_LISTED, faults)
    one = db.session.scalar(
        select(Listing).where(
            Listing.batch_id == batch.id, Listing.platform == platform, Listing.shop == shop
        )
    )
    if one is None:
        one = Listing(batch_id=batch.id, platform=platform, shop=shop, grams=grams, sold_grams=0, at=now)
        db.session.add(one)
    else:
        # Taken up again, or more of it: what was sold stays sold.
        one.grams = one.sold_grams + grams + (0 if one.ended_on else one.left)
        one.ended_on, one.sold_out_at = None, None
    sealed = {"shop": f"{platform} {shop}", "grams": grams}
    record(account.as_actor(), "listed", batch.subject, {}, public=False, sealed=sealed)
    db.session.flush()
    return one


def end_listing(account: Account, batch: Batch, one: Listing, today: date) -> None:
    if not acts_for(account, batch.producer_id, today) or one.batch_id != batch.id:
        raise NotAllowed(NOT_YOURS)
    if one.ended_on is None:
        one.ended_on = today
        sealed = changed({"shop": f"{one.platform} {one.shop}"}, {})
        record(account.as_actor(), "unlisted", batch.subject, {}, public=False, sealed=sealed)


# ---- what a marketplace asks


@dataclass(frozen=True)
class Checked:
    standing: Standing
    batch: Batch | None
    listing: Listing | None
    licence: Licence | None
    left: int

    @property
    def seller_named(self) -> bool:
        return self.batch is not None and self.batch.producer.name_public


def check(code: str, seller: str, shop: str, day: date) -> Checked:
    """May this seller, or this shop, sell this batch under its name, and how much is left of it?"""
    batch = find_batch(code)
    if batch is None:
        return Checked(Standing.UNKNOWN, None, None, None, 0)
    listing = find_listing(batch.id, shop) if shop.strip() else None
    text = seller.strip().upper()
    theirs = text in {batch.producer.uscc, batch.producer.number} if text else listing is not None
    if shop.strip() and listing is None:
        theirs = False
    licence = licence_for(batch, day)
    left = listing.left if listing else batch.grams_left or 0
    recalled = batch.recall_id is not None
    standing = standing_of(licence is not None, theirs, left, recalled)
    return Checked(standing, batch, listing, licence, left if theirs else 0)


def licence_for(batch: Batch, day: date) -> Licence | None:
    """The licence under which its producer uses the name today."""
    query = select(Licence).where(
        Licence.indication_id == batch.indication_id,
        Licence.producer_id == batch.producer_id,
        in_force_on(day),
    )
    return db.session.scalar(query.order_by(Licence.valid_from.desc()).limit(1))


@dataclass(frozen=True)
class SoldOut:
    """The signal: a verified quantity is gone. `platform` and `shop` are None for the batch as a whole."""

    at: datetime
    batch: Batch
    platform: str | None = None
    shop: str | None = None


def sold_out(since: datetime | None, limit: int) -> list[SoldOut]:
    """The newest first. Only what was offered in shops is told, and only of firms whose names are public."""
    of_shops = [
        SoldOut(one.sold_out_at, one.batch, one.platform, one.shop)
        for one in db.session.scalars(_shops(since).limit(limit))
    ]
    whole = [SoldOut(one.sold_out_at, one) for one in db.session.scalars(_batches(since).limit(limit))]
    return sorted([*of_shops, *whole], key=lambda one: one.at, reverse=True)[:limit]


def _shops(since: datetime | None) -> Select[tuple[Listing]]:
    query = (
        select(Listing)
        .where(Listing.sold_out_at.is_not(None), Listing.ended_on.is_(None))
        .options(
            joinedload(Listing.batch).joinedload(Batch.indication),
            joinedload(Listing.batch).joinedload(Batch.producer),
        )
        .order_by(Listing.sold_out_at.desc())
    )
    return query.where(Listing.sold_out_at > since) if since else query


def _batches(since: datetime | None) -> Select[tuple[Batch]]:
    offered = select(Listing.batch_id)
    query = (
        select(Batch)
        .where(Batch.id.in_(offered), Batch.sold_out_at.is_not(None))
        .options(joinedload(Batch.indication), joinedload(Batch.producer))
        .order_by(Batch.sold_out_at.desc())
    )
    return query.where(Batch.sold_out_at > since) if since else query
