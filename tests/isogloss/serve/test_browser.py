"""The page in a real browser, where Chromium and its driver are installed (Debian: chromium, chromium-driver)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph
from tests.isogloss.serve.conftest import SCRIPT
from tests.isogloss.serve.site import Site, served

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="needs chromium and chromedriver on the path")

Browser = webdriver.Chrome


def opened(folder: Path, *, scripts: bool = True) -> Browser:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for option in (*OPTIONS, f"--user-data-dir={folder}"):
        options.add_argument(option)
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, Service(DRIVER, env={**os.environ, "no_proxy": "*"}))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    driver = opened(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that runs no scripts."""
    driver = opened(tmp_path_factory.mktemp("plain"), scripts=False)
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def _laptop(request: pytest.FixtureRequest) -> None:
    for name in {"browser", "plain"} & set(request.fixturenames):
        screen(request.getfixturevalue(name), 1280)


def screen(driver: Browser, width: int, *, dark: bool = False) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def one(driver: Browser, selector: str) -> WebElement:
    return WebDriverWait(driver, 15).until(lambda where: where.find_element(By.CSS_SELECTOR, selector))


def until(driver: Browser, script: str) -> Any:
    return WebDriverWait(driver, 15).until(lambda where: where.execute_script(f"return {script}"))


def log(driver: Browser) -> list[str]:
    """What the browser complained about since it was asked last."""
    entries: Any = driver.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in entries]


def test_a_word_is_completed_and_chosen_with_keys(browser: Browser, site: Site) -> None:
    browser.get(site.address)
    box = one(browser, "#word")
    assert browser.switch_to.active_element == box
    box.send_keys("KIS")
    assert one(browser, "#completions li").text.split() == ["kissa", "fi"]
    assert box.get_attribute("aria-expanded") == "true"
    box.send_keys(Keys.ARROW_DOWN)
    assert box.get_attribute("aria-activedescendant") == one(browser, '[aria-selected="true"]').get_attribute("id")
    box.send_keys(Keys.ENTER)
    until(browser, "location.pathname === '/word'")
    assert one(browser, "h1").text == "kissa fi"
    assert browser.current_url.endswith("/word?word=kissa&lang=fi")


def test_escape_closes_the_list_and_a_slash_goes_to_the_box(browser: Browser, site: Site) -> None:
    browser.get(f"{site.address}/word?word=dog&lang=en")
    one(browser, "body").send_keys("/")
    box = one(browser, "#word")
    assert browser.switch_to.active_element == box
    box.send_keys("h")
    assert one(browser, "#completions li")
    box.send_keys(Keys.ESCAPE)
    until(browser, "document.querySelector('#completions').hidden")


def test_paths_open_at_a_click_and_lead_on(browser: Browser, site: Site) -> None:
    browser.get(f"{site.address}/word?word=cat&lang=en&to=fi")
    path = browser.find_element(By.CSS_SELECTOR, ".paths")
    assert not path.is_displayed()
    one(browser, "summary").click()
    assert path.is_displayed()
    assert "Other says" in path.text
    path.find_element(By.LINK_TEXT, "chat").click()
    until(browser, "document.querySelector('h1').innerText.startsWith('chat')")


def test_languages_have_their_names(browser: Browser, site: Site) -> None:
    browser.get(site.address)
    assert until(browser, "document.querySelector('option[value=fi]').text") == "Finnish"


def test_the_picture_is_walked_with_the_keyboard(browser: Browser, site: Site) -> None:
    browser.get(f"{site.address}/near?word=dog&lang=en")
    browser.execute_script("document.querySelector('svg .node').focus()")
    one(browser, "body").send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert "node" in (focused.get_attribute("class") or "") or "node" in browser.execute_script(
        "return document.activeElement.getAttribute('class')"
    )
    where = browser.execute_script("return document.activeElement.getAttribute('href')")
    focused.send_keys(Keys.ENTER)
    until(browser, f"location.pathname + location.search === {where!r}")


