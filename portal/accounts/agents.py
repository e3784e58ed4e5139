"""What a browser calls itself, in words a person recognises. Shown only; nothing is decided by it."""

from portal.lib.text import Text

# The first that fits decides: nearly every browser also names the ones it descends from.
BROWSERS = (
    ("MicroMessenger", Text("微信", "WeChat")),
    ("DingTalk", Text("钉钉", "DingTalk")),
    ("Edg", Text("Edge 浏览器", "Edge")),
    ("QQBrowser", Text("QQ 浏览器", "QQ Browser")),
    ("HuaweiBrowser", Text("华为浏览器", "Huawei Browser")),
    ("Firefox", Text("Firefox 浏览器", "Firefox")),
    ("Chrome", Text("Chrome 浏览器", "Chrome")),
    ("Safari", Text("Safari 浏览器", "Safari")),
)
SYSTEMS = (
    ("HarmonyOS", Text("鸿蒙", "HarmonyOS")),
    ("Android", Text("安卓手机", "Android")),
    ("iPhone", Text("苹果手机", "iPhone")),
    ("iPad", Text("苹果平板", "iPad")),
    ("Windows", Text("Windows 电脑", "Windows")),
    ("Mac OS X", Text("苹果电脑", "Mac")),
    ("Linux", Text("Linux 电脑", "Linux")),
)


def describe_agent(agent: str) -> Text | None:
    """The browser and the machine, or None where the name says neither."""
    browser = _first(BROWSERS, agent)
    system = _first(SYSTEMS, agent)
    if browser and system:
        return Text("{browser}，{system}", "{browser} on {system}").format(browser=browser, system=system)
    return browser or system


def _first(names: tuple[tuple[str, Text], ...], agent: str) -> Text | None:
    return next((text for mark, text in names if mark in agent), None)
