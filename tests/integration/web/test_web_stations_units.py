"""Units and stations: the tree of a day, a file brought in, and an admin's deeds on a station."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import pytest
from web_network import units_file

from scheduler.db.units import Alarm, Station, StationUnit


def upload(browser, content: bytes):
    return browser.post("/don-vi/nhap", data={"file": (io.BytesIO(content), "don-vi.json")})


def confirm(browser, page: str, action: str, **more: object):
    """Press the button that does what the page shows, with all that its form carries."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="seen"' in each)
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    fields: dict[str, object] = {}
    for name, value in hidden:
        fields.setdefault(name, []).append(html.unescape(value))
    return browser.post(action, data={**fields, **more})


def test_the_tree_is_that_of_the_day(sign_in, network):
    page = sign_in("auditor").get("/don-vi").text
    assert page.index("Tỉnh thử") < page.index("Xã Búng thử")
    assert "Xã Búng thử" not in sign_in("auditor").get("/don-vi?ngay=01/01/2010").text


def test_units_are_searched_without_accents(sign_in, network):
    page = sign_in("auditor").get("/don-vi?tim=xa+bung").text
    assert "Xã Búng thử" in page
    assert "Xã Lạn thử" not in page
    assert "Không có đơn vị nào như vậy" in sign_in("auditor").get("/don-vi?tim=%3Cb%3Ekhong").text


def test_a_day_that_is_no_day_is_told_and_today_stands(sign_in, network):
    page = sign_in("auditor").get("/don-vi?ngay=31/02/2024").text
    assert "Ngày: hãy ghi ngày/tháng/năm" in page
    assert "Xã Búng thử" in page


def test_a_unit_shows_what_lies_below_and_stands_there(sign_in, network):
    page = sign_in("auditor").get("/don-vi/ma/11").text
    for told in ("Xã Búng thử", "Xã Lạn thử", "Cụm loa trung tâm", "Cụm loa bản xa", "2 cụm loa ngày này"):
        assert told in page
    assert "không có đơn vị nào mang mã này" in sign_in("auditor").get("/don-vi/ma/11?ngay=01/01/2000").text
    assert sign_in("auditor").get("/don-vi/ma/khong-co").status_code == 404


def test_an_admin_brings_in_units_after_a_look(sign_in, network):
    more = {"units": [{"code": "12", "kind": "tinh", "name": "Tỉnh mới", "parent": None, "valid_from": "2004-01-01"}]}
    admin = sign_in("admin")
    looked = upload(admin, units_file(more))
    assert looked.status_code == 200
    assert "Tỉnh mới" in looked.text
    assert "Tỉnh mới" not in admin.get("/don-vi").text
    assert confirm(admin, looked.text, "/don-vi/nhap/ghi").status_code == 303
    assert "Tỉnh mới" in sign_in("editor").get("/don-vi").text
    assert confirm(admin, looked.text, "/don-vi/nhap/ghi").status_code == 422  # the file was let go


def test_what_was_not_seen_is_not_brought_in(sign_in, network):
    more = {"units": [{"code": "12", "kind": "tinh", "name": "Tỉnh mới", "parent": None, "valid_from": "2004-01-01"}]}
    admin = sign_in("admin")
    looked = upload(admin, units_file(more)).text
    answer = confirm(admin, looked, "/don-vi/nhap/ghi", seen="0" * 64)
    assert answer.status_code == 409
    assert "đã đổi trong lúc xem" in answer.text
    assert "Tỉnh mới" not in admin.get("/don-vi").text
    assert admin.post("/don-vi/nhap/ghi", data={"file": "../../etc/passwd", "seen": ""}).status_code == 422


