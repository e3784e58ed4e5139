"""The columns of a roster and of a list of producers, in both languages, with what people really write."""

from collections.abc import Mapping

from gi_data.cells import read_choice, read_code, read_day, read_degrees, read_mark, read_phone, read_words
from gi_data.tables import Column
from portal.lib.text import Text
from portal.lib.uscc import complete_uscc
from portal.producers import rules
from portal.producers.rules import ProducerKind, Reason

KIND_SPELLINGS: Mapping[ProducerKind, tuple[str, ...]] = {
    ProducerKind.COMPANY: ("公司", "有限公司", "龙头企业", "firm", "enterprise"),
    ProducerKind.COOPERATIVE: ("专业合作社", "农民专业合作社", "农业合作社", "cooperative", "co-op"),
    ProducerKind.FAMILY_FARM: ("农场", "farm"),
    ProducerKind.HOUSEHOLD: ("种植户", "养殖户", "散户", "个人", "农民", "household producer", "farmer"),
    ProducerKind.INDIVIDUAL_BUSINESS: ("个体户", "个体", "工商户", "sole trader", "self-employed"),
}
REASON_SPELLINGS: Mapping[Reason, tuple[str, ...]] = {
    Reason.NOT_APPLIED: ("未申请", "没有申请"),
    Reason.APPLYING: ("申请中", "办理中"),
    Reason.FAILS_STANDARD: ("未达标", "不达标", "不符合标准"),
    Reason.REFUSED: ("被驳回", "驳回", "未通过"),
    Reason.DOES_NOT_WANT: ("不愿意", "不愿申请", "无意愿"),
    Reason.CEASED: ("停用", "已停产", "停止使用"),
    Reason.UNKNOWN: ("不详", "未知", "不清楚"),
}

PRODUCER_COLUMNS = (
    Column(
        "uscc",
        Text("统一社会信用代码", "USCC"),
        read_code,
        others=("社会信用代码", "信用代码", "统一代码", "unified social credit code", "credit code"),
        hint=Text("18 位。农户没有可以空着", "18 characters; may be empty for a household"),
        example=complete_uscc("91640521", "DEM0X001"),
    ),
    Column(
        "number",
        Text("登记编号", "Number"),
        read_mark(18),
        others=("编号", "生产者编号", "producer number"),
        hint=Text(
            "只在修改已登记的生产者时填，从导出的名录中抄来",
            "Only to change a producer already registered; as it stands in the export",
        ),
    ),
    Column(
        "local_number",
        Text("本地编号", "Local number"),
        read_mark(rules.LOCAL_NUMBER_LONGEST),
        others=("户编号", "农户编号", "内部编号"),
        hint=Text(
            "县里自编的号，用来分清同名的农户",
            "The county’s own number, to tell households of the same name apart",
        ),
    ),
    Column(
        "name",
        Text("名称", "Name"),
        read_words(rules.NAME_LONGEST),
        required=True,
        others=(
            "生产者名称",
            "经营主体名称",
            "企业名称",
            "单位名称",
            "主体名称",
            "姓名",
            "户主姓名",
            "producer",
        ),
        hint=Text("与营业执照一致；农户填户主姓名", "As on the business licence; a household by its head"),
        example="（示例）某某枸杞专业合作社",
    ),
    Column(
        "kind",
        Text("类型", "Kind"),
        read_choice({kind: (kind.text, KIND_SPELLINGS[kind]) for kind in ProducerKind}),
        required=True,
        others=("主体类型", "生产者类型", "经营主体类型", "单位类型", "type"),
        hint=Text(
            "、".join(one.text.zh for one in ProducerKind),
            ", ".join(one.text.en for one in ProducerKind),
        ),
        example="合作社",
    ),
    Column(
        "place",
        Text("所在地", "Place"),
        read_words(60),
        required=True,
        others=(
            "区划代码",
            "行政区划",
            "行政区划代码",
            "所在乡镇",
            "乡镇",
            "所属乡镇",
            "adcode",
            "township",
            "division",
        ),
        hint=Text(
            "县或乡镇的代码或名称，例如 640521100 或 中宁县宁安镇",
            "Code or name of the county or township, such as 640521100 or 中宁县宁安镇",
        ),
        example="640521100",
    ),
    Column(
        "address",
        Text("地址", "Address"),
        read_words(rules.ADDRESS_LONGEST),
        others=("详细地址", "住所", "生产地址"),
        hint=Text("不公开", "Not made public"),
    ),
    Column(
        "contact",
        Text("联系人", "Contact"),
        read_words(rules.CONTACT_LONGEST),
        others=("负责人", "法定代表人", "contact person"),
        hint=Text("不公开", "Not made public"),
    ),
    Column(
        "phone",
        Text("电话", "Telephone"),
        read_phone(rules.PHONE_LONGEST),
        others=("联系电话", "手机", "手机号", "手机号码", "phone", "mobile"),
        hint=Text("不公开", "Not made public"),
    ),
    Column(
        "lon",
        Text("经度", "Longitude"),
        read_degrees,
        others=("lon", "lng"),
        hint=Text("WGS 84，十进制度，例如 105.6753；不公开", "WGS 84, decimal degrees; not made public"),
    ),
    Column(
        "lat",
        Text("纬度", "Latitude"),
        read_degrees,
        others=("lat",),
        hint=Text("WGS 84，十进制度，例如 37.4917；不公开", "WGS 84, decimal degrees; not made public"),
    ),
    Column(
        "cooperative",
        Text("所属合作社代码", "USCC of its co-operative"),
        read_code,
        others=("所属合作社", "所属合作社统一社会信用代码", "co-operative"),
        hint=Text(
            "社员户填合作社的统一社会信用代码；合作社须已登记或在同一文件中",
            "For a member: the code of a co-operative that is registered or in the same file",
        ),
    ),
    Column(
        "consent_on",
        Text("同意公开姓名的日期", "Consent to publish the name"),
        read_day,
        others=("公开同意日期", "consent"),
        hint=Text(
            "个人书面同意公开名称的日期；没有同意就空着，名称不会公开",
            "The day of a written consent; without one leave it empty and the name stays inside",
        ),
    ),
)

ROSTER_ONLY = (
    Column(
        "gi",
        Text("地理标志", "GI"),
        read_words(80),
        others=("地理标志名称", "产品名称", "产品", "geographical indication"),
        hint=Text("一个文件里有几个地理标志时填", "Where one file holds several GIs"),
    ),
    Column(
        "from_on",
        Text("列入日期", "On the roster from"),
        read_day,
        others=("起始日期", "开始日期", "列入时间", "from"),
        hint=Text("空着则用上传时选的日期", "Left empty, the day chosen at upload counts"),
        example="2024-05-01",
    ),
    Column(
        "ended_on",
        Text("离开日期", "Off the roster from"),
        read_day,
        others=("终止日期", "结束日期", "退出日期", "until"),
        hint=Text("这一天起不再计入", "From this day it no longer counts"),
    ),
    Column(
        "reason",
        Text("未用标原因", "Why not authorised"),
        read_choice({reason: (reason.text, REASON_SPELLINGS[reason]) for reason in Reason}),
        others=("未申请原因", "原因", "reason"),
        hint=Text(
            "、".join(one.text.zh for one in Reason),
            ", ".join(one.text.en for one in Reason),
        ),
        example="尚未申请",
    ),
    Column(
        "note",
        Text("备注", "Note"),
        read_words(rules.NOTE_LONGEST),
        others=("说明", "remarks"),
        hint=Text("不公开", "Not made public"),
    ),
)

ROSTER_COLUMNS = PRODUCER_COLUMNS + ROSTER_ONLY
