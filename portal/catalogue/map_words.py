"""What the script of the map says; it holds no sentence of its own."""

from portal.lib.text import Text

SPOKEN_BY_SCRIPT = {
    "open": Text("打开档案", "Open the record"),
    "close": Text("关闭", "Close"),
    "zoom_to": Text("看整个范围", "Show all of it"),
    "area": Text("产地", "Area"),
    "townships": Text("所列乡镇等", "Places named"),
    "place": Text("所在地区", "Region"),
    "no_kind": Text("没有查到保护", "no protection found"),
    "total": Text("共 {n} 个", "{n} in all"),
    "none": Text("没有符合的地理标志", "No GI fits"),
    "more": Text("再列出一些", "List more"),
    "here": Text("这里的产地", "Areas at this place"),
    "here_none": Text("没有登记的产地覆盖这一点", "No area on record covers this point"),
    "undecided": Text("属于本地、产地范围未查到：", "Of this county, area not found:"),
    "together": Text("同在一处的 {n} 个", "{n} at one place"),
    "and_more": Text("还有 {n} 个", "{n} more"),
    "you": Text("您的位置", "Your position"),
    "position_refused": Text(
        "浏览器没有给出位置。请允许定位，或在“这里是哪里”页填写经纬度",
        "The browser gave no position. Allow it, or type a position at Where am I",
    ),
    "failed": Text("地图数据没有取到，请刷新重试", "The map data did not arrive; reload to try again"),
    "other": Text("其他", "others"),
    "unstated": Text("未列出", "not stated"),
    "kinds": Text("保护形式", "Kind of protection"),
    "on_map": Text("在图上看{name}", "Show {name} on the map"),
    "leave_full": Text("退出全屏", "Leave full screen"),
    "enter_full": Text("全屏", "Full screen"),
}
