"""An operator says why a session did not sound: from the duty page or the log to the form, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts, audit

REASON = "Mất điện <cả bản> từ 16:50"


@pytest.fixture
def silent(stage, network):
    """A session of an hour ago of which its station has told nothing; returns its airing's id."""
    start = network.now - timedelta(hours=1)
    airing_id = network.one_off(network.programme(stage.approved()), network.near, start)
    network.dispatched(network.near, start - timedelta(minutes=30))
    return airing_id


def day_of(network) -> str:
    return (network.now - timedelta(hours=1)).astimezone(network.centre.settings.tz).date().isoformat()


@pytest.fixture
def limit_operator(people, network):
    """Takes the operator's network away and gives one commune instead."""

    def limit(unit_code: str) -> None:
        with network.centre.writers.begin() as session:
            person = accounts.person_line(session, people["operator"])
            accounts.revoke_role(session, None, grant_id=person.grants[0].id, now=network.now)
            grant = Grant(Role.OPERATOR, unit_code=unit_code)
            accounts.grant_role(session, None, person_id=people["operator"], grant=grant, now=network.now)

    return limit


def test_duty_page_and_log_lead_to_the_form(sign_in, network, silent):
    operator = sign_in("operator")
    link = f'href="/nhat-ky/buoi/{silent}#giai-trinh"'
    assert link in operator.get(f"/hom-nay/{network.near}?ngay={day_of(network)}").text
    assert f'href="/nhat-ky/buoi/{silent}?muc=0#giai-trinh"' in operator.get("/nhat-ky").text
    assert f'action="/nhat-ky/buoi/{silent}/giai-trinh#giai-trinh"' in operator.get(f"/nhat-ky/buoi/{silent}").text


def test_what_is_said_is_shown_with_name_and_ledger_number(sign_in, network, silent):
    operator = sign_in("operator")
    answer = operator.post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": REASON, "muc": "0"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/nhat-ky/buoi/{silent}?muc=0#giai-trinh")
    page = operator.get(answer.headers["Location"]).text
    with network.centre.readers() as session:
        assert f"Đã ghi giải trình vào sổ, mục {audit.head(session).seq}." in page.replace("&nbsp;", " ")
    assert "Giải trình lại" in page
    told = "“Mất điện &lt;cả bản&gt; từ 16:50”"
    duty = operator.get(f"/hom-nay/{network.near}?ngay={day_of(network)}").text
    for shown in (page, duty, sign_in("auditor").get("/nhat-ky").text):
        assert told in shown
        assert "Người operator" in shown
    assert "#giai-trinh" not in duty
    assert "Mất điện" in operator.get("/nhat-ky/nhat-ky-phat-song.csv").data.decode("utf-8-sig")
    assert "Giải trình lượt phát: “Mất điện" in sign_in("auditor").get("/so").text


@pytest.mark.parametrize("text", ["", "  ", "a", "dài" * 200])
def test_a_refusal_stands_beside_what_was_typed(text, sign_in, network, silent):
    answer = sign_in("operator").post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": text})
    assert answer.status_code == 422
    assert "Hãy ghi lý do, từ 3 đến 500 ký tự" in answer.text
    assert f"{text}</textarea>" in answer.text


def test_before_the_start_there_is_nothing_to_explain(sign_in, stage, network):
    airing_id = network.one_off(network.programme(stage.draft()), network.near, network.now + timedelta(hours=1))
    answer = sign_in("operator").post(f"/nhat-ky/buoi/{airing_id}/giai-trinh", data={"text": "Mất điện"})
    assert answer.status_code == 422
    assert "chưa đến giờ" in answer.text


def test_what_sounded_whole_asks_for_no_explanation(sign_in, stage, network):
    airing_id = network.aired(network.programme(stage.approved()), network.near)
    page = sign_in("operator").get(f"/nhat-ky/buoi/{airing_id}").text
    assert "giai-trinh" not in page


def test_an_operator_of_another_commune_is_led_to_no_form_and_refused(sign_in, network, silent, limit_operator):
    limit_operator("03313")
    operator = sign_in("operator")
    assert "giai-trinh" not in operator.get("/nhat-ky").text
    assert "giai-trinh" not in operator.get(f"/nhat-ky/buoi/{silent}").text
    assert operator.post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": "Mất điện"}).status_code == 403


def test_an_operator_of_this_commune_explains(sign_in, network, silent, limit_operator):
    limit_operator("03301")
    operator = sign_in("operator")
    assert "#giai-trinh" in operator.get("/nhat-ky").text
    assert operator.post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": "Mất điện"}).status_code == 303


@pytest.mark.parametrize("who", ["editor", "approver", "auditor", "admin", "nobody"])
def test_nobody_else_explains(who, sign_in, network, silent):
    browser = sign_in(who)
    assert browser.post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": "Mất điện"}).status_code == 403
    assert "giai-trinh" not in browser.get(f"/nhat-ky/buoi/{silent}").text


def test_an_airing_that_is_not_there_is_not_found(sign_in, network):
    assert sign_in("operator").post("/nhat-ky/buoi/khong-co/giai-trinh", data={"text": "Mất điện"}).status_code == 404


def test_the_form_needs_its_token(app, sign_in, network, silent):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = sign_in("operator").post(f"/nhat-ky/buoi/{silent}/giai-trinh", data={"text": "Mất điện"})
    assert answer.status_code == 400
