"""Today at a station: the answer, the list, what is left out, and who may look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts


@pytest.fixture
def soon(stage, network):
    """A session in half an hour at the near station, one of whose two bulletins nobody approved."""
    programme = network.programme(stage.approved(title="Giữ an toàn <tài khoản>"), stage.draft(title="Lịch tiêm phòng"))
    network.one_off(programme, network.near, network.now + timedelta(minutes=30), title="Buổi sắp tới")
    return network.dispatched(network.near)


def test_the_answer_is_ready_when_the_station_holds_all(sign_in, network, soon):
    network.heard_from(network.near, soon)
    address = f"/hom-nay/{network.near}"
    answer = sign_in("operator").get(address).text
    assert "SẴN SÀNG" in answer
    assert "Để lại" in answer
    day = (network.now + timedelta(minutes=30)).astimezone(network.centre.settings.tz).date()
    page = sign_in("operator").get(f"{address}?ngay={day}").text
    assert "Giữ an toàn &lt;tài khoản&gt;" in page
    assert "để lại: chưa được duyệt kịp giờ" in page


def test_the_answer_is_unknown_without_a_word_from_the_station(sign_in, network, soon):
    page = sign_in("operator").get(f"/hom-nay/{network.near}").text
    assert "CHƯA RÕ" in page
    assert "Việc cần làm ở cụm loa" in page


def test_the_page_says_when_nothing_is_to_come(sign_in, network):
    assert "KHÔNG CÓ BUỔI PHÁT" in sign_in("operator").get(f"/hom-nay/{network.far}").text


def test_the_page_refreshes_itself_today_alone(sign_in, network):
    address = f"/hom-nay/{network.near}"
    assert 'hx-trigger="every 15s"' in sign_in("operator").get(address).text
    assert 'hx-trigger="every 15s"' not in sign_in("operator").get(f"{address}?ngay=01/01/2024").text


def test_an_aired_session_leads_to_its_story(sign_in, stage, network):
    airing_id = network.aired(network.programme(stage.approved()), network.near)
    day = (network.now - timedelta(hours=1)).astimezone(network.centre.settings.tz).date().isoformat()
    page = sign_in("operator").get(f"/hom-nay/{network.near}?ngay={day}").text
    assert "Đã phát" in page
    assert f"/nhat-ky/buoi/{airing_id}" in page


def test_an_operator_of_one_commune_finds_only_its_station(app, sign_in, people, network):
    with network.centre.writers.begin() as session:
        person = accounts.person_line(session, people["operator"])
        accounts.revoke_role(session, None, grant_id=person.grants[0].id, now=network.now)
        grant = Grant(Role.OPERATOR, unit_code="03301")
        accounts.grant_role(session, None, person_id=people["operator"], grant=grant, now=network.now)
    operator = sign_in("operator")
    assert operator.get("/hom-nay").headers["Location"] == f"/hom-nay/{network.near}"
    assert operator.get(f"/hom-nay/{network.near}").status_code == 200
    assert operator.get(f"/hom-nay/{network.far}").status_code == 403


def test_everybody_else_chooses_among_all(sign_in, network):
    page = sign_in("auditor").get("/hom-nay").text
    assert "Cụm loa trung tâm" in page
    assert "Cụm loa bản xa" in page


@pytest.mark.parametrize("day", ["x", "9999-12-31", "31/02/2024"])
def test_a_day_that_is_none_is_refused(day, sign_in, network):
    assert sign_in("operator").get(f"/hom-nay/{network.near}?ngay={day}").status_code == 400


def test_a_station_that_is_not_there_is_not_found(sign_in, network):
    assert sign_in("operator").get("/hom-nay/khong-co").status_code == 404
