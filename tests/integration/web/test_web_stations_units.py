"""Units and stations: the tree of a day, a file brought in, and an admin's deeds on a station."""

from __future__ import annotations

import io
import re

import pytest
from web_network import units_file

from scheduler.db.units import Alarm, Station, StationUnit


def upload(browser, content: bytes):
    return browser.post("/don-vi/nhap", data={"file": (io.BytesIO(content), "don-vi.json")})


def test_the_tree_is_that_of_the_day(sign_in, network):
    page = sign_in("auditor").get("/don-vi").text
    assert page.index("Tỉnh thử") < page.index("Xã Búng thử")
    assert "Xã Búng thử" not in sign_in("auditor").get("/don-vi?ngay=01/01/2010").text


def test_a_day_that_is_no_day_is_told_and_today_stands(sign_in, network):
    page = sign_in("auditor").get("/don-vi?ngay=31/02/2024").text
    assert "Ngày: hãy ghi ngày/tháng/năm" in page
    assert "Xã Búng thử" in page


def test_an_admin_brings_in_units(sign_in, network):
    more = {"units": [{"code": "12", "kind": "tinh", "name": "Tỉnh mới", "parent": None, "valid_from": "2004-01-01"}]}
    answer = upload(sign_in("admin"), units_file(more))
    assert answer.status_code == 303
    assert "Tỉnh mới" in sign_in("editor").get("/don-vi").text


def test_bad_rows_are_told_one_by_one_and_nothing_is_kept(sign_in, network):
    rows = [
        {"code": "12", "kind": "tinh", "name": "Tỉnh mới", "parent": None, "valid_from": "2004-01-01"},
        {"code": "13", "kind": "tinh", "name": "<b>Sai</b>", "parent": "không có", "valid_from": "2004-01-01"},
        {"code": "14"},
    ]
    answer = upload(sign_in("admin"), units_file({"units": rows}))
    assert answer.status_code == 422
    assert "dòng 3: thiếu “kind”" in answer.text
    assert "<b>Sai</b>" not in answer.text
    assert "Tỉnh mới" not in sign_in("editor").get("/don-vi").text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 5000])
def test_a_file_that_is_none_of_units_is_refused(content, sign_in, network):
    assert upload(sign_in("admin"), content).status_code == 422


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


def test_a_station_moves_and_its_past_stays(sign_in, network):
    day = f"{network.today:%d/%m/%Y}"
    answer = sign_in("admin").post(f"/cum-loa/{network.near}/chuyen", data={"unit": "03313", "from": day})
    assert answer.status_code == 303
    with network.centre.readers() as session:
        stays = session.query(StationUnit).filter_by(station_id=network.near).order_by(StationUnit.valid_from).all()
        assert [stay.unit_code for stay in stays] == ["03301", "03313"]


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


@pytest.mark.parametrize("deed", ["ma-ghi-danh", "chuyen", "ngung", "hoat-dong"])
@pytest.mark.parametrize("who", ["editor", "approver", "operator", "auditor", "nobody"])
def test_deeds_on_a_station_are_an_admins(deed, who, sign_in, network):
    assert sign_in(who).post(f"/cum-loa/{network.near}/{deed}").status_code == 403


def test_a_station_that_is_not_there_is_not_found(sign_in, network):
    assert sign_in("admin").get("/cum-loa/khong-co").status_code == 404
    assert sign_in("admin").post("/cum-loa/khong-co/ngung").status_code == 404
