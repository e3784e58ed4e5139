"""What producers and rosters are called in the log."""

from sqlalchemy import select

from portal.catalogue.naming import names_of_indications
from portal.db import db
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.producers.rules import ProducerKind, Reason
from portal.regions.naming import place_names
from portal.register.words import describe_subject, describe_verbs, link_subject, name_subjects

PRODUCER_FIELDS = {
    "name": Text("名称", "name"),
    "kind": Text("类型", "kind"),
    "uscc": Text("统一社会信用代码", "USCC"),
    "local_number": Text("本地编号", "local number"),
    "county": Text("所在县", "county"),
    "adcode": Text("所在地", "place"),
    "address": Text("地址", "address"),
    "contact": Text("联系人", "contact"),
    "phone": Text("电话", "telephone"),
    "lon": Text("经度（百万分之一度）", "longitude (millionths of a degree)"),
    "lat": Text("纬度（百万分之一度）", "latitude (millionths of a degree)"),
    "name_public": Text("名称公开", "name public"),
    "consent_on": Text("同意公开姓名的日期", "consent to publish the name"),
    "consent_version": Text("同意书版本", "wording of the consent"),
    "member": Text("社员", "member"),
    "from_on": Text("起始日期", "from"),
    "ended_on": Text("结束日期", "ended on"),
    "account": Text("代办账号", "account that acts for it"),
}
ROSTER_FIELDS = {
    "county": Text("所在县", "county"),
    "adcode": Text("在产地中的位置", "place in the area"),
    "from_on": Text("列入日期", "on the roster from"),
    "ended_on": Text("离开日期", "off the roster from"),
    "unauthorised_reason": Text("未用标原因", "why not authorised"),
    "note": Text("备注", "note"),
    "producers": Text("生产者数", "producers"),
    "rows": Text("行数", "rows"),
}
KIND_VALUES = ProducerKind.words()
REASON_VALUES = Reason.words()

describe_subject("producer", Text("生产者", "Producer"), PRODUCER_FIELDS, {"kind": KIND_VALUES})
describe_subject(
    "roster", Text("生产者名录", "Roster"), ROSTER_FIELDS, {"unauthorised_reason": REASON_VALUES}
)
describe_verbs(
    {
        "enrolled": Text("列入名录", "put on the roster"),
        "struck": Text("移出名录", "taken off the roster"),
        "counted": Text("名录人数变动", "roster counted"),
        "imported": Text("按文件导入", "imported from a file"),
        "member_joined": Text("社员加入", "member joined"),
        "member_left": Text("社员退出", "member left"),
        "account_linked": Text("指定代办账号", "account linked"),
        "account_unlinked": Text("取消代办账号", "account unlinked"),
    }
)


def names_of_producers(numbers: set[str]) -> dict[str, Text]:
    """Only what the public may read: everyone else is called by their number."""
    query = select(Producer.number, Producer.name).where(Producer.number.in_(numbers), Producer.name_public)
    return {number: Text(name, name) for number, name in db.session.execute(query)}


def names_of_rosters(keys: set[str]) -> dict[str, Text]:
    """zhongning-gouqi/91640521… → GI, producer; zhongning-gouqi@640521 → GI, county."""
    parts = {key: _split(key) for key in keys}
    slugs = names_of_indications({slug for slug, _, _ in parts.values()})
    producers = names_of_producers({rest for _, sign, rest in parts.values() if sign == "/"})
    counties = place_names(rest for _, sign, rest in parts.values() if sign == "@")
    names = {}
    for key, (slug, _, rest) in parts.items():
        gi = slugs.get(slug, Text(slug, slug))
        who = (producers | counties).get(rest, Text(rest, rest))
        names[key] = Text("{gi}名录 · {who}", "{gi} roster · {who}").format(gi=gi, who=who)
    return names


def _split(key: str) -> tuple[str, str, str]:
    sign = "@" if "@" in key else "/"
    slug, _, rest = key.partition(sign)
    return slug, sign, rest


name_subjects("producer", names_of_producers)
name_subjects("roster", names_of_rosters)
link_subject("producer", lambda number: f"/producers/{number}")
