"""Reads a report with the HTML parser of Python, checks how it is made, and prints what it says as JSON."""

import base64
import hashlib
import json
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}
problems = []


def need(condition, words):
    if not condition:
        problems.append(words)


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.ids = []
        self.references = []
        self.headings = []
        self.texts = {}
        self.seen = set()
        self.policy = None
        self.views = []
        self.big = []
        self.tables = []
        self.svgs = []
        self.items = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.seen.add(tag)
        for name, value in attributes.items():
            need(not name.startswith("on"), f"{tag} has {name}")
            need(name != "style", f"{tag} has a style of its own")
            if name in ("src", "href", "action", "data", "xlink:href"):
                need(name == "href" and (value or "").startswith("#"), f"{tag} {name}={value}")
                self.references.append(value[1:])
            if name in ("aria-labelledby", "aria-describedby", "for"):
                self.references.extend(value.split())
        if "id" in attributes:
            need(attributes["id"] not in self.ids, f"the id {attributes['id']} is there twice")
            self.ids.append(attributes["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        if tag == "html":
            need(attributes.get("lang") == "en", "the page has no language")
        if tag == "th":
            need(attributes.get("scope") in ("col", "row"), "a th has no scope")
        if tag == "script":
            need("type" not in attributes, "a script has a type")
        if "data-segment" in attributes:
            self.views.append({"segment": attributes["data-segment"], "hidden": "hidden" in attributes, "said": []})
        if "class" in attributes and "big" in attributes["class"].split():
            self.big.append("")
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "svg":
            need(attributes.get("role") == "img", "a picture is none to a screen reader")
            self.svgs.append({"title": "", "desc": "", "texts": []})
        if tag == "text":
            self.svgs[-1]["texts"].append("")
        if tag == "li":
            self.items.append("")
        if tag not in VOID:
            self.open.append((tag, attributes))

    def handle_startendtag(self, tag, attributes):
        need(any(one == "svg" for one, _ in self.open), f"{tag} is closed by a slash")
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        need(bool(self.open) and self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1:]}")
        if self.open:
            self.open.pop()

    def handle_data(self, text):
        tags = [tag for tag, _ in self.open]
        if not tags:
            need(text.strip() == "", f"text outside: {text[:40]}")
            return
        if "svg" not in tags:
            self.texts[tags[-1]] = self.texts.get(tags[-1], "") + text
        if re.fullmatch("h[1-6]", tags[-1]) or (len(tags) > 1 and re.fullmatch("h[1-6]", tags[-2])):
            self.headings[-1][1] += text
        if any("big" in (attributes.get("class") or "").split() for _, attributes in self.open):
            self.big[-1] += text
        if ("td" in tags or "th" in tags) and "table" in tags:
            self.tables[-1][-1][-1] += text
        if "svg" in tags and tags[-1] in ("title", "desc"):
            self.svgs[-1][tags[-1]] += text
        if tags[-1] == "text":
            self.svgs[-1]["texts"][-1] += text
        if "li" in tags:
            self.items[-1] += text
            if any("data-segment" in attributes for _, attributes in self.open):
                self.views[-1]["said"].append(text)


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    source = file.read()
page = Page()
page.feed(source)
page.close()
need(page.open == [], f"not closed: {page.open}")
need(source.startswith("<!DOCTYPE html>"), "there is no doctype")
for tag in ("title", "header", "main", "footer", "h1"):
    need(tag in page.seen, f"there is no {tag}")
need([level for level, _ in page.headings].count(1) == 1, "there is not one h1")
for (level, _), (following, words) in zip(page.headings, page.headings[1:]):
    need(following <= level + 1, f"a level of headings is left out before {words}")
for level, words in page.headings:
    need(words.strip() != "", f"an h{level} says nothing")
for reference in page.references:
    need(reference in page.ids, f"nothing has the id {reference}")
need(page.policy is not None and "default-src 'none'" in page.policy, "everything may be loaded")
for tag in ("style", "script"):
    need(f"{tag}-src {hashed(page.texts.get(tag, ''))}" in page.policy, f"the {tag} is not the one that may run: {hashed(page.texts.get(tag, ''))}")
need("unsafe" not in page.policy, "anything may run")
# Addresses may stand in texts, and nowhere else.
outside = page.texts.get("style", "") + page.texts.get("script", "")
need(not re.search(r"https?:|//|@import|url\(|fetch|XMLHttp|import\(", re.sub(r"^\s*//.*$", "", outside, flags=re.M)), "style or script load something")
need(not {"iframe", "object", "embed", "img", "link", "form", "base"} & page.seen, f"{page.seen}")
for svg in page.svgs:
    need(svg["title"] and svg["desc"], "a picture has no title or description")
if problems:
    sys.exit("\n".join(problems))
said = {
    "title": page.texts["title"],
    "headings": [words for _, words in page.headings],
    "big": page.big,
    "views": page.views,
    "tables": page.tables,
    "svgs": page.svgs,
    "items": page.items,
    "text": " ".join(" ".join(re.sub(r"<[^>]*>", " ", re.sub(r"<(style|script).*?</\1>", "", source, flags=re.S)).split()).split()),
}
json.dump(said, sys.stdout)