def test_bad_rows_are_told_one_by_one_and_nothing_is_kept(sign_in, network):
    rows = [
        {"code": "12", "kind": "tinh", "name": "Tỉnh mới", "parent": None, "valid_from": "2004-01-01"},
        {"code": "13", "kind": "tinh", "name": "<b>Sai</b>", "parent": None, "valid_from": "<i>mai</i>"},
        {"code": "14"},
    ]
    answer = upload(sign_in("admin"), units_file({"units": rows[:2]}))
    assert answer.status_code == 422
    for told in ("Dòng 2", "“Hiệu lực từ ngày”", "không phải một ngày", "Ghi ngày dạng 01/07/2025"):
        assert told in answer.text
    assert "<i>mai</i>" not in answer.text
    assert "Dòng 3" in upload(sign_in("admin"), units_file({"units": rows})).text
    assert "Tỉnh mới" not in sign_in("editor").get("/don-vi").text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 5000])
def test_a_file_that_is_none_of_units_is_refused(content, sign_in, network):
    assert upload(sign_in("admin"), content).status_code == 422


def test_units_go_out_as_files_that_come_in_again(sign_in, network):
    admin = sign_in("admin")
    for form in ("csv", "json"):
        answer = sign_in("editor").get(f"/don-vi/tep.{form}")
        assert f".{form}" in answer.headers["Content-Disposition"]
        assert "không có gì khác" in upload(admin, answer.data).text
    assert admin.get("/don-vi/tep.xls").status_code == 404


def test_a_merger_is_seen_and_done(sign_in, network):
    admin = sign_in("admin")
    assert "Xã Búng thử (03301)" in admin.get("/don-vi/sap-nhap").text
    day = network.today + timedelta(days=10)
    form = {
        "from": f"{day:%d/%m/%Y}", "old": ["03301@2020-01-01", "03313@2020-01-01"],
        "new0-code": "03301", "new0-name": "Xã Mới <thử>", "new0-kind": "xa", "new0-parent": "11",
    }  # fmt: skip
    looked = admin.post("/don-vi/sap-nhap", data=form | {"look": "yes"})
    assert looked.status_code == 200
    for told in ("Cụm loa trung tâm về", "Cụm loa bản xa về", "Xã Mới &lt;thử&gt;", "Xã Lạn thử → Xã Mới"):
        assert told in looked.text
    done = confirm(admin, looked.text, "/don-vi/sap-nhap", do="yes", **{f"station:{network.far}": "03301"})
    assert done.status_code == 303
    page = admin.get(done.headers["Location"]).text
    for told in ("Xã Mới &lt;thử&gt;", "Hình thành từ", "Trở thành", "Xã Lạn thử"):
        assert told in page
    with network.centre.readers() as session:
        stays = session.query(StationUnit).filter_by(station_id=network.far).order_by(StationUnit.valid_from).all()
        assert [(stay.unit_code, stay.valid_from) for stay in stays][1:] == [("03301", day)]
    refused = admin.post("/don-vi/sap-nhap", data=form | {"look": "yes", "from": "mai"})
    assert (refused.status_code, "Từ ngày: hãy ghi" in refused.text) == (422, True)
    assert "checked" in refused.text


def test_one_unit_is_added_renamed_and_ended_after_a_look(sign_in, network):
    admin = sign_in("admin")
    day = f"{network.today + timedelta(days=5):%d/%m/%Y}"
    form = {
        "code": "03301-1",
        "kind": "thon",
        "name": "Bản Mới",
        "parent": "03301",
        "from": f"{network.today:%d/%m/%Y}",
    }
    looked = admin.post("/don-vi/moi", data=form)
    assert "Chưa ghi gì" in looked.text
    assert confirm(admin, looked.text, "/don-vi/moi").headers["Location"] == "/don-vi/ma/03301-1"
    refused = admin.post("/don-vi/moi", data=form | {"code": "03301", "name": "Bản <trùng>"})
    assert refused.status_code == 422
    assert "trùng ngày với Xã Búng thử" in refused.text
    assert 'value="Bản &lt;trùng&gt;"' in refused.text
    path = f"/don-vi/ma/03301-1/{network.today.isoformat()}/doi-ten"
    looked = admin.post(path, data={"name": "Bản Đẹp", "from": day})
    assert confirm(admin, looked.text, path).status_code == 303
    path = "/don-vi/ma/03313/2020-01-01/ket-thuc"
    looked = admin.post(path, data={"last": day})
    assert "1 cụm loa sẽ không còn đứng ở đơn vị nào" in looked.text
    assert confirm(admin, looked.text, path, seen="0" * 64).status_code == 409
    assert confirm(admin, looked.text, path).status_code == 303
    assert admin.get("/don-vi/ma/03313/2020-01-01").status_code == 404


