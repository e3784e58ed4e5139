"""What the portal itself calls evidence: kept once, in Chinese, since a list that was handed over is signed.

Pages say it in the language of the reader; what a person wrote stays as written.
"""

import re

from portal.lib.text import Text

PHOTOGRAPH = Text("照片 {n}", "Photograph {n}")
OF_A_TIP = Text("举报照片 {n}", "Photograph of a tip, {n}")
HANDED_OVER = Text("移送证据 {n}：{rest}", "Evidence handed over, {n}: {rest}")
OURS = (
    (re.compile(r"照片 (?P<n>\d+)"), PHOTOGRAPH),
    (re.compile(r"举报照片 (?P<n>[0-9a-f]{12})"), OF_A_TIP),
    (re.compile(r"移送证据 (?P<n>\d+)：(?P<rest>.*)", re.DOTALL), HANDED_OVER),
)


def say_caption(caption: object) -> object:
    """“Photograph 1” for 照片 1; anything else as it is."""
    for written, words in OURS if isinstance(caption, str) else ():
        if found := written.fullmatch(caption):
            return words.format(**{name: say_caption(part) for name, part in found.groupdict().items()})
    return caption
