"""Bytes to hash or sign: one form for one value, and nothing that two languages would write differently."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.canonical import (
    NotCanonical,
    canonical_bytes,
    clean_text,
    digest,
    format_instant,
    media_name,
    media_sha256,
    parse_instant,
)

KEYS = st.text(st.characters(max_codepoint=127, exclude_characters="\x7f"), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
        ({"x": "Mường Ảng"}, '{"x":"Mường Ảng"}'.encode()),
        ('\x07\b\t\n\f\r"\\/\x7f', b'"\\u0007\\b\\t\\n\\f\\r\\"\\\\/\x7f"'),
        ({"B": 1, "a": 2, "A": 3}, b'{"A":3,"B":1,"a":2}'),
        ([], b"[]"),
    ],
)
def test_bytes_are_those_of_rfc_8785(value: object, expected: bytes) -> None:
    assert canonical_bytes(value) == expected


@given(VALUES)
def test_canonical_bytes_tell_the_value_and_are_stable(value: object) -> None:
    content = canonical_bytes(value)
    assert json.loads(content) == value
    assert canonical_bytes(json.loads(content)) == content


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {"a": 0.5}, {1: 2}, {"ă": 1}, 2**53, -(2**53), {"a": b"x"}, "\ud800", {"a": {1, 2}}, object()],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_text_is_kept_in_one_form() -> None:
    assert clean_text("\ufeffMươ\u0300ng\r\nA\u0309ng\r") == "Mường\nẢng\n"
    assert digest(clean_text("A\u0309ng")) == digest("Ảng")


@given(st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone is given beside
def test_instants_are_read_back_to_the_millisecond(instant: datetime) -> None:
    told = format_instant(instant)
    assert told.endswith("Z")
    assert parse_instant(told) == instant - timedelta(microseconds=instant.microsecond % 1000)


def test_early_years_have_four_digits() -> None:
    assert format_instant(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"


def test_instants_are_told_in_utc() -> None:
    local = datetime(2024, 5, 8, 17, 0, tzinfo=timezone(timedelta(hours=7)))
    assert format_instant(local) == "2024-05-08T10:00:00.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "", "2024-05-08T10:00:00", "yesterday", "2024-13-01T00:00:00Z", 5, None,
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        parse_instant(text)


def test_media_are_named_by_their_hash() -> None:
    assert media_sha256(media_name("0" * 64)) == "0" * 64
    for wrong in ("", "0" * 64, "sha256:" + "0" * 63, "sha256:" + "A" * 64, "md5:" + "0" * 64, "sha256:../../etc"):
        with pytest.raises(NotCanonical):
            media_sha256(wrong)