@pytest.mark.parametrize("who", ["editor", "approver", "operator", "auditor", "nobody"])
@pytest.mark.parametrize(
    "path", ["moi", "sap-nhap", "nhap", "nhap/ghi", "ma/03301/2020-01-01/ket-thuc", "ma/03301/2020-01-01/doi-ten"]
)
def test_only_an_admin_changes_units(who, path, sign_in, network):
    assert sign_in(who).post(f"/don-vi/{path}").status_code == 403


@pytest.mark.parametrize("who", ["editor", "approver", "operator", "auditor", "nobody"])
def test_only_an_admin_brings_in_units(who, sign_in, network):
    assert upload(sign_in(who), units_file()).status_code == 403


def test_a_station_is_made_and_shown(sign_in, network):
    admin = sign_in("admin")
    form = {"name": "Cụm loa <mới>", "unit": "03301", "language": ["vi", "blt"]}
    answer = admin.post("/cum-loa/moi", data=form, follow_redirects=True)
    assert "Cụm loa &lt;mới&gt;" in answer.text
    assert "Tiếng Thái đen" in answer.text
    assert "Chưa ghi danh" in answer.text


def test_a_refused_station_keeps_what_was_typed(sign_in, network):
    answer = sign_in("admin").post("/cum-loa/moi", data={"name": "Cụm lẻ", "unit": "99999", "language": "vi"})
    assert answer.status_code == 422
    assert "đơn vị mã 99999" in answer.text
    assert 'value="Cụm lẻ"' in answer.text


def test_a_token_is_shown_once_with_the_command(sign_in, network):
    admin = sign_in("admin")
    answer = admin.post(f"/cum-loa/{network.near}/ma-ghi-danh")
    assert re.search(r"loa station enrol --centre http://localhost --token [\w-]{32}\.[0-9a-f]+<", answer.text)
    assert "enrol --centre" not in admin.get(f"/cum-loa/{network.near}").text


def test_a_station_moves_after_a_look_and_its_past_stays(sign_in, network, stage):
    network.slots(network.programme(stage.approved()), network.near)
    admin, path = sign_in("admin"), f"/cum-loa/{network.near}/chuyen"
    looked = admin.post(path, data={"unit": "03313", "from": f"{network.today:%d/%m/%Y}"})
    assert "Không có khung giờ nào thêm hoặc bớt" in looked.text
    assert confirm(admin, looked.text, path, seen="0" * 64).status_code == 409
    assert confirm(admin, looked.text, path).status_code == 303
    with network.centre.readers() as session:
        stays = session.query(StationUnit).filter_by(station_id=network.near).order_by(StationUnit.valid_from).all()
        assert [stay.unit_code for stay in stays] == ["03301", "03313"]


def test_a_move_ahead_is_shown_and_taken_back(sign_in, network):
    admin, day = sign_in("admin"), network.today + timedelta(days=9)
    path = f"/cum-loa/{network.near}/chuyen"
    confirm(admin, admin.post(path, data={"unit": "03313", "from": f"{day:%d/%m/%Y}"}).text, path)
    page = admin.get(f"/cum-loa/{network.near}").text
    assert "chưa đến ngày" in page
    assert "Bỏ lần chuyển này" not in sign_in("operator").get(f"/cum-loa/{network.near}").text
    back = f"/cum-loa/{network.near}/bo-chuyen"
    assert admin.post(back, data={"from": day.isoformat()}).status_code == 303
    assert "Bỏ lần chuyển này" not in admin.get(f"/cum-loa/{network.near}").text
    assert admin.post(back, data={"from": day.isoformat()}).status_code == 422


def test_languages_are_set_after_a_look(sign_in, network):
    admin, path = sign_in("admin"), f"/cum-loa/{network.near}/ngon-ngu"
    looked = admin.post(path, data={"language": ["vi", "hmn"]})
    assert confirm(admin, looked.text, path).status_code == 303
    with network.centre.readers() as session:
        assert session.get_one(Station, network.near).languages == ["vi", "hmn"]
    assert admin.post(path, data={}).status_code == 422


