"""The four legal tracks as a reader meets them: which mark, who issues it, on what authority, how to apply.

The official mark is never drawn here: it is the state's own sign. What is only known to the editors and not
found in a text is said to be unverified, so that nobody takes it for law.
"""

from dataclasses import dataclass

from portal.catalogue.rules import Kind
from portal.lib.text import Text


@dataclass(frozen=True)
class Basis:
    """A law as it is cited, and where it stands among the documents of the register."""

    text: Text
    document: str
    places: tuple[str, ...] = ()
    verified: bool = True

    @property
    def sources(self) -> list[str]:
        return [f"{self.document}/{place}" for place in self.places] or [self.document]


@dataclass(frozen=True)
class Track:
    label: Text
    beside: Text
    issuer: Text
    permits: Text
    bases: tuple[Basis, ...]
    steps: tuple[Text, ...]
    papers: Text
    caution: Text | None = None
    # What the mark was before the present special mark was issued.
    former_label: Text | None = None

    def label_in(self, year: int) -> Text:
        return self.former_label if self.former_label and year < NEW_MARK_SINCE else self.label


ORDER_80 = Basis(
    Text(
        "《地理标志产品保护办法》（国家知识产权局令第80号，2024年2月1日起施行）",
        "Measures for the Protection of GI Products (CNIPA Order 80, in force since 1 February 2024)",
    ),
    "law-order-80",
)
ORDER_79 = Basis(
    Text(
        "国家知识产权局令第79号（集体商标、证明商标的注册和管理，2024年2月1日起施行）",
        "CNIPA Order 79 on collective and certification marks, in force since 1 February 2024",
    ),
    "law-order-79",
)
ANNOUNCEMENT_354 = Basis(
    Text(
        "《地理标志专用标志使用管理办法（试行）》（国家知识产权局公告第354号，2020年）",
        "Trial Measures for the Use of the GI Special Mark (CNIPA Announcement 354, 2020)",
    ),
    "law-announcement-354",
)
TRADE_MARK_LAW = Basis(
    Text("《商标法》第三条、第十六条、第四十三条", "Trade-mark Law, articles 3, 16 and 43"),
    "law-trade-mark",
    ("a3", "a16", "a43"),
)
IMPLEMENTING_ARTICLE_4 = Basis(
    Text("《商标法实施条例》第四条", "Implementing Regulation of the Trade-mark Law, article 4"),
    "law-trade-mark-regulation",
    ("a4",),
)
ORDER_11 = Basis(
    Text(
        "《农产品地理标志管理办法》（原农业部令第11号，2007年）",
        "Measures for Agricultural GIs (Ministry of Agriculture Order 11, 2007)",
    ),
    "law-agri-order-11",
    verified=False,
)
FARM_PRODUCT_LAW = Basis(
    Text(
        "《农产品质量安全法》第四十二条第二款",
        "Law on the Quality and Safety of Farm Products, article 42(2)",
    ),
    "law-farm-products",
    ("a42-2",),
)

NEW_MARK_SINCE = 2019
OLD_MARKS_UNTIL = 2020

SPECIAL_MARK = Text("地理标志专用标志", "the GI special mark")
CNIPA = Text("国家知识产权局", "the national IP office (CNIPA)")

