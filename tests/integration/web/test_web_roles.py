"""Who may open which page: 200 for the roles that may, 403 for the others, the door for whoever has not signed in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

EVERYBODY = {"editor", "approver", "operator", "auditor", "admin"}
WRITERS = {"editor"}

PAGES = {
    "/ban-tin": EVERYBODY,
    "/ban-tin/ban-mau": WRITERS,
    "/ban-tin/moi": WRITERS,
    "/ban-tin/moi?mau=ten-that": WRITERS,
    "/ban-tin/{submitted}": EVERYBODY,
    "/ban-tin/{submitted}/am-thanh": EVERYBODY,
    "/ban-tin/{submitted}/sua": WRITERS,
    "/van-ban": EVERYBODY,
    "/cho-duyet": {"approver"},
    "/cho-duyet/{submitted}": {"approver"},
    "/cho-duyet/{submitted}/am-thanh": {"approver"},
    "/am-thanh/{sound}.mp3": EVERYBODY,
    "/tai-khoan": {"admin"},
    "/tai-khoan/moi": {"admin"},
    "/tai-khoan/{person}": {"admin"},
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_and_for_no_other(path, sign_in, stage, people):
    bulletin_id = stage.submitted()
    address = path.format(submitted=bulletin_id, sound=stage.render(), person=people["second-editor"])
    answers = {name: sign_in(name).get(address).status_code for name in (*sorted(EVERYBODY), "nobody")}
    assert answers == {name: 200 if name in PAGES[path] else 403 for name in (*sorted(EVERYBODY), "nobody")}


@pytest.mark.parametrize("path", ["/", *PAGES])
def test_without_signing_in_there_is_only_the_door(path, client: FlaskClient):
    answer = client.get(path.format(submitted="x", sound="0" * 64, person="x"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap")


FORMS = {
    "/ban-tin/luu": WRITERS,
    "/ban-tin/doc-thu": WRITERS,
    "/ban-tin/{submitted}/thu-hoi": {"approver"},
    "/ban-tin/{submitted}/tao-lai": {"editor", "approver"},
    "/cho-duyet/{submitted}/duyet": {"approver"},
    "/cho-duyet/{submitted}/tra-lai": {"approver"},
    "/cho-duyet/{submitted}/tao-lai": {"approver"},
    "/cho-duyet/nghe/1": {"approver"},
    "/van-ban": WRITERS,
    "/tai-khoan/moi": {"admin"},
    "/tai-khoan/{person}/quyen": {"admin"},
    "/tai-khoan/{person}/mat-khau": {"admin"},
    "/tai-khoan/{person}/mo-khoa": {"admin"},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_refused_to_every_other_role(path, sign_in, stage, people):
    address = path.format(submitted=stage.submitted(), person=people["second-editor"])
    refused = {name for name in EVERYBODY if sign_in(name).post(address).status_code == 403}
    assert refused == EVERYBODY - FORMS[path]


def test_a_form_without_its_token_is_refused(app: Flask, sign_in, stage):
    app.config["WTF_CSRF_ENABLED"] = True
    bulletin_id = stage.approved()
    answer = sign_in("approver").post(f"/ban-tin/{bulletin_id}/thu-hoi", data={"reason": "sai"})
    assert answer.status_code == 400
    assert stage.page(bulletin_id).approval.ended is None


def test_an_unknown_bulletin_directive_person_or_sound_is_not_found(sign_in):
    for name, path in (
        ("editor", "/ban-tin/khong-co"),
        ("editor", "/ban-tin/khong-co/sua"),
        ("editor", "/ban-tin/moi?mau=khong-co"),
        ("editor", "/van-ban/khong-co"),
        ("editor", "/van-ban/khong-co/tep"),
        ("editor", f"/am-thanh/{'0' * 64}.mp3"),
        ("editor", "/am-thanh/..%2f..%2fetc%2fpasswd.mp3"),
        ("admin", "/tai-khoan/khong-co"),
    ):
        assert sign_in(name).get(path).status_code == 404, path


class TestHome:
    def test_an_editor_finds_own_work(self, sign_in, stage):
        stage.draft(title="Bản nháp của tôi")
        stage.draft(title="Bản nháp của người khác", by="second-editor")
        page = sign_in("editor").get("/").get_data(as_text=True)
        assert "Bản nháp của tôi" in page
        assert "Bản nháp của người khác" not in page

    def test_an_editor_without_work_is_told_where_to_begin(self, sign_in):
        assert "Bạn chưa có bản tin nào" in sign_in("editor").get("/").get_data(as_text=True)

    @pytest.mark.parametrize("name", ["approver", "auditor", "admin"])
    def test_others_are_sent_to_the_first_place_of_their_bar(self, name, sign_in):
        answer = sign_in(name).get("/")
        assert answer.status_code == 302
        assert sign_in(name).get(answer.headers["Location"]).status_code == 200

    def test_a_person_without_roles_is_told_whom_to_ask(self, sign_in):
        answer = sign_in("nobody").get("/")
        assert answer.status_code == 200
        assert "quản trị" in answer.get_data(as_text=True)
