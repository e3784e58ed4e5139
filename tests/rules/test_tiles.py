"""The hosts of an operator's base map, as the browser's policy must name them."""

import pytest

from portal.lib.tiles import tile_origins

TIANDITU = "https://t{s}.tianditu.gov.cn/vec_w/wmts?x={x}&y={y}&z={z}&tk=key"


def test_each_numbered_server_is_named_by_itself():
    origins = tile_origins(TIANDITU)
    assert origins == [f"https://t{number}.tianditu.gov.cn" for number in range(8)]
    assert not any("*" in origin for origin in origins)


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", ["https://tiles.example"]),
        ("http://10.0.0.5:8080/{z}/{x}/{y}.png?s={s}", ["http://10.0.0.5:8080"]),
        ("https://{s}.a.example/{z}/{x}/{y}", [f"https://{letter}.a.example" for letter in "abc"]),
    ],
)
def test_other_servers_are_named_as_they_stand(url: str, origins: list[str]):
    assert tile_origins(url) == origins
