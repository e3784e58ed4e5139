"""Campaigns are begun; cases are tagged with them when they are opened or amended."""

from datetime import date

from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases.models import Campaign
from portal.cases.rules import KEEPERS
from portal.db import db
from portal.lib.problems import NotAllowed, refuse
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import stated


def begin_campaign(account: Account, slug: str, name: Text, from_on: date, to_on: date | None) -> Campaign:
    if account.role not in KEEPERS:
        raise NotAllowed(Text("由官员办理", "That is for officials"))
    faults: dict[str, Text] = {}
    if not slug.isascii() or not slug.replace("-", "").isalnum() or not 2 <= len(slug) <= 40:
        faults["slug"] = Text(
            "请用小写拉丁字母、数字和连字符，如 goji-2026",
            "Use lower-case letters, digits and hyphens, such as goji-2026",
        )
    elif db.session.scalar(select(Campaign.id).where(Campaign.slug == slug)) is not None:
        faults["slug"] = Text("已有同名行动", "There is one of that name")
    if not name.zh.strip():
        faults["name_zh"] = Text("请填名称", "Enter the name")
    if to_on and to_on < from_on:
        faults["to_on"] = Text("结束日早于开始日", "The last day comes before the first")
    refuse(faults)
    one = Campaign(
        slug=slug.lower(),
        name_zh=name.zh.strip(),
        name_en=name.en.strip() or name.zh.strip(),
        adcode=account.region,
        from_on=from_on,
        to_on=to_on,
    )
    db.session.add(one)
    db.session.flush()
    record(account.as_actor(), "begun", f"campaign:{one.slug}", stated({"name": one.name_zh}))
    return one