TRACKS = {
    Kind.GI_PRODUCT: Track(
        label=SPECIAL_MARK,
        former_label=Text("原地理标志产品专用标志", "the former mark of GI products"),
        beside=Text(
            "标志旁须有地理标志名称、产品标准代号或批准公告号；标志指定位置印使用人的统一社会信用代码",
            "Beside it the GI name and the standard code or the number of the announcement; in its own place "
            "the user's unified social credit code",
        ),
        issuer=CNIPA,
        permits=Text(
            "产地范围内、经核准公告的生产者", "Producers inside the area whose use was approved and announced"
        ),
        bases=(ORDER_80, ANNOUNCEMENT_354),
        steps=(
            Text("向产地的知识产权管理部门提出申请", "Apply to the IP department of the place of origin"),
            Text("县级初审，并到现场核验产地", "The county examines first and verifies the place on site"),
            Text("市级形式审查", "The city checks the form"),
            Text(
                "省级审核；纳入核准改革的省份由省级核准、公告并报国家知识产权局备案",
                "The province reviews; in provinces of the approval reform it decides, announces and "
                "files with CNIPA",
            ),
            Text(
                "国家知识产权局登记、公告，发给下载码",
                "CNIPA registers and announces, and gives a download code",
            ),
            Text(
                "下载标志，按标准生产和使用，及时公开用标情况，并定期向所在地报告",
                "Download the mark, produce to the standard, publish the use and report it regularly",
            ),
        ),
        papers=Text(
            "申请表、产地证明、检验报告（2024年以前的清单；现行清单以受理部门公布的为准）",
            "Application form, proof of origin, inspection report (the list before 2024; the department that "
            "receives it publishes the present one)",
        ),
    ),
    Kind.CERTIFICATION_MARK: Track(
        label=Text(
            "“{name}”证明商标，可同时使用地理标志专用标志",
            "The certification mark {name}, together with the GI special mark",
        ),
        former_label=Text("“{name}”证明商标", "The certification mark {name}"),
        beside=Text("旁边须有商标注册号", "With the registration number of the trade mark"),
        issuer=Text("商标注册人", "The registrant of the mark"),
        permits=Text(
            "经注册人许可、并已公告备案的被许可人",
            "Licensees of the registrant whose licence is recorded and announced",
        ),
        bases=(TRADE_MARK_LAW, IMPLEMENTING_ARTICLE_4, ORDER_79, ANNOUNCEMENT_354),
        steps=(
            Text("向商标注册人索取使用管理规则", "Ask the registrant for the rules of use"),
            Text(
                "提交产地、品质符合规则的材料，申请使用",
                "Apply with proof that place and quality meet the rules",
            ),
            Text(
                "符合条件的，注册人应当允许；不允许的要说明理由",
                "Whoever meets the conditions must be allowed; a refusal needs a reason",
            ),
            Text(
                "签订使用许可，注册人报国家知识产权局备案",
                "Sign the licence; the registrant has it recorded at CNIPA",
            ),
            Text(
                "公告备案后，商标与专用标志一起使用，并标明被许可人名称和产地",
                "Once recorded, use the mark with the special mark, and name the licensee and the origin",
            ),
        ),
        papers=Text("以注册人的使用管理规则为准", "As the registrant's rules of use require"),
    ),
    Kind.COLLECTIVE_MARK: Track(
        label=Text(
            "“{name}”集体商标，可同时使用地理标志专用标志",
            "The collective mark {name}, together with the GI special mark",
        ),
        former_label=Text("“{name}”集体商标", "The collective mark {name}"),
        beside=Text("旁边须有商标注册号", "With the registration number of the trade mark"),
        issuer=Text("商标注册人", "The registrant of the mark"),
        permits=Text("注册人的成员", "Members of the registrant"),
        bases=(TRADE_MARK_LAW, IMPLEMENTING_ARTICLE_4, ORDER_79, ANNOUNCEMENT_354),
        steps=(
            Text("向商标注册人申请加入", "Apply to the registrant for membership"),
            Text(
                "符合条件的应当吸收为成员；不加入的也可以正当使用地名",
                "Whoever meets the conditions must be admitted; others may still use the place name fairly",
            ),
            Text("按使用管理规则使用商标和专用标志", "Use the mark and the special mark by the rules of use"),
        ),
        papers=Text("以注册人的使用管理规则为准", "As the registrant's rules of use require"),
    ),
    Kind.AGRI_GI: Track(
        label=Text("原农产品地理标志公共标识", "The former sign of agricultural GIs"),
        beside=Text("旁边为登记的产品名称", "With the registered product name"),
        issuer=Text(
            "原由农业农村部登记，现由国家知识产权局管理",
            "Formerly registered by the agriculture ministry, now under CNIPA",
        ),
        permits=Text("登记证书持有人授权的生产者", "Producers authorised by the holder of the certificate"),
        bases=(ORDER_11, FARM_PRODUCT_LAW),
        steps=(
            Text(
                "2022年3月起不再受理新的登记；已登记的继续受保护",
                "No new registration since March 2022; those registered stay protected",
            ),
            Text(
                "向证书持有人询问现有授权；列入转换公告的，按地理标志产品的程序申请专用标志",
                "Ask the holder of the certificate; if it was converted, apply for the special mark "
                "as for a GI product",
            ),
        ),
        papers=Text("以证书持有人的要求为准", "As the holder of the certificate requires"),
        caution=Text(
            "旧标识还可以用到哪一天，没有查到", "Until which day the old sign may be used was not found"
        ),
    ),
}

OLD_AND_NEW = Text(
    "现行专用标志于2019年10月16日发布；旧标志使用到2020年12月31日为止",
    "The present special mark was issued on 16 October 2019; the former ones were valid to the end of 2020",
)
OLD_ONLY = Text(
    "当年使用的是旧的地理标志产品标志；现行专用标志2019年10月16日才发布",
    "The former mark of GI products was in use that year; the present one was issued on 16 October 2019",
)


def mark_of_the_year(year: int) -> Text | None:
    """Which edition of the special mark a year saw; nothing to say once only the present one was valid."""
    if year < NEW_MARK_SINCE:
        return OLD_ONLY
    return OLD_AND_NEW if year <= OLD_MARKS_UNTIL else None
