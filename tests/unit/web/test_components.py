"""Every component rendered on one page: well-formed, escaped, and in keeping with the content security policy."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from web_gallery import ENDPOINTS, create_app

import web
from web import headers, looks

TEMPLATES = Path(web.__file__).parent / "templates"
STATIC = Path(web.__file__).parent / "static"
PAGES = ["/", "/dang-nhap", "/dang-nhap-loi", "/loi/403", "/loi/404", "/loi/500", "/loi-ngoai-cua"]
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Outline(HTMLParser):
    """Collects the tags of a page and checks that each is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in {"script", "style"} and data.strip():
            self.inline.append(data)

    def all(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attrs.get(attribute) is not None]


@pytest.fixture(scope="module")
def client():
    return create_app().test_client()


def outline(client, path: str) -> Outline:
    page = Outline()
    page.feed(client.get(path).get_data(as_text=True))
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_and_holds_nothing_inline(client, path):
    page = outline(client, path)
    assert page.inline == []
    assert page.all("style") == []
    assert [name for _, attrs in page.tags for name in attrs if name.startswith(("on", "hx-on"))] == []


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_unique_and_every_reference_has_its_target(client, path):
    page = outline(client, path)
    ids = Counter(page.all("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    referred = [name for kind in ("for", "aria-labelledby", "aria-describedby") for name in page.all(kind)]
    referred += [url[1:] for url in page.all("href") if url.startswith("#")]
    assert set(" ".join(referred).split()) <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_of_the_first_level_and_a_language(client, path):
    page = outline(client, path)
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert page.all("lang") == ["vi"]


@pytest.mark.parametrize("path", PAGES)
def test_every_static_file_that_a_page_names_is_there(client, path):
    named = {url for kind in ("href", "src") for url in outline(client, path).all(kind) if url.startswith("/static/")}
    fetched = {url for url in named if "/static/vendor/" not in url}
    assert fetched
    assert {client.get(url.partition("#")[0]).status_code for url in fetched} == {200}


def test_every_icon_that_a_page_or_a_template_names_is_in_the_sprite(client):
    sprite = set(re.findall(r'id="(i-[a-z]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    used = {url.partition("#")[2] for path in PAGES for url in outline(client, path).all("href") if "icons.svg" in url}
    written = "".join(part.read_text(encoding="utf-8") for part in TEMPLATES.rglob("*.html"))
    used |= {f"i-{name}" for name in re.findall(r'\bicon\("([a-z]+)"', written)}
    assert used <= sprite


def test_every_control_has_a_name(client):
    page = outline(client, "/")
    labelled = set(page.all("for"))
    fields = [attrs for tag, attrs in page.tags if tag in {"input", "select", "textarea"}]
    named = [attrs for attrs in fields if attrs.get("type") not in {"hidden", "checkbox", "radio"}]
    assert named
    assert {attrs["id"] for attrs in named} <= labelled


def test_every_state_stands_on_the_page(client):
    text = client.get("/").get_data(as_text=True)
    words = [seen.word for subject in ("state", "result", "readiness") for seen in looks.LOOKS[subject].values()]
    assert [word for word in words if f"</svg>{word}</span>" not in text] == []


def test_what_people_wrote_is_escaped(client):
    assert 'value="nguoi&#34;duyet&lt;1&gt;"' in client.get("/dang-nhap-loi").get_data(as_text=True)
    assert "Giữ an toàn &lt;tài khoản&gt;" in client.get("/").get_data(as_text=True)


def test_the_headers_forbid_what_the_pages_do_not_need(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; style-src 'self'; script-src 'self';")
    assert "unsafe" not in policy
    assert set(headers.HEADERS) <= set(client.get("/loi/500").headers.keys())


def test_a_fingerprinted_file_lives_long_and_another_is_asked_for_again(client):
    url = next(url for url in outline(client, "/").all("href") if "css/base.css" in url)
    assert "immutable" in client.get(url).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/base.css").headers["Cache-Control"]


@pytest.mark.parametrize(("bar", "in_sight"), [("loa-tabbar", 4), ("loa-nav", 5)])
def test_more_places_than_a_bar_holds_go_into_its_menu(bar, in_sight):
    client = create_app(roles=("editor", "approver", "admin")).test_client()
    links = client.get("/").get_data(as_text=True).partition(f'<nav class="{bar}')[2].partition("</nav>")[0]
    assert links.partition("<details")[0].count("<a ") == in_sight
    assert links.count("<a ") == 13


def test_the_bar_leaves_out_what_nothing_answers():
    client = create_app(roles=("auditor",), endpoints=tuple(set(ENDPOINTS) - {"reports.index"})).test_client()
    assert "Báo cáo" not in client.get("/").get_data(as_text=True)
