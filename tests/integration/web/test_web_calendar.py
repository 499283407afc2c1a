"""The calendar's secret address: made and shown once, read without signing in, renewed and ended."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts


@pytest.fixture
def airing_id(stage, network):
    programme = network.programme(stage.approved(title="Giữ an toàn <tài khoản>"))
    return network.one_off(programme, network.near, network.now + timedelta(hours=3), title="Buổi chiều")


def made(browser, network):
    """Make an address as somebody; returns its path."""
    answer = browser.post(f"/cum-loa/{network.near}/lich")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"http://localhost(/lich/[\w-]{32,}\.ics)", answer.text)
    assert found is not None
    return found[1]


def test_a_phone_reads_it_without_signing_in(sign_in, client, network, airing_id):
    path = made(sign_in("operator"), network)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["uid"]) == airing_id
    assert "Giữ an toàn <tài khoản> (1:01)" in str(event["description"])
    assert str(event["description"]).startswith("Sắp phát.")


def test_who_has_it_already_is_told_so(sign_in, client, network, airing_id):
    path = made(sign_in("operator"), network)
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(path).status_code == 200


def test_every_wrong_address_gets_the_same_answer(sign_in, client, network, airing_id):
    path = made(sign_in("operator"), network)
    ended = made(sign_in("admin"), network)
    sign_in("admin").post(f"/cum-loa/{network.near}/lich/bo")
    answers = [client.get(each) for each in (path, ended, "/lich/x.ics", f"/lich/{'a' * 5000}.ics", "/lich/%F0%9F.ics")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_the_address_is_shown_once_and_said_to_nobody(sign_in, client, network, airing_id, caplog):
    operator = sign_in("operator")
    with caplog.at_level(logging.DEBUG):
        path = made(operator, network)
        client.get(path)
    secret = path.removeprefix("/lich/").removesuffix(".ics")
    assert secret not in caplog.text
    assert secret not in operator.get(f"/cum-loa/{network.near}/lich").text
    assert secret not in sign_in("admin").get("/so").text
    page = sign_in("admin").get(f"/cum-loa/{network.near}").text
    assert "tạo đường dẫn lịch" in page
    assert secret not in page


def test_who_may_share_it(sign_in, people, network):
    assert f"/cum-loa/{network.near}/lich" in sign_in("operator").get(f"/cum-loa/{network.near}").text
    assert f"/cum-loa/{network.near}/lich" not in sign_in("approver").get(f"/cum-loa/{network.near}").text
    for name in ("editor", "approver", "auditor"):
        browser = sign_in(name)
        assert browser.get(f"/cum-loa/{network.near}/lich").status_code == 403
        assert browser.post(f"/cum-loa/{network.near}/lich").status_code == 403
        assert browser.post(f"/cum-loa/{network.near}/lich/bo").status_code == 403
    with network.centre.writers.begin() as session:
        person = accounts.person_line(session, people["operator"])
        accounts.revoke_role(session, None, grant_id=person.grants[0].id, now=network.now)
        grant = Grant(Role.OPERATOR, unit_code="03313")
        accounts.grant_role(session, None, person_id=people["operator"], grant=grant, now=network.now)
    assert sign_in("operator").post(f"/cum-loa/{network.near}/lich").status_code == 403
    assert sign_in("operator").post(f"/cum-loa/{network.far}/lich").status_code == 200


def test_what_cannot_be_done_is_told(sign_in, network):
    operator = sign_in("operator")
    answer = operator.post(f"/cum-loa/{network.near}/lich/bo")
    assert answer.status_code == 422
    assert "không có đường dẫn lịch nào đang dùng" in answer.text
    assert operator.get("/cum-loa/x/lich").status_code == 404
