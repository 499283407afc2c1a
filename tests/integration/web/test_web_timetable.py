"""The timetable's pages: programmes built, slots proposed, published and ended, one-offs, airings taken out."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from scheduler.db.planning import Airing, Programme
from scheduler.services.planning import plan_ahead
from scheduler.services.timetable.open_slots import open_slots


@pytest.fixture
def programme(stage, network) -> str:
    return network.programme(stage.approved())


def slot_form(network, programme_id, **changes):
    day = f"{network.today:%d/%m/%Y}"
    told = {
        "title": "Buổi tối",
        "programme": programme_id,
        "station": [network.near, network.far],
        "weekday": [str(number) for number in range(7)],
        "starts": "19h30",
        "minutes": "15",
        "rule": "hard",
        "grace": "30",
        "quieter": "6",
        "from": day,
        "to": "",
    }
    return told | changes


def planned(network):
    with network.centre.writers.begin() as session:
        plan_ahead(session, now=network.now, days_ahead=7, default_zone="Asia/Ho_Chi_Minh")


def test_a_programme_is_built_button_by_button_and_saved(sign_in, stage, network):
    bulletin_id = stage.approved(title="Tin <b>đậm</b>")
    item = f"bulletin|{bulletin_id}|vi"
    editor = sign_in("editor")
    page = editor.post("/lich-phat/chuong-trinh/moi", data={"title": "Sáng", "act": "add", "add": item})
    assert page.status_code == 200
    assert f'name="item" value="{item}"' in page.text
    assert "Tin &lt;b&gt;đậm&lt;/b&gt;" in page.text
    assert "1:01" in page.text
    assert 'value="Sáng"' in page.text
    saved = editor.post("/lich-phat/chuong-trinh/moi", data={"title": "Sáng", "act": "save", "item": [item, item]})
    assert saved.status_code == 303
    with network.centre.readers() as session:
        made = session.query(Programme).one()
        assert [each.bulletin_id for each in made.items] == [bulletin_id, bulletin_id]
    assert "2:02" in editor.get("/lich-phat/chuong-trinh").text
    changed = editor.post(f"/lich-phat/chuong-trinh/{made.id}", data={"title": "Trưa", "act": "save", "item": [item]})
    assert changed.status_code == 303
    assert "Trưa" in editor.get(f"/lich-phat/chuong-trinh/{made.id}").text


@pytest.mark.parametrize(
    "form",
    [
        {"title": "", "act": "save", "item": ["bulletin|x|vi"]},
        {"title": "Sáng", "act": "save"},
        {"title": "Sáng", "act": "save", "item": ["bulletin|khong-co|vi"]},
        {"title": "Sáng", "act": "save", "item": ["bulletin"]},
        {"title": "Sáng", "act": "add", "add": ""},
        {"title": "Sáng", "act": "add", "add": "|||"},
    ],
)
def test_a_refused_programme_says_why_and_makes_nothing(form, sign_in, network):
    answer = sign_in("editor").post("/lich-phat/chuong-trinh/moi", data=form)
    assert answer.status_code == 422
    assert "loa-note--bad" in answer.text
    with network.centre.readers() as session:
        assert session.query(Programme).count() == 0


@pytest.mark.parametrize("act", ["up-99", "down--1", "remove-x", "remove-²", "what", "up-"])
def test_a_button_that_the_form_does_not_have_changes_nothing(act, sign_in, stage, network):
    item = f"bulletin|{stage.approved()}|vi"
    form = {"title": "Sáng", "act": act, "item": [item]}
    page = sign_in("editor").post("/lich-phat/chuong-trinh/moi", data=form)
    assert page.status_code == 200
    assert page.text.count('name="item"') == 1


def test_others_read_a_programme_without_buttons(sign_in, network, programme):
    page = sign_in("operator").get(f"/lich-phat/chuong-trinh/{programme}").text
    assert "Giữ an toàn tài khoản" in page
    assert "Lưu chương trình" not in page


def test_slots_are_proposed_published_and_ended(sign_in, network, programme):
    answer = sign_in("editor").post("/lich-phat/khung-gio/moi", data=slot_form(network, programme))
    assert answer.status_code == 303
    with network.centre.readers() as session:
        (made,) = open_slots(session)
        slot = made.slot
        assert {str(each) for each in slot.scope.stations} == {network.near, network.far}
        assert (slot.gain_cb, slot.max_duration, slot.start) == (-600, timedelta(minutes=15), time(19, 30))
        ids = [made.id]
    week = f"/lich-phat?ngay={network.today + timedelta(days=1)}"
    page = sign_in("approver").get(week).text
    assert "Chờ công bố" in page
    assert "đề xuất, chưa công bố" in page
    assert sign_in("approver").post("/lich-phat/khung-gio/cong-bo", data={"slot": ids}).status_code == 303
    planned(network)
    page = sign_in("editor").get(week).text
    assert "Chờ công bố" not in page
    assert "19:30–19:45" in page
    assert sign_in("editor").post("/lich-phat/khung-gio/ket-thuc", data={"slot": ids}).status_code == 303
    with network.centre.readers() as session:
        assert len(open_slots(session)) == 1  # somebody else has to publish that too
    assert sign_in("approver").post("/lich-phat/khung-gio/ket-thuc", data={"slot": ids}).status_code == 303
    with network.centre.readers() as session:
        assert open_slots(session) == []


def test_a_clash_is_named_in_the_form_with_what_was_typed(sign_in, network, programme):
    network.slots(programme, network.near, title="Buổi đã có")
    network.publish_all()
    form = slot_form(network, programme, starts="17:05", title="Buổi <chen>")
    answer = sign_in("editor").post("/lich-phat/khung-gio/moi", data=form)
    assert answer.status_code == 422
    assert "Trùng giờ phát: " in answer.text
    assert "ở Cụm loa trung tâm, trùng 10 phút" in answer.text
    assert "Buổi đã có" in answer.text
    assert 'value="Buổi &lt;chen&gt;"' in answer.text
    with network.centre.readers() as session:
        assert len(open_slots(session)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weekday": []}, "Hãy chọn ít nhất một ngày trong tuần"),
        ({"weekday": ["9"]}, "Ngày trong tuần phải từ 0"),
        ({"station": []}, "cụm loa đã chọn"),
        ({"starts": "25:00"}, "Giờ bắt đầu"),
        ({"minutes": "nhiều"}, "Dài nhất (phút): hãy ghi một số"),
        ({"minutes": "0"}, "Dài nhất (phút): cần từ 1 đến 1440"),
        ({"minutes": "NaN"}, "Dài nhất (phút): cần từ 1 đến 1440"),
        ({"grace": "-1"}, "Chờ tối đa (giây): cần từ 0 đến 3600"),
        ({"rule": "sometimes"}, "Cách bắt đầu"),
        ({"from": "mai"}, "Từ ngày: hãy ghi ngày/tháng/năm"),
        ({"to": "01/01/2020", "from": "01/01/2019"}, "đã qua; hãy chọn ngày khác"),
        ({"programme": "khong-co"}, "chương trình này"),
        ({"title": ""}, "Tên khung giờ"),
    ],
)
def test_a_slot_that_cannot_be_is_refused_beside_the_form(changes, said, sign_in, network, programme):
    answer = sign_in("editor").post("/lich-phat/khung-gio/moi", data=slot_form(network, programme, **changes))
    assert answer.status_code == 422
    assert said in answer.text


def one_off_form(network, programme, **changes):
    later = (network.now + timedelta(hours=2)).astimezone(network.centre.settings.tz)
    told = {
        "title": "Phát bù",
        "programme": programme,
        "station": [network.near],
        "day": f"{later:%d/%m/%Y}",
        "starts": f"{later:%H:%M}",
        "minutes": "15",
        "rule": "hard",
        "grace": "30",
        "quieter": "0",
    }
    return told | changes


def test_a_one_off_is_planned_and_taken_out_with_a_reason(sign_in, network, programme):
    approver = sign_in("approver")
    answer = approver.post("/lich-phat/buoi-rieng", data=one_off_form(network, programme))
    assert answer.status_code == 303
    with network.centre.readers() as session:
        airing_id = session.query(Airing).one().id
    path = f"/lich-phat/buoi/{airing_id}/bo"
    assert "Phát bù" in approver.get(path).text
    refused = approver.post(path, data={"reason": " "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do" in refused.text
    answer = approver.post(path, data={"reason": "Trùng <b>họp</b> bản"})
    assert answer.status_code == 303
    page = sign_in("operator").get(answer.headers["Location"]).text
    assert "Trùng &lt;b&gt;họp&lt;/b&gt; bản" in page


def test_a_one_off_in_the_past_is_refused(sign_in, network, programme):
    answer = sign_in("approver").post("/lich-phat/buoi-rieng", data=one_off_form(network, programme, day="01/01/2024"))
    assert answer.status_code == 422
    assert "Giờ phát phải sau lúc này" in answer.text


def test_what_is_left_out_is_counted_in_the_week(sign_in, stage, network):
    programme = network.programme(stage.approved(), stage.draft(title="Chưa duyệt"))
    start = network.now + timedelta(hours=2)
    network.one_off(programme, network.near, start)
    network.dispatched(network.near)
    day = start.astimezone(network.centre.settings.tz).date().isoformat()
    assert "để lại 1/2 mục" in sign_in("editor").get(f"/lich-phat?ngay={day}").text
    assert "để lại 1/2 mục" in sign_in("editor").get(f"/lich-phat?xem=ngay&ngay={day}").text


@pytest.mark.parametrize("query", ["ngay=", "ngay=x", "ngay=9999-12-31", "noi=u:03301", "noi=s:x", "xem=ngay", "xem=?"])
def test_any_address_of_the_week_answers(query, sign_in, network):
    assert sign_in("auditor").get(f"/lich-phat?{query}").status_code == 200


@pytest.mark.parametrize("who", ["approver", "operator", "auditor", "admin", "nobody"])
@pytest.mark.parametrize("path", ["/lich-phat/khung-gio/moi", "/lich-phat/chuong-trinh/moi"])
def test_only_editors_propose(path, who, sign_in, network):
    assert sign_in(who).post(path, data={"act": "add"}).status_code == 403


@pytest.mark.parametrize("who", ["editor", "operator", "auditor", "admin", "nobody"])
@pytest.mark.parametrize("path", ["/lich-phat/khung-gio/cong-bo", "/lich-phat/buoi-rieng", "/lich-phat/buoi/x/bo"])
def test_only_approvers_publish(path, who, sign_in, network):
    assert sign_in(who).post(path).status_code == 403


def test_an_editor_takes_back_a_proposal_and_no_published_slot(sign_in, network, programme):
    (slot_id,) = network.slots(programme, network.near)
    network.publish_all()
    assert sign_in("approver").post("/lich-phat/khung-gio/ket-thuc", data={"slot": slot_id}).status_code == 403
    assert sign_in("editor").post("/lich-phat/khung-gio/ket-thuc", data={"slot": slot_id}).status_code == 303
    with network.centre.readers() as session:
        assert [each.id for each in open_slots(session)] == [slot_id]
    (slot_id,) = network.slots(programme, network.far)
    assert sign_in("editor").post("/lich-phat/khung-gio/ket-thuc", data={"slot": slot_id}).status_code == 303
