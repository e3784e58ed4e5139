"""The short name of a division, as a map writes it: 宁夏, 中卫, 中宁县; Ningxia, Zhongwei, Zhongning."""

import re

PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|"
    "哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|"
    "柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族|塔吉克|怒族|"
    "鄂温克族|鄂伦春|裕固族|保安族|独龙族|各族"
)
# The shortest beginning of at least two characters wins, so that 东乡族自治县 keeps a name.
AUTONOMOUS = re.compile(rf"^(?P<body>.{{2,}}?)(?:{PEOPLES})*自治[区州县旗]$")
ABOVE_COUNTY = re.compile(r"^(?P<body>.{2,}?)(?:省|市|特别行政区|地区|盟)$")

ENGLISH_PEOPLES = (
    "Hui|Zhuang|Uygur|Mongol|Tibetan|Miao|Yi|Bouyei|Korean|Manchu|Dong|Yao|Bai|Tujia|Hani|Kazak|"
    "Dai|Li|Lisu|Va|She|Lahu|Sui|Naxi|Jingpo|Kirgiz|Tu|Daur|Mulao|Qiang|Blang|Salar|Maonan|Gelao|"
    "Xibe|Pumi|Tajik|Nu|Yugur|Bonan|Derung|Dongxiang|Various Nationalities"
)
ENGLISH_AUTONOMOUS = re.compile(
    rf"^(?P<body>.+?)(?: (?:{ENGLISH_PEOPLES})(?:,? and|,)?)* Autonomous (?:Region|Prefecture|County|Banner)$"
)
ENGLISH_UNIT = re.compile(
    r"^(?P<body>.+?) (?:Province|Special Administrative Region|Prefecture|County|(?<!Mining )District|City)$"
)


def short_zh(name: str, level: str) -> str:
    """A county keeps its 县, 区 or 旗, without which many names would be one character or mean the city."""
    pattern = AUTONOMOUS if name.endswith(("自治区", "自治州", "自治县", "自治旗")) else ABOVE_COUNTY
    if level in {"county", "township"} and pattern is ABOVE_COUNTY:
        return name
    found = pattern.match(name)
    body = found["body"] if found else name
    return body.removesuffix("族") if len(body) > 2 else body


def short_en(name: str) -> str:
    found = ENGLISH_AUTONOMOUS.match(name) or ENGLISH_UNIT.match(name)
    return found["body"] if found else name
