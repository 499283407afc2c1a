"""Make-goods on the pages: offered where a session failed, planned with one click or several at once, asked for."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta

import pytest

from scheduler.db.planning import Airing, Programme
from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts, planning
from scheduler.services.settlement import settle
from scheduler.ticks import SweepTick


@pytest.fixture
def programme(stage, network):
    return network.programme(stage.approved(title="Giữ an toàn <tài khoản>"))


def silent(network, programme, station_id, *, hours_ago=2, title="Buổi sáng"):
    """A session of which its station never spoke; returns its id."""
    start = network.now - timedelta(hours=hours_ago)
    airing_id = network.one_off(programme, station_id, start, title=title)
    network.dispatched(station_id, start - timedelta(minutes=30))
    with network.centre.writers.begin() as session:
        settle(session, now=network.now, reporting_allowance=timedelta(minutes=15))
    return airing_id


def offered(page, airing_id):
    """What the page's button for that session sends."""
    found = re.search(rf'value="({airing_id} [^"]+)"', page)
    assert found is not None, "nothing is offered"
    return html.unescape(found[1])


def made_goods(network, airing_id):
    with network.centre.readers() as session:
        return session.query(Airing).filter(Airing.make_good_of == airing_id).all()


def test_the_list_offers_and_one_click_plans(sign_in, network, programme):
    airing_id = silent(network, programme, network.near)
    approver = sign_in("approver")
    page = approver.get("/phat-bu").text
    assert "Giữ an toàn &lt;tài khoản&gt;" in page
    assert "Chưa rõ" in page
    answer = approver.post("/phat-bu", data={"one": offered(page, airing_id)})
    assert answer.status_code == 303
    (made,) = made_goods(network, airing_id)
    assert made.title == "Phát bù Buổi sáng"
    after = approver.get(answer.headers["Location"]).text
    assert "Đã xếp phát bù lúc" in after
    assert "Không có buổi nào cần phát bù" in after


def test_several_at_once(sign_in, network, programme):
    first = silent(network, programme, network.near)
    second = silent(network, programme, network.far)
    approver = sign_in("approver")
    page = approver.get("/phat-bu").text
    chosen = [offered(page, first), offered(page, second)]
    assert approver.post("/phat-bu", data={"chosen": chosen}).status_code == 303
    assert len(made_goods(network, first)) == len(made_goods(network, second)) == 1
    again = approver.post("/phat-bu", data={"chosen": chosen})
    assert again.status_code == 422
    assert "đã được xếp phát bù lúc" in again.text


@pytest.mark.parametrize(
    "data", [{}, {"one": "x"}, {"one": "x 2024"}, {"one": "x 0001-01-01T00:00:00+14:00"}, {"chosen": "x not-a-time"}]
)
def test_what_makes_no_sense_is_refused_in_one_sentence(data, sign_in, network, programme):
    answer = sign_in("approver").post("/phat-bu", data=data)
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 2  # the refusal, and the hidden note about a lost connection


def test_the_operators_page_and_the_story_offer_it_and_link_it(sign_in, network, programme):
    airing_id = silent(network, programme, network.near)
    day = (network.now - timedelta(hours=2)).astimezone(network.centre.settings.tz).date().isoformat()
    duty, story = f"/hom-nay/{network.near}?ngay={day}", f"/nhat-ky/buoi/{airing_id}"
    approver = sign_in("approver")
    shown = offered(approver.get(duty).text, airing_id)
    assert offered(approver.get(story).text, airing_id) == shown
    assert f"#b-{airing_id}" in approver.get("/nhat-ky").text
    answer = approver.post("/phat-bu", data={"one": shown, "story": airing_id})
    assert answer.headers["Location"] == story
    (made,) = made_goods(network, airing_id)
    for page in (duty, story, "/nhat-ky"):
        assert f"/nhat-ky/buoi/{made.id}" in approver.get(page).text
    assert f"/nhat-ky/buoi/{airing_id}" in approver.get(f"/nhat-ky/buoi/{made.id}").text
    operator = sign_in("operator").get(duty).text
    assert f"/nhat-ky/buoi/{made.id}" in operator


def test_who_may_not_plan_may_ask(sign_in, network, programme):
    airing_id = silent(network, programme, network.near)
    operator = sign_in("operator")
    page = operator.get("/phat-bu").text
    assert "Giờ trống đầu tiên" in page
    assert 'name="one"' not in page
    assert operator.post("/phat-bu", data={"one": f"{airing_id} 2024-05-08T10:00:00+00:00"}).status_code == 403
    answer = operator.post(f"/phat-bu/{airing_id}/de-nghi", data={"text": "Mất điện <cả xã>", "duty": network.near})
    assert answer.headers["Location"] == f"/hom-nay/{network.near}"
    assert "1 đề nghị phát bù chờ người duyệt" in sign_in("approver").get("/cho-duyet").text
    seen = sign_in("approver").get("/phat-bu?de-nghi=1").text
    assert "Người operator đề nghị phát bù: “Mất điện &lt;cả xã&gt;”" in seen
    assert sign_in("auditor").post(f"/phat-bu/{airing_id}/de-nghi").status_code == 403


