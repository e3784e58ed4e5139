from collections import Counter

from gi_data.divisions import read_divisions, scope_prefix

ROWS = read_divisions()
BY_CODE = {row.adcode: row for row in ROWS}


def children(code, level):
    return [row for row in ROWS if row.parent == code and row.level == level]


def test_every_code_is_given_once_and_only_once():
    assert [code for code, times in Counter(row.adcode for row in ROWS).items() if times > 1] == []


def test_the_country_is_complete_at_each_level():
    counted = Counter(row.level for row in ROWS)
    assert counted == {"province": 34, "prefecture": 333, "county": 2876, "township": 1484}


def test_every_division_but_a_province_hangs_under_one_whose_prefix_it_carries():
    for row in ROWS:
        if row.level == "province":
            assert row.parent is None
        else:
            assert row.adcode.startswith(BY_CODE[row.parent].prefix), row


def test_codes_have_six_digits_and_townships_nine():
    for row in ROWS:
        assert row.adcode.isdigit() and len(row.adcode) == (9 if row.level == "township" else 6)


def test_baotou_has_nine_counties_in_the_standard_and_ten_with_the_statistical_zone():
    baotou = children("150200", "county")
    assert len(baotou) == 10
    assert [row.adcode for row in baotou if not row.in_standard] == ["150271"]


def test_townships_are_given_for_the_two_autonomous_regions_and_nowhere_else():
    assert {row.adcode[:2] for row in ROWS if row.level == "township"} == {"15", "64"}
    assert len(children("640521", "township")) == 12
    assert BY_CODE["150821100"].name_zh == "隆兴昌镇"


def test_every_county_of_the_two_regions_has_townships():
    bare = [
        row.name_zh
        for row in ROWS
        if row.level == "county" and row.prefix[:2] in {"15", "64"} and not children(row.adcode, "township")
    ]
    assert bare == []


def test_cities_without_counties_are_prefectures():
    for code in ("441900", "442000", "460400", "620200"):
        assert BY_CODE[code].level == "prefecture"
        assert children(code, "county") == []


def test_counties_of_the_four_municipalities_hang_under_the_municipality():
    assert BY_CODE["110101"].parent == "110000"
    assert BY_CODE["429004"].parent == "420000"


def test_known_changes_of_codes_are_in():
    assert BY_CODE["540481"].name_zh == "米林市" and BY_CODE["540581"].name_zh == "错那市"
    assert BY_CODE["460302"].name_zh == "西沙区" and BY_CODE["460303"].name_zh == "南沙区"
    assert not {"540422", "540530", "460321", "460322", "620201", "629700"} & BY_CODE.keys()


def test_otog_front_banner_and_otog_banner_are_not_exchanged():
    assert BY_CODE["150623"].name_en == "Otog Front Banner"
    assert BY_CODE["150624"].name_en == "Otog Banner"


def test_official_english_names_of_the_two_regions():
    expected = {
        "150000": "Inner Mongolia Autonomous Region",
        "150100": "Hohhot",
        "150200": "Baotou",
        "150600": "Ordos",
        "150800": "Bayannur",
        "152200": "Xing'an League",
        "150221": "Tumd Right Banner",
        "150223": "Darhan Muminggan Joint Banner",
        "150823": "Urad Front Banner",
        "640303": "Hongsibu District",
        "640521": "Zhongning County",
        "500000": "Chongqing",
    }
    assert {code: BY_CODE[code].name_en for code in expected} == expected


def test_a_map_gets_short_names_in_both_languages():
    expected = {
        "640000": ("宁夏", "Ningxia"),
        "150000": ("内蒙古", "Inner Mongolia"),
        "640500": ("中卫", "Zhongwei"),
        "152200": ("兴安", "Xing'an League"),
        "222400": ("延边", "Yanbian"),
        "640521": ("中宁县", "Zhongning"),
        "150724": ("鄂温克", "Evenk"),
        "622926": ("东乡", "Dongxiang"),
        "622927": ("积石山", "Jishishan"),
        "150206": ("白云鄂博矿区", "Bayan Obo Mining District"),
    }
    assert {code: (BY_CODE[code].short_zh, BY_CODE[code].short_en) for code in expected} == expected


def test_special_readings_are_not_the_usual_ones():
    expected = {
        "500000": "chong qing shi",
        "130224": "luan nan xian",
        "130225": "lao ting xian",
        "140405": "tun liu qu",
        "140428": "zhang zi xian",
        "131025": "dai cheng xian",
        "341500": "lu an shi",
        "330382": "yue qing shi",
        "640303": "hong si bu qu",
        "150802": "lin he qu",
        "640521103": "xin bu zhen",
        "211300": "chao yang shi",
    }
    assert {code: BY_CODE[code].pinyin for code in expected} == expected


def test_every_name_has_one_syllable_for_each_character_and_an_english_name():
    for row in ROWS:
        characters = row.name_zh.replace("（", "").replace("）", "")
        assert len(row.pinyin.split()) == len(characters), row
        assert row.name_en and not any("\u4e00" <= letter <= "\u9fff" for letter in row.name_en), row


def test_the_scope_of_a_division_is_its_leading_digits():
    assert scope_prefix("640000") == "64"
    assert scope_prefix("640500") == "6405"
    assert scope_prefix("640521") == "640521"
    assert scope_prefix("640521100") == "640521100"
