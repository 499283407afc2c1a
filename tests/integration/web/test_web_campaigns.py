"""The pages of campaigns: proposed with what carries them, seen beforehand, published by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from web_network import ZONE

from scheduler.db.campaigns import Campaign
from scheduler.db.planning import Airing
from scheduler.db.timetable import TimetableChange
from scheduler.services.plan_ahead import plan_ahead

NEW = "/dot-tuyen-truyen/moi"


@pytest.fixture
def bulletins(stage):
    return [stage.approved(title=f"Bản tin {number}", sound=b"ID3 %d" % number) for number in range(2)]


def form(network, bulletins, **changes):
    first = network.today + timedelta(days=1)
    told = {
        "act": "look",
        "title": "Đợt <thử>",
        "bulletin": bulletins,
        "unit": ["03301|2020-01-01", "03313|2020-01-01"],
        "from": f"{first:%d/%m/%Y}",
        "to": f"{first + timedelta(days=2):%d/%m/%Y}",
        "per_day": "2",
        "carry": "yes",
        "times": "05:30, 17:00",
        "minutes": "15",
    }
    return told | changes


def address(network):
    with network.centre.readers() as session:
        return f"/dot-tuyen-truyen/{session.scalars(select(Campaign.id)).one()}"


def planned(network):
    with network.centre.writers.begin() as session:
        plan_ahead(session, now=network.now, days_ahead=7, default_zone=ZONE)


def test_a_campaign_from_the_form_to_the_air(sign_in, network, bulletins):
    editor, approver = sign_in("editor"), sign_in("approver")
    page = editor.get(NEW).text
    assert "Bản tin 0" in page
    assert "Xã Lạn thử (1 cụm loa)" in page
    looked = editor.post(NEW, data=form(network, bulletins)).text
    assert "2/2 cụm loa chưa có buổi phát nào có chỗ xoay vòng" in looked
    assert "thêm 12 buổi phát ở 2 cụm loa" in looked
    assert "trong 24 lượt cần phát" in looked
    answer = editor.post(NEW, data=form(network, bulletins, act="propose"))
    assert answer.status_code == 303
    here = address(network)
    assert "Đợt &lt;thử&gt;" in approver.get("/dot-tuyen-truyen").text
    assert "Công bố" not in editor.get(here).text
    page = approver.get(here).text
    assert "Công bố cả đợt và khung giờ" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    published = approver.post(here, data={"act": "publish", "seen": seen})
    assert published.status_code == 303
    planned(network)
    page = editor.get(here).text
    assert "Đã xếp 24 lượt phát" in page
    assert "Mọi mục tiêu trong những ngày đã xếp đều đủ" in page
    with network.centre.readers() as session:
        airing = session.scalars(select(Airing).order_by(Airing.starts_at)).first()
        day = airing.local_date.isoformat()
    playlist = sign_in("operator").get(f"/hom-nay/{network.near}?ngay={day}").text
    assert "chọn vì hôm đó còn 2 lần mà chỉ còn 2 buổi" in playlist
    assert approver.post(here, data={"act": "end", "reason": "Xong sớm"}).status_code == 303
    assert "Đã kết thúc" in editor.get("/dot-tuyen-truyen").text


def test_all_bulletins_are_chosen_with_one_press(sign_in, network, bulletins):
    page = sign_in("editor").post(NEW, data=form(network, [], act="all")).text
    assert page.count(" checked") >= 2 + 2
    assert "(2/2)" in page
    assert "(0/2)" in sign_in("editor").post(NEW, data=form(network, bulletins, act="none")).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bulletin": []}, "ít nhất một bản tin"),
        ({"unit": []}, "Hãy chọn nơi phát"),
        ({"unit": ["x"]}, "Đơn vị: hãy chọn"),
        ({"station": ["x"]}, "Cụm loa: hãy chọn"),
        ({"per_day": "nhiều"}, "Số lần mỗi ngày: hãy ghi một số nguyên"),
        ({"per_day": "0"}, "từ 1 đến 12"),
        ({"from": "mai"}, "Từ ngày: hãy ghi"),
        ({"to": "01/01/2020", "from": "01/01/2020"}, "đã qua"),
        ({"times": ""}, "từ 1 đến 6 giờ"),
        ({"times": "25:00"}, "Các giờ bắt đầu: hãy ghi"),
        ({"minutes": "999"}, "từ 5 đến 60 phút"),
        ({"programme": "khong-co"}, "chương trình này"),
        ({"title": ""}, "Tên đợt tuyên truyền"),
        ({"bulletin": ["khong-co"]}, "bản tin đã chọn"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_beside_the_form(changes, said, sign_in, network, bulletins):
    assert sign_in("editor").post(NEW, data=form(network, bulletins, **changes)).status_code == 422
    answer = sign_in("editor").post(NEW, data=form(network, bulletins, act="propose", **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="act" value="look"' in answer.text
    with network.centre.readers() as session:
        assert session.scalars(select(Campaign)).all() == []
        assert session.scalars(select(TimetableChange)).all() == []


def test_a_campaign_without_sessions_says_what_is_missing(sign_in, network, bulletins):
    looked = sign_in("editor").post(NEW, data=form(network, bulletins, carry="")).text
    assert "Không có buổi phát nào có chỗ xoay vòng" in looked
    assert "thêm khung giờ dùng chương trình mẫu" in looked


def test_the_editor_finds_what_an_own_campaign_lacks_on_the_first_page(sign_in, network, bulletins):
    editor, approver = sign_in("editor"), sign_in("approver")
    editor.post(NEW, data=form(network, bulletins, act="propose", carry=""))
    approver.post(address(network), data={"act": "publish"})
    planned(network)
    home = editor.get("/").text
    assert "còn thiếu 24 lượt phát" in home
    assert address(network) in home
    assert "còn thiếu" not in sign_in("second-editor").get("/").text
    assert "thiếu 24 lượt" in editor.get("/dot-tuyen-truyen").text


def test_refused_and_taken_back(sign_in, network, bulletins):
    editor, approver = sign_in("editor"), sign_in("approver")
    editor.post(NEW, data=form(network, bulletins, act="propose"))
    here = address(network)
    refused = approver.post(here, data={"act": "refuse", "reason": ""})
    assert refused.status_code == 422
    assert "Hãy ghi lý do từ chối" in refused.text
    assert approver.post(here, data={"act": "refuse", "reason": "Chưa cần"}).status_code == 303
    assert "Bị từ chối" in editor.get(here).text
    again = editor.post(here, data={"act": "withdraw"})
    assert again.status_code == 422
    assert "đã bị từ chối" in again.text


def test_an_editor_takes_an_own_proposal_back(sign_in, network, bulletins):
    editor = sign_in("editor")
    editor.post(NEW, data=form(network, bulletins, act="propose"))
    here = address(network)
    assert editor.post(here, data={"act": "withdraw"}).status_code == 303
    assert "Đã rút" in editor.get(here).text


@pytest.mark.parametrize("who", ["approver", "operator", "auditor", "admin", "nobody"])
def test_only_editors_propose(who, sign_in, network):
    assert sign_in(who).get(NEW).status_code == 403
    assert sign_in(who).post(NEW, data={"act": "propose"}).status_code == 403


@pytest.mark.parametrize("who", ["operator", "auditor", "admin", "nobody"])
def test_others_decide_nothing(who, sign_in, network, bulletins):
    sign_in("editor").post(NEW, data=form(network, bulletins, act="propose"))
    here = address(network)
    for act in ("publish", "refuse", "withdraw", "end", "x"):
        assert sign_in(who).post(here, data={"act": act, "reason": "vì thế"}).status_code in {403, 404}


def test_an_unknown_campaign_is_not_found(sign_in, network):
    assert sign_in("editor").get("/dot-tuyen-truyen/khong-co").status_code == 404