def test_an_approver_dismisses_a_proposal_with_a_reason_and_an_operator_may_ask_again(sign_in, network, programme):
    airing_id = silent(network, programme, network.near)
    approver, operator = sign_in("approver"), sign_in("operator")
    refused = approver.post(f"/phat-bu/{airing_id}/khong", data={"reason": " "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do không phát bù" in refused.text
    assert operator.post(f"/phat-bu/{airing_id}/khong", data={"reason": "Tin đã cũ"}).status_code == 403
    answer = approver.post(f"/phat-bu/{airing_id}/khong", data={"reason": "Tin <đã> cũ", "story": airing_id})
    assert answer.headers["Location"] == f"/nhat-ky/buoi/{airing_id}"
    assert airing_id not in approver.get("/phat-bu").text
    words = "quyết định không phát bù: “Tin &lt;đã&gt; cũ”"
    for address in ("/phat-bu?de-nghi=khong", f"/nhat-ky/buoi/{airing_id}"):
        assert words in operator.get(address).text
    assert "Không phát bù: Tin &lt;đã&gt; cũ" in operator.get("/nhat-ky").text
    operator.post(f"/phat-bu/{airing_id}/de-nghi", data={"text": "Bà con hỏi"})
    page = approver.get("/phat-bu").text
    assert "Bà con hỏi" in page
    assert "Tin &lt;đã&gt; cũ" not in page


def test_a_late_report_calls_the_make_good_off_and_both_stories_say_so(sign_in, network, programme):
    start = network.now - timedelta(hours=2)
    airing_id = network.one_off(programme, network.near, start, title="Buổi sáng")
    sequence = network.dispatched(network.near, start - timedelta(minutes=30))
    with network.centre.writers.begin() as session:
        settle(session, now=network.now, reporting_allowance=timedelta(minutes=15))
    approver = sign_in("approver")
    approver.post("/phat-bu", data={"one": offered(approver.get("/phat-bu").text, airing_id)})
    (made,) = made_goods(network, airing_id)
    story = f"/nhat-ky/buoi/{airing_id}"
    assert "Đã xếp phát bù lúc" in approver.get(story).text
    network.reported(airing_id, network.near, sequence)
    SweepTick(network.centre).run(network.now)
    words = "báo cáo đến muộn cho biết nội dung cần phát bù đã phát đủ"
    told = approver.get(story).text
    assert "Buổi phát bù lúc" in told
    assert words in told
    day = made.local_date.isoformat()
    assert words in sign_in("operator").get(f"/hom-nay/{network.near}?ngay={day}").text
    assert "Phát bù cho" in approver.get(f"/nhat-ky/buoi/{made.id}").text


@pytest.mark.parametrize("name", ["operator", "approver"])
def test_it_is_in_the_bar_of_those_who_work_with_it(name, sign_in, network):
    assert sign_in(name).get("/phat-bu").text.count('href="/phat-bu" aria-current="page"') == 2  # bar, and phone's bar


def test_an_operator_of_one_place_sees_and_asks_for_that_place_alone(sign_in, people, network, programme):
    near, far = silent(network, programme, network.near), silent(network, programme, network.far)
    with network.centre.writers.begin() as session:
        person = accounts.person_line(session, people["operator"])
        accounts.revoke_role(session, None, grant_id=person.grants[0].id, now=network.now)
        grant = Grant(Role.OPERATOR, unit_code="03301")
        accounts.grant_role(session, None, person_id=people["operator"], grant=grant, now=network.now)
    operator = sign_in("operator")
    page = operator.get("/phat-bu").text
    assert near in page
    assert far not in page
    assert far not in operator.get(f"/phat-bu?cum-loa={network.far}").text
    refused = operator.post(f"/phat-bu/{far}/de-nghi", data={"text": ""})
    assert refused.status_code == 422
    assert "đề nghị phát bù ở cụm loa này" in refused.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("don-vi=03301", True),
        ("don-vi=03313", False),
        ("ket-qua=unknown", True),
        ("ket-qua=missed", False),
        ("ket-qua=x", True),
        ("de-nghi=1", False),
        ("trang=99", True),
        ("trang=-1", True),
        ("trang=x", True),
    ],
)
def test_filters_let_through_what_they_name(query, found, sign_in, network, programme):
    airing_id = silent(network, programme, network.near)
    answer = sign_in("auditor").get(f"/phat-bu?{query}")
    assert answer.status_code == 200
    assert (airing_id in answer.text) is found


def test_nothing_free_is_told_with_remedies(app, sign_in, network, programme):
    silent(network, programme, network.near)
    rest = network.programme(network_bulletin(network, programme), title="Cả ngày")
    with network.centre.writers.begin() as session:
        start = network.now + timedelta(minutes=1)
        for day in range(4):
            planning.plan_one_off(
                session,
                network.approver,
                station_ids=[network.near],
                programme_id=rest,
                title="Cả ngày",
                starts_at=start + timedelta(days=day),
                start_rule="hard",
                grace_s=30,
                gain_cb=0,
                zone="Asia/Ho_Chi_Minh",
                max_duration_s=86_400,
                now=network.now,
            )
    page = sign_in("approver").get("/phat-bu").text
    assert "Không còn giờ trống để phát bù trước" in page
    assert "Cách làm:" in page
    assert 'name="one"' not in page


def network_bulletin(network, programme_id):
    """The bulletin of a programme."""
    with network.centre.readers() as session:
        return session.get_one(Programme, programme_id).items[0].bulletin_id


def test_a_missed_session_says_by_how_much_on_every_page(sign_in, network, programme):
    airing_id = network.missed(programme, network.near, late_s=31)
    day = (network.now - timedelta(hours=1)).astimezone(network.centre.settings.tz).date().isoformat()
    operator = sign_in("operator")
    words = "uá 30 giây chờ cho phép"
    for address in (f"/hom-nay/{network.near}?ngay={day}", f"/nhat-ky/buoi/{airing_id}", "/nhat-ky", "/phat-bu"):
        assert words in operator.get(address).text, address
    file = sign_in("auditor").get("/nhat-ky/nhat-ky-phat-song.csv").data.decode("utf-8-sig")
    assert any("quá 30 giây chờ cho phép" in row for row in csv.reader(io.StringIO(file)))
