"""The fixed phrases by which the parts of an official letter are known (Decree 30/2020/NĐ-CP, appendix I)."""

from __future__ import annotations

import re

from scheduler.rules.lint.orthography import bare, is_upper

KINDS = (
    "nghị quyết", "quyết định", "chỉ thị", "quy chế", "quy định", "thông cáo", "thông báo", "hướng dẫn", "chương trình",
    "kế hoạch", "phương án", "đề án", "dự án", "báo cáo", "biên bản", "tờ trình", "hợp đồng", "công điện",
    "bản ghi nhớ", "bản thỏa thuận", "giấy ủy quyền", "giấy mời", "giấy giới thiệu", "phiếu gửi", "phiếu chuyển",
    "phiếu báo", "thư công",
)  # fmt: skip
OFFICIAL_LETTER = "công văn"
_KIND_BY_BARE = {bare(kind): kind for kind in KINDS}

END_MARK = "./."
BULLET = re.compile(r"[-–—•+*·●▪◦](?=[\s\w(“\"])\s*")
NUMBERED = re.compile(
    r"(?:(?P<article>Điều\s{1,3}\d{1,3}\s?[.:])|(?P<roman>[IVX]{1,5}[.)](?=\s))|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s))"
    r"|(?P<number>\d{1,2}[.)](?=\s))|(?P<letter>[a-zđ][.)](?=\s)))\s*"
)
CAPACITY = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.\s?(?=[A-ZÀ-ỸĐ])")
_SUBJECT_MARK = re.compile(r"(?:V/v|Về\sviệc|V/V)\s{0,3}:?\s{0,3}", re.IGNORECASE)
_BASE_OPENERS = (
    "can cu ",
    "thuc hien ",
    "theo de nghi ",
    "xet de nghi ",
    "xet to trinh ",
    "xet ",
    "tiep theo ",
    "trien khai ",
)
_MOTTO = ("cong hoa xa hoi chu nghia", "doc lap", "dang cong san viet nam")


def kind_of(line: str) -> str | None:
    """The kind of document that ``line`` names as a title (all in capitals, alone), or ``None``."""
    return _KIND_BY_BARE.get(bare(line)) if len(line) < 40 and is_upper(line) else None


def titled_kind(line: str) -> tuple[str, str] | None:
    """A title and the subject on one line ("KẾ HOẠCH Tuyên truyền …"): the kind, and the rest."""
    words = line.split()[:12]
    for count in (2, 3):
        kind = kind_of(" ".join(words[:count]))
        rest = line.split(maxsplit=count)[count:]
        if kind and rest and not is_upper(rest[0]) and not rest[0].startswith("CỦA"):
            return kind, rest[0].strip()
    return None


def is_motto(line: str) -> bool:
    """Whether ``line`` belongs to the national motto or the Party's heading."""
    plain = bare(line[:80])
    return plain.startswith(_MOTTO) or plain == "viet nam"


def is_rule(line: str) -> bool:
    """Whether ``line`` is only a drawn rule."""
    return bool(line) and not any(char.isalnum() for char in line)


def is_address(line: str) -> bool:
    """Whether ``line`` opens the addressees ("Kính gửi")."""
    return bare(line[:20]).startswith("kinh gui")


def is_copies(line: str) -> bool:
    """Whether ``line`` opens the list of who gets a copy ("Nơi nhận")."""
    return bare(line[:20]).startswith("noi nhan")


def is_capacity(line: str) -> bool:
    """Whether ``line`` says in whose place the signer signs, as "KT. CHỦ TỊCH"."""
    return CAPACITY.match(line) is not None and is_upper(line)


def is_base_opener(line: str) -> bool:
    """Whether ``line`` opens like a basis: "Căn cứ", "Thực hiện", "Theo đề nghị", "Xét đề nghị"."""
    opening = BULLET.sub("", line[:40], count=1) if line[:1] in "-–" else line[:40]
    return opening[:1].isupper() and bare(opening).startswith(_BASE_OPENERS)


def is_attachment(line: str) -> bool:
    """Whether ``line`` is the title of an attachment, which is not part of the letter."""
    return len(line) < 40 and bare(line).startswith("phu luc") and (is_upper(line) or len(line.split()) <= 3)


def subject_after_mark(line: str) -> str | None:
    """What follows "V/v" or "Về việc" in ``line``, or ``None`` when it does not open so."""
    found = _SUBJECT_MARK.match(line)
    return line[found.end() :] if found else None


def starts_item(line: str) -> bool:
    """Whether ``line`` opens a bullet or a numbered item."""
    return BULLET.match(line) is not None or NUMBERED.match(line) is not None
