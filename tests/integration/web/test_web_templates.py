"""Templates in the programme builder: places put in and taken out, their limits, and the times of all parts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db.planning import Programme
from scheduler.services import planning
from scheduler.services.programmes import PlaceEntry, parts_of

NEW = "/lich-phat/chuong-trinh/moi"


@pytest.fixture
def item(stage):
    return f"bulletin|{stage.approved(duration_ms=60_000)}|vi"


def test_a_place_is_put_before_the_farewell_and_its_limits_appear(sign_in, network, item):
    page = sign_in("editor").post(NEW, data={"title": "Mẫu", "item": [item], "act": "add", "add": "@rotation"}).text
    assert 'value="@rotation"' in page
    assert "Chỗ xoay vòng nhận gì" in page
    again = sign_in("editor").post(
        NEW, data={"title": "Mẫu", "item": [item, "@rotation"], "act": "add", "add": "@rotation"}
    )
    assert again.status_code == 422
    assert "đã có chỗ này" in again.text


def test_over_and_under_run_are_shown_against_the_slot(sign_in, network, item):
    editor = sign_in("editor")
    told = {"title": "Mẫu", "item": [item, item], "act": "measure"}
    assert "còn trống 0:30" in editor.post(NEW, data=told | {"room": "2,5"}).text
    over = editor.post(NEW, data=told | {"room": "1"}).text
    assert "quá 1:00" in over
    assert "+1:00" in over
    refused = editor.post(NEW, data=told | {"room": "dài"})
    assert refused.status_code == 422
    assert "Khung giờ dài (phút): hãy ghi một số" in refused.text


def test_a_template_is_saved_shown_and_changed(sign_in, network, item):
    editor = sign_in("editor")
    form = {"title": "Mẫu chiều", "item": ["@headlines", item, "@rotation"], "most": "5", "longest": "4,5", "sting": ""}
    assert editor.post(NEW, data=form).status_code == 303
    with network.centre.readers() as session:
        programme = session.scalars(select(Programme)).one()
        parts, identity = parts_of(programme), programme.id
    kind, bulletin_id, language = item.split("|")
    assert parts == [PlaceEntry("headlines"), (kind, bulletin_id, language), PlaceEntry("rotation", 5, 270)]
    assert "mẫu, tự xếp mỗi buổi" in editor.get("/lich-phat/chuong-trinh").text
    here = f"/lich-phat/chuong-trinh/{identity}"
    page = editor.get(here).text
    assert 'value="4,5"' in page
    assert "nhiều nhất 5 bản tin" in page
    assert editor.post(here, data=form | {"item": [item]}).status_code == 303
    with network.centre.readers() as session:
        assert parts_of(session.get_one(Programme, identity)) == [(kind, bulletin_id, language)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"most": "0"}, "Nhiều nhất (bản tin): cần từ 1 đến 40"),
        ({"longest": "x"}, "Dài nhất (phút): hãy ghi một số"),
        ({"sting": "khong-co"}, "nhạc cắt đã chọn"),
        ({"campaign": ["khong-co"]}, "đợt tuyên truyền đã chọn"),
        ({"item": ["@notices"]}, "ít nhất một bản tin"),
        ({"item": ["@?"]}, "không đọc được"),
    ],
)
def test_a_template_that_cannot_be_is_refused_beside_the_form(changes, said, sign_in, network):
    form = {"title": "Mẫu", "item": ["@rotation"], "most": "5", "longest": "", "sting": ""} | changes
    answer = sign_in("editor").post(NEW, data=form)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.fixture
def template(network, item):
    """A saved template: a bulletin that it names, and a place for a rotation."""
    kind, bulletin_id, language = item.split("|")
    with network.centre.writers.begin() as session:
        parts = [(kind, bulletin_id, language), PlaceEntry("rotation")]
        return planning.make_programme(session, network.editor, title="Mẫu chiều", items=parts, now=network.now).id


@pytest.mark.parametrize(("days", "said"), [(1, "tự xếp trong ít giây"), (30, "còn cách 7 ngày")])
def test_a_one_off_of_a_template_says_when_it_is_filled(days, said, sign_in, network, template):
    day = network.today + timedelta(days=days)
    form = {
        "title": "Buổi riêng", "programme": template, "station": [network.near], "day": f"{day:%d/%m/%Y}",
        "starts": "10:00", "minutes": "15", "rule": "hard", "grace": "30", "quieter": "0",
    }  # fmt: skip
    approver = sign_in("approver")
    assert approver.post("/lich-phat/buoi-rieng", data=form).status_code == 303
    assert said in approver.get("/lich-phat").text
