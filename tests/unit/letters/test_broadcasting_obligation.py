"""Which obligation of a letter concerns broadcasting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.letters.broadcast import broadcasting_obligation
from scheduler.letters.model import Obligation
from scheduler.letters.parse import parse_letter

POLICE = Obligation("Công an huyện", ("Rà soát.",), (), 1)
COMMUNES = Obligation("UBND các xã", ("Phát trên loa truyền thanh.",), (), 2)
COMMUNES_OFTEN = Obligation("UBND các bản", ("Phát bản tin trên loa, tiếp âm, trực đài.",), (), 3)
CENTRE = Obligation("Trung tâm Văn hóa - Truyền thanh huyện", ("Biên tập.",), (), 4)


@pytest.mark.parametrize(
    ("obligations", "expected"),
    [
        ((), None),
        ((POLICE,), None),
        ((POLICE, COMMUNES), 1),
        ((COMMUNES, CENTRE), 1),
        ((COMMUNES, COMMUNES_OFTEN), 1),
        ((COMMUNES, replace(COMMUNES, line=9)), 0),
        ((replace(POLICE, to=None, actions=("Loại bỏ tin giả.",)),), None),
    ],
)
def test_a_broadcast_body_first_then_the_most_mentions(
    obligations: tuple[Obligation, ...], expected: int | None
) -> None:
    letter = replace(parse_letter([]), obligations=obligations)
    assert broadcasting_obligation(letter) == expected
