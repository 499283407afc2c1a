"""Tracks that people record, over HTTP: added, refused, taken out, heard by the approver, and who is barred."""

from __future__ import annotations

import contextlib
import functools
import io
import shutil
import wave

import pytest

from tts.engines.espeak import EspeakEngine
from tts.wav import to_wav
from web import door
from web.__main__ import THREADS
from web.bulletins.voice import BY_SCRIPT
from web.request_size import RECORDING_MOST
from web.workroom import RECORDINGS, SAMPLES


@functools.cache
def spoken_wav() -> bytes:
    """Some seconds of a voice, as a sound file."""
    engine = EspeakEngine()
    return to_wav(engine.speak("Xin chào bà con, đây là bản tin của xã.", engine.voices()[0]))


def upload(browser, bulletin_id: str, content: bytes | None = None, *, headers=None, revision: int = 1, **fields):
    data = {"language": "hmn", "sound": (io.BytesIO(spoken_wav() if content is None else content), "thu.wav"), **fields}
    return browser.post(
        f"/ban-tin/{bulletin_id}/thu-am?lan={revision}",
        data={name: value for name, value in data.items() if value is not None},
        content_type="multipart/form-data",
        headers=headers or {},
    )


def test_a_recording_becomes_a_track_that_the_approver_sees_and_that_bars_who_made_it(sign_in, stage):
    bulletin_id = stage.submitted()
    answer = upload(sign_in("both"), bulletin_id)
    assert answer.status_code == 303
    page = stage.page(bulletin_id, seen_by="both")
    (track,) = page.tracks
    assert (track.engine, track.track, track.language) == ("recorded", "main", "hmn")
    assert track.made_by_name == "Người both"
    assert abs(track.loudness_clufs + 1600) <= 50
    assert track.true_peak_cdbtp <= -100
    assert page.hindrance.cause == "four-eyes"
    assert "Cả bản tin, tiếng Mông" in sign_in("approver").get(f"/cho-duyet/{bulletin_id}").text
    stage.hear(bulletin_id, by="both")
    refused = sign_in("both").post(f"/cho-duyet/{bulletin_id}/duyet", data={"shown": page.shown})
    assert refused.status_code == 422
    assert "không được duyệt" in refused.text
    assert stage.page(bulletin_id).revision.state == "submitted"


def test_a_draft_takes_several_languages_and_a_headline_and_gives_them_back(sign_in, stage):
    bulletin_id = stage.draft()
    browser = sign_in("editor")
    for fields in ({"language": "hmn"}, {"language": "blt"}, {"language": "hmn", "track": "headline"}):
        assert upload(browser, bulletin_id, **fields).status_code == 303
    tracks = stage.page(bulletin_id).tracks
    assert [(each.track, each.language) for each in tracks] == [("main", "blt"), ("main", "hmn"), ("headline", "hmn")]
    shown = browser.get(f"/ban-tin/{bulletin_id}").text
    assert shown.count("Gỡ bản thu này") == 3
    assert "Điểm tin, đọc tên bản tin, tiếng Mông" in shown
    for track in tracks:
        path = f"/ban-tin/{bulletin_id}/thu-am/{track.recording_id}/go"
        assert browser.post(path).status_code == 303
    assert stage.page(bulletin_id).tracks == ()
    history = browser.get(f"/ban-tin/{bulletin_id}").text
    assert history.count("Gỡ bản thu âm") == 3
    assert history.count("điểm tin tiếng Mông · số mục trong sổ") == 2


def test_after_handing_in_a_track_is_neither_replaced_nor_removed(sign_in, stage):
    bulletin_id = stage.draft()
    browser = sign_in("editor")
    upload(browser, bulletin_id)
    stage.submit(bulletin_id)
    (track,) = stage.page(bulletin_id).tracks
    again = upload(browser, bulletin_id)
    assert again.status_code == 422
    assert "đã gửi duyệt nên không thay" in again.text
    assert browser.post(f"/ban-tin/{bulletin_id}/thu-am/{track.recording_id}/go").status_code == 409
    assert "Gỡ bản thu này" not in browser.get(f"/ban-tin/{bulletin_id}").text
    assert [each.recording_id for each in stage.page(bulletin_id).tracks] == [track.recording_id]


def test_a_track_is_removed_under_its_own_bulletin_alone(sign_in, stage):
    bulletin_id, other_id = stage.draft(), stage.draft()
    browser = sign_in("editor")
    upload(browser, bulletin_id)
    (track,) = stage.page(bulletin_id).tracks
    assert browser.post(f"/ban-tin/{other_id}/thu-am/{track.recording_id}/go").status_code == 404
    assert [each.recording_id for each in stage.page(bulletin_id).tracks] == [track.recording_id]


def test_what_was_doubtful_is_told_to_editor_and_approver(sign_in, stage):
    bulletin_id = stage.submitted()
    stereo = to_wav_left_alone()
    upload(sign_in("editor"), bulletin_id, stereo)
    for browser, path in ((sign_in("editor"), "ban-tin"), (sign_in("approver"), "cho-duyet")):
        assert "Chỉ kênh trái có tiếng" in browser.get(f"/{path}/{bulletin_id}").text


