"""A law as an official cites it, said to an English reader: names that are known, articles, the version."""

import re

from portal.lib.text import Text, day_words

LAWS = {
    "地理标志产品保护办法": "Measures for the Protection of GI Products",
    "地理标志专用标志使用管理办法（试行）": "Trial Measures for the Use of the GI Special Mark",
    "农产品地理标志管理办法": "Measures for Agricultural GIs",
    "集体商标、证明商标注册和管理规定": "Provisions on Collective and Certification Marks",
    "商标法": "Trade Mark Law",
    "商标法实施条例": "Regulations implementing the Trade Mark Law",
    "行政处罚法": "Law on Administrative Penalties",
    "行政强制法": "Law on Administrative Compulsion",
    "产品质量法": "Product Quality Law",
    "农产品质量安全法": "Law on the Quality and Safety of Farm Products",
    "食品安全法": "Food Safety Law",
    "反不正当竞争法": "Anti-Unfair Competition Law",
    "消费者权益保护法": "Law on the Protection of Consumer Rights",
    "电子商务法": "E-Commerce Law",
}
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_NUMBER = "[一二三四五六七八九十百零]+"
_CITED = re.compile(
    rf"《?(?:中华人民共和国)?(?P<law>[^《》]+?)》?"
    rf"(?:第(?P<article>{_NUMBER})条)?(?:第(?P<paragraph>{_NUMBER})款)?(?:第（?(?P<item>{_NUMBER})）?项)?"
)
_PARTS = {"article": "article {n}", "paragraph": "paragraph {n}", "item": "item {n}"}
_VERSION = (
    (re.compile(r"(\d{4})年修订"), lambda found: f"revised {found[1]}"),
    (re.compile(r"(\d{4})年修正"), lambda found: f"amended {found[1]}"),
    (re.compile(r"国家知识产权局令第 ?(\d+) ?号"), lambda found: f"CNIPA Order {found[1]}"),
    (re.compile(r"国家知识产权局公告第 ?(\d+) ?号"), lambda found: f"CNIPA Announcement {found[1]}"),
    (
        re.compile(r"(?:自)?(\d{4})年(\d{1,2})月(\d{1,2})日起?(?:施行|实施)"),
        lambda found: f"in force from {day_words('-'.join(found.groups())).en}",
    ),
)


def law_text(cited: str) -> Text:
    """In English where the law is a known one and the whole of the citation is understood."""
    found = _CITED.fullmatch(cited.replace("(", "（").replace(")", "）").replace(" ", ""))
    if found is None or found["law"] not in LAWS:
        return Text(cited, cited)
    parts = [words.format(n=_number(found[part])) for part, words in _PARTS.items() if found[part]]
    return Text(cited, ", ".join([LAWS[found["law"]], *parts]))


def version_text(version: str) -> Text:
    """In English where every part of it is understood."""
    parts = [_said(part) for part in re.split("[，,；;]", version) if part]
    return Text(version, ", ".join(parts)) if parts and all(parts) else Text(version, version)


def _said(part: str) -> str | None:
    for pattern, say in _VERSION:
        if found := pattern.fullmatch(part.strip()):
            return say(found)
    return None


def _number(words: str) -> int:
    """一百二十三 as 123."""
    whole = digit = 0
    for sign in words:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            whole, digit = whole + (digit or 1) * (10 if sign == "十" else 100), 0
    return whole + digit
