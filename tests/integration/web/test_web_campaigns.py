"""The pages of campaigns: proposed with what carries them, seen beforehand, published by somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from web_network import ZONE

from scheduler.db.campaigns import Campaign
from scheduler.db.letters import Directive, Obligation
from scheduler.db.planning import Airing
from scheduler.db.timetable import TimetableChange
from scheduler.services.bulletins import writing
from scheduler.services.plan_ahead import plan_ahead
from web.campaigns.form import beginning

NEW = "/dot-tuyen-truyen/moi"


@pytest.fixture
def bulletins(stage):
    return [stage.approved(title=f"Bản tin {number}", sound=b"ID3 %d" % number) for number in range(2)]


def _form(network, bulletins, **changes):
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
    looked = editor.post(NEW, data=_form(network, bulletins)).text
    assert "2/2 cụm loa chưa có buổi phát nào có chỗ xoay vòng" in looked
    assert "thêm 12 buổi phát ở 2 cụm loa" in looked
    assert "trong 24 lượt cần phát" in looked
    answer = editor.post(NEW, data=_form(network, bulletins, act="propose"))
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
    page = sign_in("editor").post(NEW, data=_form(network, [], act="all")).text
    assert page.count(" checked") >= 2 + 2
    assert "(2/2)" in page
    assert "(0/2)" in sign_in("editor").post(NEW, data=_form(network, bulletins, act="none")).text


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
    assert sign_in("editor").post(NEW, data=_form(network, bulletins, **changes)).status_code == 422
    answer = sign_in("editor").post(NEW, data=_form(network, bulletins, act="propose", **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="act" value="look"' in answer.text
    with network.centre.readers() as session:
        assert session.scalars(select(Campaign)).all() == []
        assert session.scalars(select(TimetableChange)).all() == []


def test_a_campaign_without_sessions_says_what_is_missing(sign_in, network, bulletins):
    looked = sign_in("editor").post(NEW, data=_form(network, bulletins, carry="")).text
    assert "Không có buổi phát nào có chỗ xoay vòng" in looked
    assert "thêm khung giờ dùng chương trình mẫu" in looked


def test_the_editor_finds_what_an_own_campaign_lacks_on_the_first_page(sign_in, network, bulletins):
    editor, approver = sign_in("editor"), sign_in("approver")
    editor.post(NEW, data=_form(network, bulletins, act="propose", carry=""))
    approver.post(address(network), data={"act": "publish"})
    planned(network)
    home = editor.get("/").text
    assert "còn thiếu 24 lượt phát" in home
    assert address(network) in home
    assert "còn thiếu" not in sign_in("second-editor").get("/").text
    assert "thiếu 24 lượt" in editor.get("/dot-tuyen-truyen").text


def test_refused_and_taken_back(sign_in, network, bulletins):
    editor, approver = sign_in("editor"), sign_in("approver")
    editor.post(NEW, data=_form(network, bulletins, act="propose"))
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
    editor.post(NEW, data=_form(network, bulletins, act="propose"))
    here = address(network)
    assert editor.post(here, data={"act": "withdraw"}).status_code == 303
    assert "Đã rút" in editor.get(here).text


@pytest.mark.parametrize("who", ["approver", "operator", "auditor", "admin", "nobody"])
def test_only_editors_propose(who, sign_in, network):
    assert sign_in(who).get(NEW).status_code == 403
    assert sign_in(who).post(NEW, data={"act": "propose"}).status_code == 403


@pytest.mark.parametrize("who", ["operator", "auditor", "admin", "nobody"])
def test_others_decide_nothing(who, sign_in, network, bulletins):
    sign_in("editor").post(NEW, data=_form(network, bulletins, act="propose"))
    here = address(network)
    for act in ("publish", "refuse", "withdraw", "end", "x"):
        assert sign_in(who).post(here, data={"act": act, "reason": "vì thế"}).status_code in {403, 404}


def test_an_unknown_campaign_is_not_found(sign_in, network):
    assert sign_in("editor").get("/dot-tuyen-truyen/khong-co").status_code == 404


WRITTEN = datetime(2024, 5, 7, 2, 0, tzinfo=UTC)


@pytest.fixture
def obligation(sign_in, network, stage):
    """An obligation that two bulletins answer, one of them approved: its id, the letter's address, the approved one."""
    here = "/van-ban/cong-van"
    with network.centre.writers.begin() as session:
        letter = Directive(
            id="cong-van", file_sha256="0" * 64, file_name="cong-van.txt", file_bytes=9, symbol="UBND-VH",
            subject="tuyên truyền", recipients=[], bases=[], warnings=[], imported_by=network.editor.id,
            imported_at=WRITTEN,
        )  # fmt: skip
        letter.obligations = [
            Obligation(ordinal=1, addressee="Các bản", actions=[], deadlines=["2024-05-13"], broadcasting=False),
            Obligation(ordinal=2, addressee="Đài truyền thanh", actions=[], deadlines=[], broadcasting=True),
        ]
        session.add(letter)
        session.flush()
        identity = letter.obligations[1].id
        told = {
            "script": "Bà con giữ an toàn tài khoản.", "valid_from": date(2024, 5, 7), "now": WRITTEN,
            "directive_id": letter.id, "obligation_id": identity,
        }  # fmt: skip
        approved = writing.write(session, network.editor, title="Tin đáp ứng", **told).bulletin_id
        writing.write(session, network.editor, title="Còn là nháp", **told)
    stage.submit(approved)
    stage.render(sound=b"ID3 answer")
    assert "Lập đợt tuyên truyền cho nhiệm vụ" not in sign_in("editor").get(here).text
    stage.hear(approved)
    stage.approve(approved)
    return identity, here, approved


