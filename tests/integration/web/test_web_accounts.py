"""The admin's pages: people made with a password shown once, roles, units, closing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from scheduler.services import accounts, units

NOW = datetime(2024, 5, 7, 2, 0, tzinfo=UTC)
UNITS = {
    "units": [
        {
            "code": "11",
            "kind": "tinh",
            "name": "Tỉnh Thử",
            "parent": None,
            "valid_from": "2004-01-01",
            "valid_to": None,
        },
        {"code": "111", "kind": "xa", "name": "Xã Thử", "parent": "11", "valid_from": "2004-01-01", "valid_to": None},
    ]
}


def new(browser, **changes: str):
    data = {"display_name": "Lò Thị Mới", "username": "lo.moi", "role": "editor", "unit": ""} | changes
    return browser.post("/tai-khoan/moi", data=data)


def roles(stage, person_id: str) -> list[tuple[str, str | None]]:
    with stage.centre.readers() as session:
        return [(grant.role, grant.unit_code) for grant in accounts.person_line(session, person_id).grants]


class TestNewPerson:
    def test_the_password_is_shown_once_and_opens_the_door(self, sign_in, client):
        answer = new(sign_in("admin"))
        found = re.search(r'<code class="loa-secret">([a-z0-9-]{19})</code>', answer.text)
        assert found
        assert answer.headers["Cache-Control"] == "no-store"
        signed_in = client.post("/dang-nhap", data={"username": "lo.moi", "password": found[1]})
        assert signed_in.status_code == 302
        assert "Việc của tôi" in client.get("/").text

    def test_a_person_may_begin_without_a_role(self, sign_in):
        assert new(sign_in("admin"), role="").status_code == 200

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"username": "Lò Mới"}, "chữ không dấu"),
            ({"username": ""}, "Tên đăng nhập"),
            ({"username": "editor"}, "Đã có tài khoản"),
            ({"display_name": " "}, "Họ tên"),
            ({"display_name": "x" * 121}, "Họ tên"),
            ({"role": "king"}, "chọn một quyền"),
            ({"role": "operator", "unit": "999"}, "đơn vị"),
        ],
    )
    def test_a_mistake_is_told_and_what_was_typed_stays(self, changes, told, sign_in):
        answer = new(sign_in("admin"), **changes)
        assert answer.status_code == 422
        assert told in answer.text
        if "display_name" not in changes:
            assert "Lò Thị Mới" in answer.text


class TestRoles:
    def test_an_operator_is_limited_to_a_unit(self, sign_in, stage, people):
        with stage.centre.writers.begin() as session:
            units.import_units(session, None, content=json.dumps(UNITS).encode(), now=NOW)
        browser = sign_in("admin")
        answer = browser.post(f"/tai-khoan/{people['nobody']}/quyen", data={"role": "operator", "unit": "111"})
        assert answer.status_code == 303
        assert roles(stage, people["nobody"]) == [("operator", "111")]
        assert "Cán bộ trực đài, Xã Thử" in browser.get("/tai-khoan").text

    def test_a_unit_limits_nobody_but_operators(self, sign_in, stage, people):
        sign_in("admin").post(f"/tai-khoan/{people['nobody']}/quyen", data={"role": "auditor", "unit": "111"})
        assert roles(stage, people["nobody"]) == [("auditor", None)]

    def test_a_role_is_taken_back(self, sign_in, stage, people):
        with stage.centre.readers() as session:
            held = accounts.person_line(session, people["editor"]).grants[0].id
        answer = sign_in("admin").post(f"/tai-khoan/{people['editor']}/quyen/{held}/thu")
        assert answer.status_code == 303
        assert roles(stage, people["editor"]) == []

    @pytest.mark.parametrize(
        ("person", "data", "told"),
        [
            ("admin", {"role": "editor"}, "tự cấp"),
            ("approver", {"role": "admin"}, "vừa quản trị vừa duyệt"),
            ("nobody", {}, "Hãy chọn một quyền"),
            ("nobody", {"role": "king"}, "quyền trong danh sách"),
        ],
    )
    def test_a_refusal_stands_on_the_page(self, person, data, told, sign_in, people):
        answer = sign_in("admin").post(f"/tai-khoan/{people[person]}/quyen", data=data)
        assert answer.status_code == 422
        assert told in answer.text


class TestAccount:
    def test_a_new_password_ends_the_sessions(self, sign_in, people):
        editor = sign_in("editor")
        answer = sign_in("admin").post(f"/tai-khoan/{people['editor']}/mat-khau")
        assert "loa-secret" in answer.text
        assert editor.get("/ban-tin").status_code == 302

    def test_closing_shuts_the_door_and_opening_lets_in_again(self, sign_in, stage, people):
        editor = sign_in("editor")
        admin = sign_in("admin")
        assert admin.post(f"/tai-khoan/{people['editor']}/mo-khoa", data={"active": "no"}).status_code == 303
        assert editor.get("/ban-tin").status_code == 302
        assert "Đã khóa" in admin.get("/tai-khoan").text
        admin.post(f"/tai-khoan/{people['editor']}/mo-khoa", data={"active": "yes"})
        with stage.centre.readers() as session:
            assert accounts.person_line(session, people["editor"]).active

    def test_nobody_closes_his_own(self, sign_in, people):
        answer = sign_in("admin").post(f"/tai-khoan/{people['admin']}/mo-khoa", data={"active": "no"})
        assert answer.status_code == 422
        assert "tài khoản của mình" in answer.text
