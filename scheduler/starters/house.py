"""Spoken texts of the house that go with every programme; none holds composed text, so each is approved once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseText:
    """One spoken house item: `key` is the kind of a rundown's item that it is for."""

    key: str
    title: str
    script: str


OPENING = HouseText(
    key="opening",
    title="Lời xướng",
    script=(
        "Kính chào toàn thể bà con! Đây là chương trình truyền thanh cơ sở. "
        "Mời bà con dành ít phút lắng nghe những tin tức và thông báo hôm nay."
    ),
)
CLOSING = HouseText(
    key="closing",
    title="Lời chào kết thúc",
    script=(
        "Chương trình truyền thanh đến đây là hết. Cảm ơn bà con đã lắng nghe. "
        "Kính chúc bà con mạnh khỏe, bình an. Xin chào và hẹn gặp lại!"
    ),
)
STANDBY = HouseText(
    key="standby",
    title="Lời chờ",
    script=(
        "Kính thưa bà con, chương trình đang tạm dừng trong giây lát vì lý do kỹ thuật. "
        "Mong bà con thông cảm và tiếp tục theo dõi."
    ),
)


def house_texts() -> tuple[HouseText, ...]:
    """Return the opening, the closing and the stand-by text."""
    return (OPENING, CLOSING, STANDBY)
