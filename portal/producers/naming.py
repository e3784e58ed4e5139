"""How producers are numbered and found."""

import secrets
from functools import lru_cache

from portal.lib.folding import folded

# Digits and letters that are not mistaken for each other when read out on the telephone.
LETTERS = "0123456789ACDEFGHJKLMNPQRTUWXY"
LENGTH = 11


def new_number() -> str:
    """The number of a producer that is not a firm: nobody can count through them or guess one."""
    return "P" + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def search_text(name: str, *codes: str | None) -> str:
    """One line for each thing a person may type: pinyin, the name, its initials, its codes.

    The pinyin stands first, so that a list in the order of this text is in the order of a dictionary.
    """
    # The dictionary behind it takes some fifty megabytes: only who stores a name pays for it.
    from pypinyin.seg.simpleseg import seg

    syllables = [syllable for word in seg(name) for syllable in _syllables(word)]
    # A run of letters and digits comes back whole; its initial is its first letter.
    initials = "".join(syllable[:1] for syllable in syllables)
    return "\n".join(["".join(syllables), folded(name), initials, *(folded(code) for code in codes if code)])


@lru_cache(5_000)
def _syllables(word: str) -> tuple[str, ...]:
    """Of one word of a name. Names of one place are made of few words: a file of a hundred thousand names
    asks for each word once."""
    from pypinyin import lazy_pinyin

    return tuple(folded(syllable) for syllable in lazy_pinyin(word))
