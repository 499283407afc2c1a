from __future__ import annotations

from datetime import date

import pytest

from playlists.office_dates import office_date


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2024, 5, 7), "07/5/2024"),
        (date(2024, 1, 31), "31/01/2024"),
        (date(2024, 2, 9), "09/02/2024"),
        (date(2024, 3, 10), "10/3/2024"),
        (date(2024, 10, 1), "01/10/2024"),
    ],
)
def test_a_date_as_offices_write_it(day: date, shown: str) -> None:
    assert office_date(day) == shown
