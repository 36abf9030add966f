"""Opens a report in headless Chromium: no request leaves, the console stays empty, axe finds nothing, and it can be used by the keyboard, in the dark,
on a small screen, on paper, and without JavaScript. Called with the browser and the report."""

import pathlib
import sys
import urllib.parse

import axe_playwright_python
from playwright.sync_api import sync_playwright

axe = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
chromium = sys.argv[1]
page_file = pathlib.Path(sys.argv[2]).resolve()
address = page_file.as_uri()
problems = []


def need(condition, words):
    if not condition:
        problems.append(words)


def findings(page, where):
    page.evaluate(axe.read_text())
    found = page.evaluate("async () => (await axe.run(document)).violations")
    for violation in found:
        nodes = [node["target"] for node in violation["nodes"]][:3]
        problems.append(f"{where}: axe: {violation['id']} ({violation['impact']}): {violation['help']}: {nodes}")


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for scheme in ("light", "dark"):
        for width in (320, 800, 1920):
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True, bypass_csp=False)
            page = context.new_page()
            where = f"{scheme}, {width} px"
            requests, said = [], []
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(address)
            need(requests == [address], f"{where}: it asked for {requests}")
            need(said == [], f"{where}: the console says {said}")
            need(page.locator("#chooser").is_visible(), f"{where}: a segment cannot be chosen")
            wide = page.evaluate("document.documentElement.scrollWidth")
            need(wide <= width, f"{where}: the page is {wide} wide")
            # Texts of a picture that is seen do not lie over each other.
            overlaps = page.evaluate(
                """() => {
                  const found = [];
                  for (const svg of document.querySelectorAll("svg")) {
                    if (svg.closest("[hidden]")) continue;
                    const boxes = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
                    boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
                      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                      if (x > 1 && y > 3) found.push(`${one} / ${other}`);
                    }));
                    const box = svg.getBoundingClientRect();
                    boxes.forEach(([one, a]) => { if (a.left < box.left - 1 || a.right > box.right + 1) found.push(`${one} is cut`); });
                  }
                  return found;
                }"""
            )
            need(overlaps == [], f"{where}: {overlaps}")
            # The script of axe is not that of the page, and its policy keeps it out; evaluate goes around both.
            findings(page, where)
            context.close()

    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(address)
    names = page.locator("#chooser option").evaluate_all("options => options.map(option => option.value)")
    usual, other = names[0], names[-1]
    context.close()
    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(f"{address}#{urllib.parse.quote(other)}")
    seen = "views => views.map(view => view.dataset.segment)"
    shown = page.locator("[data-segment]:visible").evaluate_all(seen)
    need(other in shown and usual not in shown, f"#{other} shows {shown}")
    need(page.locator("#chosen").text_content() == other, "nothing says what was chosen")
    # By the keyboard alone: the select is reached, and changes what is shown.
    page.goto(address)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SELECT":
            break
    need(page.evaluate("document.activeElement.tagName") == "SELECT", "the keyboard does not reach the choice of a segment")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("location.hash.length > 1")
    name = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    shown = page.locator("[data-segment]:visible").evaluate_all(seen)
    need(name in shown, f"the keyboard chose {name}, and {shown} are shown")
    paper = page.pdf(format="A4")
    need(paper.startswith(b"%PDF"), "it cannot be printed")
    context.close()

    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(address)
    need(page.locator("#chooser").is_hidden(), "there is something to choose that nothing follows")
    shown = [view.get_attribute("data-segment") for view in page.locator("[data-segment]").all() if view.is_visible()]
    need(shown != [], "without a script nothing is shown")
    # The total, if there is one; else all of them.
    need(usual == "" or set(shown) == {usual}, f"without a script {shown} are shown")
    context.close()
    browser.close()

if problems:
    sys.exit("\n".join(problems))
