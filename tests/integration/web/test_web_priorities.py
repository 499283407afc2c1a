"""The operator's page: which priority bulletin goes first, moved by buttons that need no script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db.bulletins import Revision
from scheduler.db.emergencies import TieOrder


@pytest.fixture
def airing_id(stage, network) -> str:
    """A session in half an hour with two priorities and an ordinary bulletin."""
    bulletins = []
    for title, bulletin_class in (("Họp thôn", "normal"), ("Tiêm chủng", "priority"), ("Cháy rừng", "priority")):
        bulletin_id = stage.draft(title=title)
        with stage.centre.writers.begin() as session:
            session.scalars(
                select(Revision).where(Revision.bulletin_id == bulletin_id)
            ).one().bulletin_class = bulletin_class
        stage.submit(bulletin_id)
        stage.render(sound=f"ID3 {title}".encode())
        stage.hear(bulletin_id)
        stage.approve(bulletin_id)
        bulletins.append(bulletin_id)
    return network.one_off(network.programme(*bulletins), network.near, network.now + timedelta(minutes=30))


def order_shown(page: str) -> list[str]:
    return re.findall(r'<span class="loa-order__n">\d</span><span>([^<]*)</span>', page)


def test_the_operator_moves_one_up_and_down(sign_in, stage, network, airing_id):
    browser = sign_in("operator")
    day = (network.now + timedelta(minutes=30)).astimezone(stage.centre.settings.tz)
    url = f"/hom-nay/{network.near}?ngay={day:%d/%m/%Y}"
    page = browser.get(url).text
    assert order_shown(page) == ["Tiêm chủng", "Cháy rừng"]
    order = re.findall(r'name="order" value="([^"]*)"', page)
    data = {"order": order, "station": network.near, "day": ""}
    answer = browser.post(f"/hom-nay/buoi/{airing_id}/thu-tu", data=data | {"up": order[1]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/hom-nay/{network.near}#b-{airing_id}")
    page = browser.get(url).text
    assert order_shown(page) == ["Cháy rừng", "Tiêm chủng"]
    assert "Đã xếp lại tin ưu tiên" in page
    browser.post(f"/hom-nay/buoi/{airing_id}/thu-tu", data=data | {"order": order[::-1], "down": order[1]})
    assert order_shown(browser.get(url).text) == ["Tiêm chủng", "Cháy rừng"]
    with stage.centre.readers() as session:
        assert len(session.scalars(select(TieOrder)).all()) == 2


def test_who_may_not_sees_no_buttons_and_is_refused(sign_in, network, airing_id):
    browser = sign_in("editor")
    assert "loa-order__n" not in browser.get(f"/hom-nay/{network.near}").text
    assert browser.post(f"/hom-nay/buoi/{airing_id}/thu-tu", data={"order": ["a"], "up": "a"}).status_code == 403


@pytest.mark.parametrize("data", [{}, {"order": ["a", "b"]}, {"order": ["a", "b"], "up": "c"}])
def test_a_click_on_nothing_is_told(sign_in, airing_id, data):
    answer = sign_in("operator").post(f"/hom-nay/buoi/{airing_id}/thu-tu", data=data)
    assert answer.status_code == 400
    assert "Hãy chọn tin" in answer.text
