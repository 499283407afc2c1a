"""The reading as pages draw it, days as people type them, and what was measured in a page's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.reading import read
from web.days import NotADay, shown_day, typed_day, typed_day_or_none
from web.doubts import doubts
from web.measures import engine_word, figures
from web.spoken import as_written, live, pairs, spoken_ms

NO_TITLE = read("")


class TestLive:
    def test_what_can_not_be_read_is_marked_in_the_script_and_to_be_mended(self):
        shown = live(read("Xin chào. Hỏi Trung tâm VH-TT-TH."), NO_TITLE)
        assert shown.marks == (("Xin chào. Hỏi Trung tâm ", ""), ("VH-TT-TH", "left"), (".", ""))
        assert [(mend.sentence, mend.token, mend.start) for mend in shown.mends] == [(2, "VH-TT-TH", 24)]
        assert len(shown.sentences) == 2

    def test_a_title_that_can_not_be_read_is_told_apart(self):
        shown = live(read("Xin chào."), read("Tin VH-TT-TH"))
        assert shown.title_left == ("VH-TT-TH",)
        assert shown.mends == ()

    @given(st.text(max_size=200))
    def test_marks_spell_the_script_and_say_where_each_leftover_stands(self, text):
        reading = read(text)
        shown = live(reading, NO_TITLE)
        assert "".join(piece for piece, _ in shown.marks) == reading.source
        for mend in shown.mends:
            assert reading.source.startswith(mend.token, mend.start)
        assert len(shown.mends) == len(reading.leftovers)

    @given(st.text(max_size=200))
    def test_a_script_for_a_person_has_nothing_to_mend(self, text):
        shown = as_written(text)
        assert shown.mends == ()
        assert "".join(piece for piece, _ in shown.marks) == text


class TestDoubts:
    SCRIPT = "Xin chào.\nHuyện Mường Ắng có chuỗi chuỗi buổi họp."

    def test_doubled_words_and_near_names_are_placed(self):
        found = doubts(self.SCRIPT, ["Xã Mường Ảng"])
        assert [(doubt.text, doubt.start) for doubt in found] == [("Mường Ắng", 16), ("chuỗi chuỗi", 29)]
        assert "Mường Ảng" in found[0].message

    def test_they_are_marked_and_nothing_is_to_be_mended(self):
        shown = live(read(self.SCRIPT), NO_TITLE, doubts(self.SCRIPT, []))
        assert ("chuỗi chuỗi", "lint") in shown.marks
        assert shown.mends == ()

    def test_where_two_marks_meet_the_script_is_still_whole(self):
        script = "VH-TT-TH VH-TT-TH huyện huyện"
        reading = read(script)
        shown = live(reading, NO_TITLE, doubts(reading.source, []))
        assert "".join(piece for piece, _ in shown.marks) == script

    def test_a_leftover_shows_inside_a_sentence_that_is_too_long(self):
        reading = read(f"{'ai ở đây ' * 21}hỏi VH-TT-TH.")
        found = doubts(reading.source, [])
        assert [doubt.marked for doubt in found] == [False]
        assert ("VH-TT-TH", "left") in live(reading, NO_TITLE, found).marks

    @given(st.text(max_size=200))
    def test_any_text_has_its_doubts_where_they_stand(self, text):
        source = read(text).source
        for doubt in doubts(source, ["Xã Mường Ảng"]):
            assert source.startswith(doubt.text, doubt.start)


class TestPairs:
    def test_a_sentence_read_as_written_needs_no_second_column(self):
        (row,) = pairs(read("Bà con nhớ nhé.").paragraphs)
        assert row.say is None
        assert row.script == (("Bà con nhớ nhé.", ""),)

    def test_figures_are_marked_on_both_sides(self):
        (row,) = pairs(read("Họp lúc 8 giờ.").paragraphs)
        assert ("8", "said") in row.script
        assert row.say is not None
        assert ("tám", "said") in row.say

    @given(st.text(max_size=200))
    def test_both_columns_hold_the_whole_sentence(self, text):
        reading = read(text)
        sentences = [sentence for paragraph in reading.paragraphs for sentence in paragraph]
        for row, sentence in zip(pairs(reading.paragraphs), sentences, strict=True):
            assert "".join(piece for piece, _ in row.script) == sentence.written
            if row.say is not None:
                assert "".join(piece for piece, _ in row.say) == sentence.spoken


class TestEstimate:
    @pytest.mark.parametrize(("spoken", "expected"), [("", 0), ("– !", 0), ("một", 294), ("một hai ba, bốn.", 1176)])
    def test_syllables_over_pace(self, spoken, expected):
        assert spoken_ms(spoken) == expected


class TestDays:
    @pytest.mark.parametrize("text", ["09/05/2024", "9/5/2024", " 9.5.2024 ", "9-5-2024", "2024-05-09"])
    def test_ways_to_write_a_day(self, text):
        assert typed_day(text, "Ngày") == date(2024, 5, 9)

    @pytest.mark.parametrize("text", ["", "31/02/2024", "5/2024", "9/5/24", "mai", "٩/٥/٢٠٢٤", "0/0/0000", "9/5/20245"])
    def test_what_is_no_day_says_how_to_write_one(self, text):
        with pytest.raises(NotADay, match="Phát từ ngày: hãy ghi ngày/tháng/năm"):
            typed_day(text, "Phát từ ngày")

    def test_nothing_may_stand_for_no_day(self):
        assert typed_day_or_none("  ", "Ngày") is None

    @given(st.dates(min_value=date(1000, 1, 1)))
    def test_a_shown_day_is_read_back(self, day):
        assert typed_day(shown_day(day), "Ngày") == day


@dataclass(frozen=True)
class Sound:
    duration_ms: int = 72_000
    loudness_clufs: int = -1620
    true_peak_cdbtp: int = -140
    media_sha256: str = "a3f291c7" * 8


class TestMeasures:
    def test_an_even_sound(self):
        rows = figures(Sound())
        assert [row[:3] for row in rows[:3]] == [
            ("Thời lượng", "1:12", ""),
            ("Độ to", "−16,2 LUFS", "đạt −16 ± 0,5"),
            ("Đỉnh", "−1,4 dBTP", "không vỡ tiếng"),
        ]
        assert "a3f2 91c7 … 91c7" in rows[3][1]

    @pytest.mark.parametrize(
        ("sound", "row", "told"),
        [
            (Sound(loudness_clufs=-1651), 1, ("lệch mức −16 ± 0,5", "warn")),
            (Sound(loudness_clufs=-1650), 1, ("đạt −16 ± 0,5", "ok")),
            (Sound(true_peak_cdbtp=-99), 2, ("có thể vỡ tiếng", "warn")),
            (Sound(true_peak_cdbtp=-100), 2, ("không vỡ tiếng", "ok")),
        ],
    )
    def test_borders(self, sound, row, told):
        assert (figures(sound)[row][2], figures(sound)[row][4]) == told

    def test_an_engine_without_a_word_goes_by_its_name(self):
        assert engine_word("other") == "other"
