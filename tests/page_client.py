"""The page client: opens pages as a browser without script would, and holds each of them to the house rules."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette

ORIGIN = "http://testserver"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """A parsed page: its elements as (tag, attributes), the text of its headings and whether it nests soundly."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.faults: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open if tag not in {"p", "li", "option"}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # SVG elements may close themselves.
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        elif tag not in VOID:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "template"} & set(self._open):
            self.text += data
        for tag in self._open:
            if tag in {"h1", "title", "legend", "label"}:
                self.texts.setdefault(tag, []).append(data)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """The attributes of every element of this tag that has all of these attributes."""
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in attributes.items())]

    @property
    def words(self) -> str:
        """The page's visible text with its white space folded."""
        return re.sub(r"\s+", " ", self.text).strip()


def check_page(response: httpx.Response) -> Page:
    """Holds one HTML response to the house rules; returns it parsed."""
    page = Page(response.text)
    where = f"{response.request.method} {response.request.url.path}"
    assert not page.faults, f"{where}: {page.faults[:3]}"
    (html,) = page.all("html")
    assert html.get("lang") and html.get("dir") in {"ltr", "rtl"}, f"{where}: lang and dir"
    assert "".join(page.texts.get("title", [])).strip(" –").removesuffix("Delaktig").strip(" –"), f"{where}: title"
    assert len(page.all("h1")) == 1 and "".join(page.texts.get("h1", [])).strip(), f"{where}: one h1"
    _check_ids(page, where)
    _check_labels(page, where)
    _check_policy(page, response, where)
    return page


def _check_ids(page: Page, where: str) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)), f"{where}: duplicate id {sorted(i for i in ids if ids.count(i) > 1)[:3]}"
    for link in page.all("a"):
        target = link.get("href", "")
        assert not target.startswith("#") or target[1:] in ids, f"{where}: {target} leads nowhere"
    for tag, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
            for target in attributes.get(name, "").split():
                assert target in ids or "{" in target, (
                    f"{where}: <{tag} {name}> points to {target}, which is not there"
                )


def _check_labels(page: Page, where: str) -> None:
    labelled = {attributes.get("for") for attributes in page.all("label")}
    inside = _fields_inside_labels(page)
    for position, (tag, attributes) in enumerate(page.elements):
        if tag in {"input", "select", "textarea"} and attributes.get("type") not in {"hidden", "submit"}:
            named = attributes.get("aria-label") or attributes.get("aria-labelledby")
            assert named or attributes.get("id") in labelled or position in inside, f"{where}: no label {attributes}"
    for attributes in page.all("img"):
        assert "alt" in attributes, f"{where}: image without alt"


def _fields_inside_labels(page: Page) -> set[int]:
    # A label without `for` names the first field after it.
    inside = set()
    for position, (tag, attributes) in enumerate(page.elements):
        if tag == "label" and "for" not in attributes:
            following = enumerate(page.elements[position + 1 : position + 4], position + 1)
            inside |= {i for i, (t, _) in following if t in {"input", "select", "textarea"}}
    return inside


def _check_policy(page: Page, response: httpx.Response, where: str) -> None:
    for tag, attributes in page.elements:
        assert "style" not in attributes, f"{where}: inline style on <{tag}>"
        assert not [name for name in attributes if name.startswith("on")], f"{where}: inline handler on <{tag}>"
        if tag == "script":
            assert attributes.get("src", "").startswith("/assets/"), f"{where}: inline or foreign script"
        for name in ("src", "href", "action"):
            value = attributes.get(name, "")
            assert not value.startswith("//"), f"{where}: {value}"
            if tag in {"script", "img", "link", "form", "iframe"}:
                assert not value.startswith("http"), f"{where}: <{tag}> reaches for {value}"
    headers = response.headers
    assert "unsafe" not in headers["content-security-policy"], where
    assert "default-src 'none'" in headers["content-security-policy"], where
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin", where
    assert "cache-control" in headers, where


class PageClient(httpx.AsyncClient):
    """An httpx client on the app. Unsafe requests carry the headers that a browser sends from our own pages."""

    def __init__(self, app: Starlette) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url=ORIGIN, headers={"Accept": "text/html"})

    async def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        if method == "POST" and options.pop("same_origin", True):
            headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, **(options.pop("headers", None) or {})}
            options["headers"] = headers
        response = await super().request(method, url, **options)
        if method != "HEAD" and response.headers.get("content-type", "").startswith("text/html"):
            response.extensions["page"] = check_page(response)
        return response


def page_of(response: httpx.Response) -> Page:
    """The parsed page of a response that the client has opened."""
    return response.extensions["page"]  # type: ignore[no-any-return]