def test_words_from_right_to_left_stand_so(browser: Browser, site: Site) -> None:
    browser.get(f"{site.address}/word?word={quote('كلب')}&lang=ar")
    assert until(browser, "getComputedStyle(document.querySelector('h1 .w')).direction") == "rtl"
    assert browser.execute_script("return getComputedStyle(document.querySelector('#word')).direction") == "rtl"
    assert browser.execute_script("return getComputedStyle(document.querySelector('main')).direction") == "ltr"


@pytest.mark.parametrize("path", ["/", "/word?word=dog&lang=en", "/near?word=dog&lang=en", "/coverage", "/compare"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_is_no_wider_than_the_screen(browser: Browser, site: Site, path: str, width: int) -> None:
    screen(browser, width)
    browser.get(site.address + path)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


CONTRAST = """
const light = (colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = light(getComputedStyle(document.body).backgroundColor);
const written = document.querySelectorAll("main a, main p, main span, main h1, svg text");
return Math.min(...[...written].map((one) => {
  const style = getComputedStyle(one);
  const own = light(one.tagName === "text" ? style.fill : style.color);
  return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
}));
"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/word?word=dog&lang=en", "/near?word=dog&lang=en", "/sources"])
def test_text_stands_out_by_day_and_night(browser: Browser, site: Site, path: str, dark: bool) -> None:
    screen(browser, 1280, dark=dark)
    browser.get(site.address + path)
    assert browser.execute_script(CONTRAST) >= 4.5  # WCAG 2, level AA


def test_everything_works_without_scripts(plain: Browser, site: Site) -> None:
    plain.get(site.address)
    box = one(plain, "#word")
    box.send_keys("Hound")
    box.send_keys(Keys.ENTER)
    WebDriverWait(plain, 15).until(lambda where: "/word?word=hound&lang=en" in where.current_url)
    plain.find_element(By.LINK_TEXT, "chien").click()
    WebDriverWait(plain, 15).until(lambda where: "word=chien" in where.current_url)
    plain.find_element(By.PARTIAL_LINK_TEXT, "Picture").click()
    assert one(plain, "svg .node")


def test_hostile_words_run_nothing_and_load_nothing(browser: Browser, hostile: Site) -> None:
    log(browser)
    for path in ("/word?word=word&lang=en", "/word?word=word&lang=en&to=fr", "/near?word=word&lang=en", "/sources",
                 f"/concept?key={quote(SCRIPT)}", f"/word?lang=fr&word={quote(SCRIPT)}"):  # fmt: skip
        browser.get(hostile.address + path)
        for details in browser.find_elements(By.CSS_SELECTOR, "details"):
            browser.execute_script("arguments[0].open = true", details)
        assert browser.execute_script("return typeof hacked") == "undefined"
        loaded = browser.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")
        assert all(name.startswith(hostile.address) for name in loaded), loaded
    box = one(browser, "#word")
    box.clear()
    box.send_keys("<scr")
    assert "<script>" in one(browser, "#completions li").text
    assert browser.execute_script("return typeof hacked") == "undefined"
    assert not log(browser)


def test_doubtful_translations_are_judged_with_single_keys(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as words:
        rows = (Pair("bird", "oiseau", 0.9), Pair("bird", "avion", 0.45), Pair("owl", "hibou", 0.4))
        words.add(Dictionary("en", "fr", rows, Origin("induced en-fr", "CC0-1.0", "induced")))
    with served(path, "--edit") as site:
        browser.get(f"{site.address}/edit/doubts?lang=en&to=fr&kind=computed")
        for key, place in (("s", 1), ("b", 0), ("r", 1), ("a", 2)):
            one(browser, "body").send_keys(key)
            until(
                browser, f"location.search.includes('at={place}') || {place} === 0 && !location.search.includes('at=1')"
            )
        with open_graph(path) as graph:
            assert [*graph.translate("bird", "en", "fr").words] == ["oiseau"]
            assert graph.translate("owl", "en", "fr")[0].probability > 0.9