def test_stations_go_out_and_come_in_as_files_after_a_look(sign_in, network):
    admin = sign_in("admin")

    def look(content: bytes):
        return admin.post("/cum-loa/nhap", data={"file": (io.BytesIO(content), "cum-loa.csv")})

    for form in ("csv", "json"):
        assert "không có gì khác" in look(sign_in("editor").get(f"/cum-loa/tep.{form}").data).text
    text = "Tên cụm loa;Mã đơn vị;Đứng từ ngày\nCụm loa <mới>;03301;01/01/2024\nCụm loa bản xa;03301;{day}\n"
    looked = look(text.format(day=f"{network.today + timedelta(days=3):%d/%m/%Y}").encode())
    for told in ("Cụm loa &lt;mới&gt;", "Cụm loa bản xa: Xã Lạn thử → Xã Búng thử"):
        assert told in looked.text
    assert confirm(admin, looked.text, "/cum-loa/nhap/ghi", seen="0" * 64).status_code == 409
    assert confirm(admin, looked.text, "/cum-loa/nhap/ghi").status_code == 303
    assert "Cụm loa &lt;mới&gt;" in admin.get("/cum-loa").text
    refused = look(text.replace("03301", "99999").format(day="hôm nay").encode())
    assert (refused.status_code, "“hôm nay” không phải một ngày" in refused.text) == (422, True)
    assert sign_in("operator").post("/cum-loa/nhap").status_code == 403


@pytest.mark.parametrize("typed", ["", "hôm nay", "31/02/2024"])
def test_a_move_on_no_day_is_refused_on_the_page(typed, sign_in, network):
    answer = sign_in("admin").post(f"/cum-loa/{network.near}/chuyen", data={"unit": "03313", "from": typed})
    assert answer.status_code == 422
    assert "Từ ngày: hãy ghi ngày/tháng/năm" in answer.text


def test_a_station_stops_and_works_again(sign_in, network):
    admin = sign_in("admin")
    admin.post(f"/cum-loa/{network.near}/ngung")
    with network.centre.readers() as session:
        station = session.get_one(Station, network.near)
        assert (station.active, station.token_hash) == (False, None)
    refused = admin.post(f"/cum-loa/{network.near}/ma-ghi-danh")
    assert refused.status_code == 422
    assert "Cụm loa đang ngừng" in refused.text
    admin.post(f"/cum-loa/{network.near}/hoat-dong")
    with network.centre.readers() as session:
        assert session.get_one(Station, network.near).active


def test_an_alarm_is_shown_and_settled(sign_in, network):
    alarm_id = network.alarm(network.near)
    network.alarm(None, "approval-damaged")
    assert "Cụm loa từ chối lịch phát" in sign_in("operator").get(f"/cum-loa/{network.near}").text
    page = sign_in("operator").get("/cum-loa").text
    assert "Một lần duyệt không còn khớp" in page
    assert "<b>signature</b>" not in page
    answer = sign_in("admin").post(f"/cum-loa/canh-bao/{alarm_id}", data={"station": network.near})
    assert answer.headers["Location"] == f"/cum-loa/{network.near}"
    with network.centre.readers() as session:
        assert session.get_one(Alarm, alarm_id).settled_at is not None


@pytest.mark.parametrize("deed", ["ma-ghi-danh", "chuyen", "ngon-ngu", "bo-chuyen", "ngung", "hoat-dong"])
@pytest.mark.parametrize("who", ["editor", "approver", "operator", "auditor", "nobody"])
def test_deeds_on_a_station_are_an_admins(deed, who, sign_in, network):
    assert sign_in(who).post(f"/cum-loa/{network.near}/{deed}").status_code == 403


def test_a_station_that_is_not_there_is_not_found(sign_in, network):
    assert sign_in("admin").get("/cum-loa/khong-co").status_code == 404
    assert sign_in("admin").post("/cum-loa/khong-co/ngung").status_code == 404
