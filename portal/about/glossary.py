"""The words of the portal, one for one thing; papers lead to them from where each is first said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from portal.lib.text import Text


@dataclass(frozen=True)
class Term:
    """`url` is where to see the thing itself; `words` are all the ways a text may say it."""

    key: str
    name: Text
    meaning: Text
    url: str

    def words(self, language: str) -> list[str]:
        return [word for word in re.split("、|, ", self.name.say(language)) if word]


TERMS = (
    Term(
        "gi",
        Text("地理标志", "Geographical indication (GI)"),
        Text(
            "一个地方的产品的名字；可以有一种或几种保护。",
            "The name of a product of a place; it carries one or more protections.",
        ),
        "/gi/",
    ),
    Term(
        "protection",
        Text("保护形式", "Protection"),
        Text(
            "一条法律途径：地理标志产品、证明商标、集体商标、农产品地理标志。",
            "One legal track: GI product, certification mark, collective mark, agricultural GI.",
        ),
        "/about/method",
    ),
    Term(
        "area",
        Text("产地范围", "Producing area"),
        Text(
            "文件写的范围：文字、行政区划、界线、出处，以及它有多准。",
            "The area as documents state it: words, divisions, outline, source, and how exact it is.",
        ),
        "/about/map",
    ),
    Term(
        "brand",
        Text("区域公用品牌", "Regional brand"),
        Text(
            "一个地方共用的品牌，例如天赋河套；可以包含几个地理标志，例如固阳八宝。它不是地理标志保护。",
            "A brand shared by a place, such as Tianfu Hetao; it may bundle GIs, such as the Eight "
            "Treasures of Guyang. It is no GI protection.",
        ),
        "/brands/",
    ),
    Term(
        "producer",
        Text("生产者", "Producer"),
        Text(
            "在产地里做这种产品的人或企业，不管有没有获准用标。",
            "Whoever makes the product in the area, authorised or not.",
        ),
        "/about/apply",
    ),
    Term(
        "roster",
        Text("生产者名录", "Roster"),
        Text(
            "一个地理标志的全部生产者：用标率的分母。",
            "All producers of one GI: what the users share is divided by.",
        ),
        "/about/method#sixty",
    ),
    Term(
        "licence",
        Text("许可", "Licence"),
        Text(
            "准许一个生产者在一种保护下用标，有起止日期。",
            "Leave for one producer to use one protection’s mark, with a first and a last day.",
        ),
        "/announcements/",
    ),
    Term(
        "user",
        Text("用标企业", "Authorised user"),
        Text(
            "许可当天有效的生产者。",
            "A producer whose licence is in force on the day.",
        ),
        "/verify",
    ),
    Term(
        "application",
        Text("申请", "Application"),
        Text(
            "可能成为许可的请求。",
            "A request that may become a licence.",
        ),
        "/about/apply",
    ),
    Term(
        "return",
        Text("年度产值申报", "Return"),
        Text(
            "一个生产者、一个地理标志、一年的产量和产值。",
            "One producer, one GI, one year: how much and what it was worth.",
        ),
        "/about/method#sixty",
    ),
    Term(
        "users-share",
        Text("用标率", "Users share"),
        Text(
            "年底有许可的生产者 ÷ 全部生产者。目标是 60% 以上。",
            "Producers with a licence at the year’s end ÷ all producers. The target is at least 60 %.",
        ),
        "/about/method#sixty",
    ),
    Term(
        "output-share",
        Text("产值占比", "Output share"),
        Text(
            "用标企业的产值 ÷ 相关产业的产值。目标是 60% 以上。",
            "Output of the users ÷ output of the industry. The target is at least 60 %.",
        ),
        "/about/method#sixty",
    ),
    Term(
        "zone",
        Text("示范区", "Demonstration zone"),
        Text(
            "一个地理标志、一片地方、一个期限：到期要达到两个 60%。",
            "One GI, one area, one deadline by which both shares must reach 60 %.",
        ),
        "/zones/",
    ),
    Term(
        "indicator",
        Text("规划指标", "Indicator"),
        Text(
            "规划里的一个数：基数、逐年、目标、出处。",
            "A figure of a plan: base, yearly path, target, source.",
        ),
        "/targets/",
    ),
    Term(
        "lot",
        Text("双随机、一公开", "Check by lot"),
        Text(
            "随机抽对象、随机抽人员，结果公开；抽法谁都能重算。",
            "Subjects and officers drawn at random, results published; anyone can repeat the draw.",
        ),
        "/checks/",
    ),
    Term(
        "tip",
        Text("投诉、举报", "Complaint, tip"),
        Text(
            "两个不同的法定程序：投诉是自己的权益，举报是别人的违法。",
            "Two procedures of law: a complaint is about one’s own rights, a tip about another’s breach.",
        ),
        "/tips/new",
    ),
    Term(
        "transfer",
        Text("线索移送", "Transfer"),
        Text(
            "把线索交给有管辖权的地区。",
            "A lead handed to the region that may act on it.",
        ),
        "/zones/agreements",
    ),
    Term(
        "uscc",
        Text("统一社会信用代码", "USCC"),
        Text(
            "单位的 18 位代码，最后一位是校验码（GB 32100）。",
            "The 18-character code of an organisation; the last one checks the others (GB 32100).",
        ),
        "/verify",
    ),
    Term(
        "adcode",
        Text("行政区划代码", "Adcode"),
        Text(
            "省、市、县六位，乡镇九位（GB/T 2260）。",
            "Six digits for province, prefecture and county, nine for townships (GB/T 2260).",
        ),
        "/api/v1/regions",
    ),
    Term(
        "log",
        Text("登记簿、条目、版本", "Register, entry, version"),
        Text(
            "只增不改的记录、其中一条、它的编号。",
            "The record that is only added to, one line of it, and its number.",
        ),
        "/log/",
    ),
    Term(
        "head",
        Text("树头", "Tree head"),
        Text(
            "对整个登记簿的一个签名。存下它，以后就能验证没人改写过去。",
            "A signature over the whole log. Keep it and you can later check that nobody rewrote the past.",
        ),
        "/about/log",
    ),
    Term(
        "support",
        Text("依据", "Support"),
        Text(
            "一个事实靠什么：规划文件、官方网页、二手网页、未经核实。",
            "What a fact rests on: plan document, official page, secondary page, nothing verified.",
        ),
        "/about/method#support",
    ),
)  # fmt: skip
# Where a link would stand inside another, or would make a heading or an example harder to read.
LEFT_ALONE = frozenset(
    {
        "a",
        "h1",
        "h2",
        "h3",
        "dt",
        "dfn",
        "code",
        "pre",
        "script",
        "style",
        "button",
        "summary",
        "label",
        "nav",
        "aside",
    }
)
TAG = re.compile(r"(<[^>]*>)")
NAME = re.compile(r"</?([a-zA-Z0-9]+)")
MAIN = re.compile(r'(<main id="content".*?</main>)', re.DOTALL)


def link_terms(page: str, language: str) -> Markup:
    """The first place of each term in the text of a page leads to the glossary."""
    return Markup(MAIN.sub(lambda found: "".join(_linked(found.group(1), language)), page, count=1))  # noqa: S704 - our own page


def _linked(content: str, language: str) -> Iterator[str]:
    waiting = [(word, term) for term in TERMS for word in _said(term, language)]
    waiting.sort(key=lambda pair: -len(pair[0]))
    depth = 0
    for token in TAG.split(content):
        if token.startswith("<"):
            name = NAME.match(token)
            if name and name.group(1).lower() in LEFT_ALONE:
                depth += -1 if token.startswith("</") else 1
            yield token
        elif depth or not token.strip():
            yield token
        else:
            yield _text(token, waiting, language)


def _said(term: Term, language: str) -> list[str]:
    plain = [re.sub(r"\s*\(.*?\)", "", word) for word in term.words(language)]
    return [word for word in plain if len(word) > (3 if language == "en" else 1)]


def _text(token: str, waiting: list[tuple[str, Term]], language: str) -> str:
    """The longest terms first; a term that has been linked is not linked again, nor inside another."""
    links: list[str] = []
    for word, term in list(waiting):
        pattern = re.escape(word) if language == "zh" else rf"(?i:\b{re.escape(word)}s?\b)"
        found = re.search(pattern, token)
        if found is None:
            continue
        links.append(f'<a class="term" href="/about/glossary#{term.key}">{found.group(0)}</a>')
        token = f"{token[: found.start()]}\x00{len(links) - 1}\x01{token[found.end() :]}"
        waiting[:] = [pair for pair in waiting if pair[1] is not term]
    return re.sub("\x00([0-9]+)\x01", lambda place: links[int(place.group(1))], token)
