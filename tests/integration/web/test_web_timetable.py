"""The timetable's pages: programmes built, one-offs, airings taken out, the week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.db.planning import Airing, Programme


@pytest.fixture
def programme(stage, network) -> str:
    return network.programme(stage.approved())


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
@pytest.mark.parametrize("path", ["/lich-phat/chuong-trinh/moi"])
def test_only_editors_build_programmes(path, who, sign_in, network):
    assert sign_in(who).post(path, data={"act": "add"}).status_code == 403


@pytest.mark.parametrize("who", ["editor", "operator", "auditor", "admin", "nobody"])
@pytest.mark.parametrize("path", ["/lich-phat/buoi-rieng", "/lich-phat/buoi/x/bo"])
def test_only_approvers_publish(path, who, sign_in, network):
    assert sign_in(who).post(path).status_code == 403
