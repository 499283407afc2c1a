"""Changes of the timetable through the pages: put together, seen with their effect, proposed, decided, spoken to."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from scheduler.db.accounts import AuditEvent, RoleGrant
from scheduler.services.timetable.change_views import open_changes
from scheduler.services.timetable.drafts import read_draft
from scheduler.services.timetable.standing import standing_slots

DRAFT = "/lich-phat/thay-doi/dang-soan"


@pytest.fixture
def programme(stage, network) -> str:
    return network.programme(stage.approved())


@pytest.fixture
def slot(network, programme) -> str:
    """A slot of both stations at 17:00 that stands; its id."""
    (slot_id,) = network.slots(programme, network.near, network.far)
    network.publish_all()
    return slot_id


@pytest.fixture
def day(network) -> date:
    """A day on which every session lies ahead."""
    return network.today + timedelta(days=2)


def slot_form(network, programme_id, **changes):
    told = {
        "title": "Buổi tối",
        "programme": programme_id,
        "where": "some",
        "unit": ["03301|2020-01-01"],
        "repeat": "week",
        "weekday": [str(number) for number in range(7)],
        "start": "clock",
        "starts": "19h30",
        "minutes": "15",
        "rule": "hard",
        "grace": "30",
        "quieter": "6",
        "from": f"{network.today:%d/%m/%Y}",
        "to": "",
    }
    return told | changes


def propose(client, title="Đổi lịch", **facts):
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(DRAFT).text)
    form = {"title": title, "note": "", "seen": seen[1] if seen else ""} | facts
    return client.post(f"{DRAFT}/de-xuat", data=form)


def change_address(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def seen_on(page):
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def move_form(to, at, which="this", was="17:00"):
    return {"to": f"{to:%d/%m/%Y}", "at": at, "which": which, "was": was}


def standing(network):
    with network.centre.readers() as session:
        return [*standing_slots(session, network.now).values()]


def waiting(network):
    with network.centre.readers() as session:
        return open_changes(session)


def drafted(network):
    with network.centre.readers() as session:
        return read_draft(session, network.editor, now=network.now).steps


def test_a_slot_goes_from_the_form_to_the_draft_to_the_approver_into_the_timetable(sign_in, network, programme):
    editor, approver = sign_in("editor"), sign_in("approver")
    assert editor.post("/lich-phat/khung-gio/moi", data=slot_form(network, programme)).headers["Location"] == DRAFT
    page = editor.get(DRAFT).text
    assert "Thêm khung giờ “Buổi tối”" in page
    assert re.search(r"Thêm [78] buổi phát ở 1 cụm loa", page)
    assert sign_in("second-editor").get(DRAFT).text.count("Buổi tối") == 0
    address = change_address(propose(editor, "Thêm <b>buổi</b> tối", note="Nhờ duyệt sớm"))
    assert "bạn đang thêm" not in editor.get("/lich-phat").text
    page = approver.get(address).text
    assert "Thêm &lt;b&gt;buổi&lt;/b&gt; tối" in page
    assert "Nhờ duyệt sớm" in page
    assert "0/1 cụm loa đã xác nhận" in page
    week = approver.get(f"/lich-phat?ngay={network.today + timedelta(days=1)}").text
    assert "loa-slot--add" in week
    assert "đề xuất thêm" in week
    answer = approver.post(f"{address}/cong-bo", data={"seen": seen_on(page)})
    assert answer.status_code == 303
    page = approver.get(address).text
    assert "Ảnh hưởng lúc công bố" in page
    assert "Công bố</button>" not in page
    (made,) = standing(network)
    assert (made.title, made.start, made.gain_cb, made.owner) == (
        "Buổi tối",
        time(19, 30),
        -600,
        ("03301", date(2020, 1, 1)),
    )
    assert "Buổi tối" in approver.get("/lich-phat/khung-gio").text
    assert "Đã công bố" in sign_in("auditor").get("/lich-phat/thay-doi").text
    with network.centre.readers() as session:
        deeds = [row.deed for row in session.query(AuditEvent).filter(AuditEvent.subject_kind == "timetable_change")]
    assert deeds == ["timetable-proposed", "timetable-published"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weekday": []}, "Hãy chọn ít nhất một ngày trong tuần"),
        ({"unit": []}, "Hãy chọn nơi phát"),
        ({"unit": ["999|2020-01-01"]}, "đơn vị đã chọn"),
        ({"station": ["00000000-0000-0000-0000-000000000001"]}, "cụm loa đã chọn"),
        ({"station": ["x"]}, "cụm loa đã chọn"),
        ({"starts": "25:00"}, "Giờ bắt đầu"),
        ({"minutes": "NaN"}, "Dài nhất (phút): cần từ 1 đến 1440"),
        ({"to": "01/01/2020", "from": "01/01/2019"}, "đã qua; hãy chọn ngày khác"),
        ({"programme": "00000000-0000-0000-0000-000000000001"}, "chương trình"),
        ({"start": "follow", "follows": "00000000-0000-0000-0000-000000000001"}, "một khung giờ không còn"),
        ({"title": "Buổi <chen>", "starts": ""}, 'value="Buổi &lt;chen&gt;"'),
    ],
)  # fmt: skip
def test_a_slot_that_cannot_be_is_refused_beside_what_was_typed(changes, said, sign_in, network, programme):
    answer = sign_in("editor").post("/lich-phat/khung-gio/moi", data=slot_form(network, programme, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "loa-note--bad" in answer.text
    assert drafted(network) == ()


def test_a_form_shows_a_slot_as_it_is_and_edits_only_what_was_changed(sign_in, network, slot):
    editor = sign_in("editor")
    page = editor.get(f"/lich-phat/khung-gio/{slot}/sua").text
    assert 'value="17:00"' in page
    (was,) = standing(network)
    form = slot_form(network, str(was.programme_id), title="Buổi chiều", unit=[], station=[network.near, network.far],
                     starts="17:00", quieter="0", minutes="20")  # fmt: skip
    assert editor.post(f"/lich-phat/khung-gio/{slot}/sua", data=form).status_code == 303
    page = editor.get(DRAFT).text
    assert "Sửa khung giờ “Buổi chiều”: dài nhất 15 phút → dài nhất 20 phút." in page.replace(
        "; của cả mạng → của Tỉnh thử", ""
    )
    assert 'value="20"' in editor.get(f"/lich-phat/khung-gio/{slot}/sua").text


def test_a_clash_is_told_with_remedies_and_one_click_heals_it(sign_in, network, slot, programme):
    editor = sign_in("editor")
    form = slot_form(network, programme, title="Buổi chen", starts="17:05", unit=["11|2004-01-01"], owner="network")
    assert editor.post("/lich-phat/khung-gio/moi", data=form).status_code == 303
    page = editor.get(DRAFT).text
    assert "Trùng giờ phát, phải xử lý trước" in page
    assert "trùng 10 phút" in page
    assert 'aria-disabled="true"' in page
    refused = propose(editor)
    assert refused.status_code == 422
    assert "Trùng giờ phát" in refused.text
    assert waiting(network) == []
    button = (
        r'name="slot" value="([0-9a-f-]+)">.*?name="day" value="">\s*<input type="hidden" name="start" value="17:15"'
    )
    new = re.search(button, page)
    assert new is not None
    answer = editor.post(
        f"{DRAFT}/cach", data={"slot": new[1], "start": "17:15", "day": "", "back": "/lich-phat?ngay=x"}
    )
    assert answer.headers["Location"] == "/lich-phat?ngay=x"
    assert "phải xử lý trước" not in editor.get(DRAFT).text
    assert editor.post(f"{DRAFT}/cach", data={"slot": new[1], "length_s": "600"}).headers["Location"] == DRAFT
    change_address(propose(editor))


@pytest.mark.parametrize(
    "form", [{"slot": "x"}, {"start": "giờ"}, {"length_s": "-5"}, {"length_s": "²"}, {"start": "17:15", "day": "mai"}]
)
def test_a_remedy_that_cannot_be_read_changes_nothing(form, sign_in, network, slot):
    editor = sign_in("editor")
    answer = editor.post(f"{DRAFT}/cach", data={"slot": slot, "back": "https://elsewhere.example/"} | form)
    assert answer.headers["Location"] == DRAFT
    assert "loa-note--bad" in editor.get(DRAFT).text
    assert drafted(network) == ()


def test_one_session_is_moved_and_another_left_out_in_one_change(sign_in, network, slot, day):
    editor = sign_in("editor")
    session = f"/lich-phat/khung-gio/{slot}/buoi/{day}"
    page = editor.get(f"{session}?sang={day + timedelta(days=1)}&gio=18:05").text
    assert f'value="{day + timedelta(days=1):%d/%m/%Y}"' in page
    assert 'value="18:05"' in page
    assert editor.post(f"{session}/doi", data=move_form(day, "18:05")).headers["Location"] == DRAFT
    other = f"/lich-phat/khung-gio/{slot}/buoi/{day + timedelta(days=1)}"
    assert editor.post(f"{other}/nghi").headers["Location"] == DRAFT
    assert "Dời 2, bỏ 2 buổi phát ở 2 cụm loa" in editor.get(DRAFT).text
    week = editor.get(f"/lich-phat?ngay={day}").text
    assert "dời từ 17:00" in week
    page = editor.get(DRAFT).text
    mark = re.findall(r'name="step" value="([0-9a-f]{64})"', page)[1]
    assert editor.post(f"{DRAFT}/bo-buoc", data={"step": mark}).status_code == 303
    assert len(drafted(network)) == 1
    assert editor.post(f"{DRAFT}/bo").status_code == 303
    assert "Bản nháp chưa có thay đổi nào" in editor.get(DRAFT).text


def test_all_sessions_are_moved_by_one_answer(sign_in, network, slot, day):
    editor, approver = sign_in("editor"), sign_in("approver")
    session = f"/lich-phat/khung-gio/{slot}/buoi/{day}"
    assert editor.post(f"{session}/doi", data=move_form(day, "17:20", "every")).status_code == 303
    address = change_address(propose(editor))
    approver.post(f"{address}/cong-bo", data={"seen": seen_on(approver.get(address).text)})
    (made,) = standing(network)
    assert made.start == time(17, 20)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"which": ""}, "chỉ buổi này hay mọi buổi"),
        ({"to": "mai"}, "Sang ngày"),
        ({"at": "30h"}, "Giờ bắt đầu"),
        ({"which": "every"}, "phát hằng ngày"),
        ({"to": "01/01/2024"}, "đã qua"),
    ],
)
def test_a_move_that_cannot_be_is_refused_with_what_was_typed(form, said, sign_in, network, slot):
    day = network.today + timedelta(days=2)
    told = move_form(day + timedelta(days=1), "18:00") | form
    answer = sign_in("editor").post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/doi", data=told)
    assert answer.status_code == 422
    assert said in answer.text
    assert drafted(network) == ()


def test_a_slot_is_ended_by_a_change_and_a_session_off_comes_back(sign_in, network, slot, day):
    editor, approver = sign_in("editor"), sign_in("approver")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    approver.post(f"{address}/cong-bo", data={"seen": seen_on(approver.get(address).text)})
    page = editor.get(f"/lich-phat/khung-gio/{slot}/buoi/{day}").text
    assert "Ngày này được ghi là nghỉ" in page
    assert editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/phat-lai").headers["Location"] == DRAFT
    assert "Phát lại buổi “Buổi chiều”" in editor.get(DRAFT).text
    assert editor.post(f"/lich-phat/khung-gio/{slot}/ket-thuc").headers["Location"] == DRAFT
    address = change_address(propose(editor))
    approver.post(f"{address}/cong-bo", data={"seen": seen_on(approver.get(address).text)})
    assert standing(network) == []


def test_an_effect_that_changed_while_it_was_looked_at_is_shown_anew_and_not_published(sign_in, network, slot, day):
    editor, second, approver = sign_in("editor"), sign_in("second-editor"), sign_in("approver")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    first = change_address(propose(editor, "Nghỉ một buổi"))
    old = seen_on(approver.get(first).text)
    second.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/doi", data=move_form(day, "18:00"))
    other = change_address(propose(second, "Dời buổi đó"))
    approver.post(f"{other}/cong-bo", data={"seen": seen_on(approver.get(other).text)})
    answer = approver.post(f"{first}/cong-bo", data={"seen": old})
    assert answer.status_code == 409
    assert "đã đổi trong lúc xem" in answer.text
    assert "Ảnh hưởng dưới đây đã tính lại" in answer.text
    assert "18:00" in answer.text
    assert [line.title for line in waiting(network)] == ["Nghỉ một buổi"]
    assert approver.post(f"{first}/cong-bo", data={"seen": seen_on(answer.text)}).status_code == 303


def test_a_draft_that_no_longer_fits_is_told_and_forms_still_open(sign_in, network, slot, programme):
    day = network.today + timedelta(days=2)
    editor, second, approver = sign_in("editor"), sign_in("second-editor"), sign_in("approver")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    second.post(f"/lich-phat/khung-gio/{slot}/ket-thuc")
    address = change_address(propose(second))
    approver.post(f"{address}/cong-bo", data={"seen": seen_on(approver.get(address).text)})
    for path in ("/lich-phat", "/lich-phat/khung-gio/moi", DRAFT):
        assert editor.get(path).status_code == 200, path
    assert "không còn trong lịch" in editor.get(DRAFT).text
    refused = editor.post("/lich-phat/khung-gio/moi", data=slot_form(network, programme))
    assert refused.status_code == 422
    assert "Hãy mở bản nháp, bỏ thay đổi đó rồi làm lại" in refused.text
    assert propose(editor).status_code == 422


def test_a_draft_that_changed_in_another_window_is_not_proposed(sign_in, network, slot, day):
    editor = sign_in("editor")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    old = seen_on(editor.get(DRAFT).text)
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day + timedelta(days=1)}/nghi")
    answer = propose(editor, seen=old)
    assert answer.status_code == 422
    assert "Bản nháp đã đổi ở một trang khác" in answer.text
    assert waiting(network) == []


def test_nobody_publishes_his_own_change_and_a_refusal_needs_a_reason(sign_in, network, slot, day):
    both, approver = sign_in("both"), sign_in("approver")
    both.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(both))
    page = both.get(address).text
    assert "nhờ một người duyệt khác" in page
    assert both.post(f"{address}/cong-bo", data={"seen": seen_on(page)}).status_code == 409
    assert len(waiting(network)) == 1
    refused = approver.post(f"{address}/tu-choi", data={"reason": " "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do" in refused.text
    assert approver.post(f"{address}/tu-choi", data={"reason": "Hôm đó có <i>lễ</i>"}).status_code == 303
    assert "Hôm đó có &lt;i&gt;lễ&lt;/i&gt;" in both.get("/lich-phat/thay-doi").text
    assert approver.post(f"{address}/cong-bo", data={"seen": "x"}).status_code == 409


def test_a_proposer_withdraws_and_nobody_else(sign_in, network, slot, day):
    editor = sign_in("editor")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    assert "Rút đề xuất" not in sign_in("second-editor").get(address).text
    assert sign_in("second-editor").post(f"{address}/rut").status_code == 403
    assert editor.post(f"{address}/rut").status_code == 303
    assert editor.post(f"{address}/rut").status_code == 409
    assert "Đã rút" in editor.get(address).text


def test_an_operator_confirms_or_objects_and_the_approver_sees_it(sign_in, network, slot, day):
    editor, operator, approver = sign_in("editor"), sign_in("operator"), sign_in("approver")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    old = seen_on(approver.get(address).text)
    assert "Ý kiến của trực đài" in operator.get(address).text
    assert "Ý kiến của trực đài" not in approver.get(address).text
    form = {"station": [network.near], "stance": "object", "reason": ""}
    assert operator.post(f"{address}/y-kien", data=form).status_code == 422
    assert operator.post(f"{address}/y-kien", data=form | {"reason": "Trùng <u>chợ</u> phiên"}).status_code == 303
    assert operator.post(f"{address}/y-kien", data={"station": network.far, "stance": "confirm"}).status_code == 303
    page = approver.get(address).text
    assert "1/2 cụm loa đã xác nhận, 1 phản đối" in page
    assert "Trùng &lt;u&gt;chợ&lt;/u&gt; phiên" in page
    assert approver.post(f"{address}/cong-bo", data={"seen": old}).status_code == 409
    assert approver.post(f"{address}/cong-bo", data={"seen": seen_on(page)}).status_code == 303


def test_each_role_finds_on_the_first_page_what_waits(sign_in, network, slot, day):
    editor, operator, approver = sign_in("editor"), sign_in("operator"), sign_in("approver")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    assert "1 thay đổi lịch chưa đề xuất" in editor.get("/").text
    address = change_address(propose(editor, "Nghỉ <b>chợ</b>"))
    assert "1 đề xuất đổi lịch của bạn đang chờ" in editor.get("/").text
    assert "1 đề xuất đổi lịch chờ quyết định" in approver.get("/cho-duyet").text
    assert 'aria-label="1 đang chờ"' in approver.get("/lich-phat").text
    for path in ("/hom-nay", f"/hom-nay/{network.near}"):
        page = operator.get(path).text
        assert "Đề xuất đổi lịch ở cụm loa của bạn" in page
        assert "Nghỉ &lt;b&gt;chợ&lt;/b&gt;" in page
        polled = operator.get(path, headers={"HX-Request": "true"}).text
        assert "Đề xuất đổi lịch ở cụm loa của bạn" not in polled
    operator.post(f"{address}/y-kien", data={"station": [network.near], "stance": "confirm"})
    assert "Đề xuất đổi lịch ở cụm loa của bạn" not in operator.get(f"/hom-nay/{network.near}").text
    assert "đụng tới 1 cụm loa của bạn" in operator.get("/hom-nay").text


def test_an_operator_speaks_only_for_his_own_stations(sign_in, network, slot, day):
    with network.centre.writers.begin() as session:
        session.execute(update(RoleGrant).where(RoleGrant.role == "operator").values(station_id=network.far))
    editor, operator = sign_in("editor"), sign_in("operator")
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    page = operator.get(address).text
    assert f'name="station" value="{network.far}"' in page
    assert f'name="station" value="{network.near}"' not in page
    said = operator.post(f"{address}/y-kien", data={"station": [network.near], "stance": "confirm"})
    assert said.status_code in {403, 422}
    assert "0/2 cụm loa đã xác nhận" in operator.get(address).text


def test_a_holiday_is_corrected_by_an_approver_and_named_in_the_week(sign_in, network, day):
    path, approver = "/lich-phat/gio-va-ngay-le", sign_in("approver")
    assert approver.post(path, data={"day": "mai", "name": "x"}).status_code == 422
    form = {"day": f"{day:%d/%m/%Y}", "name": "Ngày hội <b>bản</b>", "holds": "yes"}
    assert approver.post(path, data=form).status_code == 303
    assert "Ngày hội &lt;b&gt;bản&lt;/b&gt;" in sign_in("operator").get(f"/lich-phat?ngay={day}").text
    assert approver.post(path, data=form | {"holds": "no"}).status_code == 303
    assert "Ngày hội" not in sign_in("operator").get(path).text
    assert sign_in("admin").post(path, data=form).status_code == 303
    assert sign_in("editor").post(path, data=form).status_code == 403


READ = ["", "?xem=ngay", "?noi=u:11", "/khung-gio", "/thay-doi", "/gio-va-ngay-le"]


@pytest.mark.parametrize("who", ["editor", "approver", "operator", "auditor", "admin"])
def test_everybody_reads_the_timetable_and_its_changes(who, sign_in, network, slot, day):
    editor, reader = sign_in("editor"), sign_in(who)
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    for path in (*(f"/lich-phat{each}" for each in READ), address, f"/lich-phat/khung-gio/{slot}/buoi/{day}"):
        assert reader.get(path).status_code == 200, path
    assert ("data-moves" in reader.get(f"/lich-phat?ngay={day}").text) is (who == "editor")


@pytest.mark.parametrize("who", ["approver", "operator", "auditor", "admin", "nobody"])
def test_only_editors_change_the_draft(who, sign_in, network, slot, day):
    reader = sign_in(who)
    for path in ("/lich-phat/khung-gio/moi", f"/lich-phat/khung-gio/{slot}/sua", DRAFT):
        assert reader.get(path).status_code == 403, path
    session = f"/lich-phat/khung-gio/{slot}/buoi/{day}"
    for path in (f"{session}/doi", f"{session}/nghi", f"{session}/phat-lai", f"/lich-phat/khung-gio/{slot}/ket-thuc",
                 f"{DRAFT}/de-xuat", f"{DRAFT}/bo", f"{DRAFT}/bo-buoc", f"{DRAFT}/cach"):  # fmt: skip
        assert reader.post(path).status_code == 403, path


@pytest.mark.parametrize("who", ["editor", "operator", "auditor", "admin", "nobody"])
def test_only_approvers_decide_and_only_operators_speak(who, sign_in, network, slot, day):
    editor, reader = sign_in("editor"), sign_in(who)
    editor.post(f"/lich-phat/khung-gio/{slot}/buoi/{day}/nghi")
    address = change_address(propose(editor))
    for verb in ("cong-bo", "tu-choi"):
        assert reader.post(f"{address}/{verb}", data={"reason": "Không hợp"}).status_code == 403
    said = reader.post(f"{address}/y-kien", data={"station": network.near, "stance": "confirm"}).status_code
    assert said == (303 if who == "operator" else 403)


@pytest.mark.parametrize("path", ["/khung-gio/x/sua", "/khung-gio/x/buoi/2024-05-08", "/khung-gio/{slot}/buoi/mai",
                                  "/khung-gio/{slot}/buoi/9999-12-31", "/thay-doi/x"])  # fmt: skip
def test_what_is_not_there_is_told(path, sign_in, network, slot):
    assert sign_in("editor").get("/lich-phat" + path.format(slot=slot)).status_code == 404