def to_wav_left_alone() -> bytes:
    """The voice as a pair of channels, the right one dead."""
    with wave.open(io.BytesIO(spoken_wav())) as mono:
        rate_hz, pcm = mono.getframerate(), mono.readframes(mono.getnframes())
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((2, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(b"".join(pcm[at : at + 2] + b"\0\0" for at in range(0, len(pcm), 2)))
    return content.getvalue()


def test_words_that_have_changed_since_are_told(sign_in, stage):
    bulletin_id = stage.draft()
    browser = sign_in("editor")
    upload(browser, bulletin_id, language="vi")
    assert "Thu trước khi lời bản tin được sửa" not in browser.get(f"/ban-tin/{bulletin_id}").text
    browser.post(
        "/ban-tin/luu",
        data={"bulletin": bulletin_id, "title": "Giữ an toàn tài khoản", "script": "Lời khác hẳn.", "class": "normal",
              "language": "vi", "valid-from": "07/05/2024"},
    )  # fmt: skip
    assert "Thu trước khi lời bản tin được sửa" in browser.get(f"/ban-tin/{bulletin_id}").text


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {}, "trống"),
        (b"no sound at all", {}, "tệp chữ"),
        (b"RIFF" + bytes(100), {}, "Không đọc được"),
        (None, {"language": "xx"}, "Ngôn ngữ phải"),
        (None, {"track": "chorus"}, "cả bản tin hoặc phần điểm tin"),
        (None, {"sound": None}, "Hãy chọn tệp thu âm"),
    ],
)
def test_what_cannot_be_taken_is_told_in_the_form_and_to_the_script(content, fields, words, sign_in, stage):
    bulletin_id = stage.submitted()
    browser = sign_in("editor")
    answer = upload(browser, bulletin_id, content, **fields)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert words in answer.text
    told = upload(browser, bulletin_id, content, headers={BY_SCRIPT: "1"}, **fields)
    assert (told.status_code, told.mimetype) == (422, "text/plain")
    assert words in told.text
    assert "<" not in told.text
    assert stage.page(bulletin_id).tracks == ()


def test_recordings_never_take_all_the_servers_threads(sign_in, stage):
    bulletin_id = stage.draft()
    browser = sign_in("editor")
    with contextlib.ExitStack() as others:
        for _ in range(RECORDINGS.places):
            others.enter_context(RECORDINGS.working())
        told = upload(browser, bulletin_id, headers={BY_SCRIPT: "1"})
        assert told.status_code == 422
        assert "Đợi một phút rồi gửi lại" in told.text
    assert RECORDINGS.places + SAMPLES.places < THREADS
    assert upload(browser, bulletin_id).status_code == 303


def test_handing_in_says_that_a_machine_speaks_only_where_one_does(sign_in, stage):
    browser = sign_in("editor")
    for tracks, spoken in (((), True), (("main", "headline"), False)):
        bulletin_id = stage.draft()
        for track in tracks:
            upload(browser, bulletin_id, language="vi", track=track)
        fields = {"bulletin": bulletin_id, "title": "Giữ an toàn tài khoản", "script": "Thưa bà con."}
        more = {"class": "normal", "language": "vi", "valid-from": "07/05/2024", "do": "submit"}
        browser.post("/ban-tin/luu", data=fields | more)
        page = browser.get(f"/ban-tin/{bulletin_id}").text
        assert "Đã gửi duyệt lần sửa 1." in page
        assert ("Máy đang tạo bản âm thanh." in page) is spoken


def test_a_store_that_takes_no_file_is_told(app, sign_in, stage):
    bulletin_id = stage.draft()
    store = app.extensions[door.CENTRE].media.directory
    shutil.rmtree(store, ignore_errors=True)
    store.write_text("a file where the store should be")
    answer = upload(sign_in("editor"), bulletin_id, headers={BY_SCRIPT: "1"})
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert "Hãy kiểm tra dung lượng đĩa" in answer.text
    assert stage.page(bulletin_id).tracks == ()


def test_the_script_is_told_where_to_go(sign_in, stage):
    bulletin_id = stage.draft()
    answer = upload(sign_in("editor"), bulletin_id, headers={BY_SCRIPT: "1"})
    assert answer.status_code == 204
    assert answer.headers["Location"] == f"/ban-tin/{bulletin_id}?lan=1"


def test_what_is_decided_takes_no_recording(sign_in, stage):
    assert upload(sign_in("editor"), stage.approved()).status_code == 422


@pytest.mark.parametrize("name", ["approver", "operator", "auditor", "admin", "nobody"])
def test_only_editors_record(name, sign_in, stage):
    bulletin_id = stage.submitted()
    assert upload(sign_in(name), bulletin_id).status_code == 403
    assert 'id="thu-am"' not in sign_in(name).get(f"/ban-tin/{bulletin_id}").text


def test_the_microphone_is_open_to_the_page_that_records_alone(sign_in, stage):
    bulletin_id = stage.draft()
    policy = "Permissions-Policy"
    assert "microphone=(self)" in sign_in("editor").get(f"/ban-tin/{bulletin_id}").headers[policy]
    for name, path in (
        ("editor", "/ban-tin"),
        ("editor", f"/ban-tin/{stage.approved()}"),
        ("auditor", f"/ban-tin/{bulletin_id}"),
        ("editor", f"/ban-tin/{bulletin_id}/sua"),
    ):
        assert "microphone=()" in sign_in(name).get(path).headers[policy]


def test_a_strangers_recording_is_not_read(app, client, stage):
    app.config["WTF_CSRF_ENABLED"] = True  # its guard reads the form before anybody asks who sends it
    answer = client.post(
        f"/ban-tin/{stage.draft()}/thu-am",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(RECORDING_MOST)},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("size", [RECORDING_MOST + 2 * 1024 * 1024, 10**12])
def test_a_server_that_lets_more_through_is_stopped_by_the_application(size, sign_in, stage):
    bulletin_id = stage.draft()
    answer = sign_in("editor").post(
        f"/ban-tin/{bulletin_id}/thu-am",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(size)},
    )
    assert answer.status_code == 413
    assert "hãy xuất thành MP3 hoặc M4A" in answer.text
    assert stage.page(bulletin_id).tracks == ()