def test_from_an_obligation_to_the_campaign_that_answers_it(sign_in, network, obligation):
    identity, letter, approved = obligation
    editor = sign_in("editor")
    page = editor.get(letter).text
    assert "Lập đợt tuyên truyền cho nhiệm vụ 2" in page
    assert "Lập đợt tuyên truyền cho nhiệm vụ 1" not in page
    assert "Lập đợt tuyên truyền" not in sign_in("operator").get(letter).text
    form = editor.get(f"{NEW}?nhiem-vu={identity}").text
    assert "thực hiện nhiệm vụ 2" in form
    assert f'value="{approved}" checked' in form
    assert "(1/1)" in form
    told = {"obligation": str(identity), "title": "Đợt của nhiệm vụ", "act": "propose"}
    assert editor.post(NEW, data={**_form(network, [approved]), **told}).status_code == 303
    assert "Thực hiện nhiệm vụ 2" in editor.get(address(network)).text
    page = editor.get(letter).text
    assert "Đợt của nhiệm vụ" in page
    assert address(network) in page


@pytest.mark.parametrize("obligation_id", ["999999", "x", "-1", "1" * 40, "²"])
def test_an_obligation_that_is_not_there_is_not_found(obligation_id, sign_in, network, bulletins):
    editor = sign_in("editor")
    assert editor.get(f"{NEW}?nhiem-vu={obligation_id}").status_code == 404
    answer = editor.post(NEW, data=_form(network, bulletins, obligation=obligation_id, act="propose"))
    assert answer.status_code == 422
    assert "nhiệm vụ này" in answer.text


@pytest.mark.parametrize(("ahead", "last"), [(4, 3), (30, 7), (1, 7), (-2, 7)])
def test_a_campaign_for_a_deadline_ends_before_it(ahead, last):
    today = date(2026, 5, 4)
    form = beginning(today, "Đợt", today + timedelta(days=ahead))
    assert (form["from"], form["to"]) == ("05/05/2026", f"{today + timedelta(days=last):%d/%m/%Y}")


HOSTILE = {
    "from": ["31/12/9999", "01/01/0001", "31/02/2026", "\0", "9" * 5000],
    "to": ["31/12/9999", "01/01/9998"],
    "per_day": ["-1", "1e3", "99999", "٣"],
    "unit": ["03301|9999-99-99", "|", "\0|2020-01-01", "x" * 3000 + "|2020-01-01", "03301|0001-01-01"],
    "station": ["0" * 36, "00000000-0000-0000-0000-000000000000", "\0"],
    "bulletin": ["\0", "' OR 1=1 --", "x" * 9000],
    "title": ["\0", "a\nb", "x" * 201, "\u202egnol"],
    "times": ["00:00, " * 50, "5h", "24:00", ":", "05:30" * 900],
    "minutes": ["0", "61", "1,5", "\0"],
    "programme": ["\0", "00000000-0000-0000-0000-000000000000"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HOSTILE.items() for value in values])
def test_whatever_a_form_says_is_answered_and_nothing_half_written(name, value, sign_in, network, bulletins):
    for act in ("look", "propose"):
        answer = sign_in("editor").post(NEW, data=_form(network, bulletins, **{name: value}, act=act))
        assert answer.status_code in {400 if "\0" in value else 422, 200, 303}


@pytest.mark.parametrize("day", ["31/12/9999", "01/12/2198", "20/05/2090"])
def test_a_campaign_that_begins_in_years_is_refused(day, sign_in, network, bulletins):
    answer = sign_in("editor").post(NEW, data=_form(network, bulletins, **{"from": day, "to": day}))
    assert answer.status_code == 422
    assert "trong vòng một năm" in answer.text
