"""Which characters the check character of labels and batches cannot tell apart."""

COUNT_THE_SAME = ({"1", "W"}, {"2", "X"}, {"3", "Y"})


def counts_the_same(one: str, other: str) -> bool:
    return one == other or {one, other} in COUNT_THE_SAME
