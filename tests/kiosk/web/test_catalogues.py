"""The catalogues of translations: complete, with the same placeholders and the plural forms of their language."""

from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

import pytest

from kiosk.languages import DEFAULT_LANGUAGES, JAPANESE_NAMES, OWN_NAMES, Language
from kiosk.reception import View
from kiosk.screen_settings import ScreenSettings
from kiosk.web import catalogues
from kiosk.web.catalogues import Catalogue, CatalogueError, catalogue_of, catalogue_path, open_catalogue
from kiosk.web.marking import plain
from kiosk.web.screens import Screens
from tests.messages.catalogue_files import TEMPLATE, template, written
from tests.messages.checks import faults_of

THERE = [language for language in Language if catalogue_path(language).exists()]


def test_the_template_has_the_texts_of_the_house_as_they_are_now() -> None:
    assert TEMPLATE.read_text("utf-8") == written(template()), "run script/messages extract"


def test_every_language_that_is_offered_without_a_setting_has_its_catalogue() -> None:
    assert {*DEFAULT_LANGUAGES} <= {Language.JAPANESE, *THERE}
    assert {*Language} == {*OWN_NAMES} == {*JAPANESE_NAMES}


@pytest.mark.parametrize("language", THERE)
def test_a_catalogue_is_complete(language: Language) -> None:
    assert faults_of(open_catalogue(language), language) == []


@pytest.mark.parametrize("language", THERE)
def test_the_head_of_a_catalogue_says_who_has_made_and_read_it(language: Language) -> None:
    head = catalogue_path(language).read_text("utf-8").partition("\nmsgid")[0]
    found = catalogue_of(language)
    assert ("No native speaker has read this catalogue yet." in head) is not found.read_by_native
    assert found.marked is (not found.read_by_native and language not in DEFAULT_LANGUAGES)


def test_the_settings_say_that_no_native_speaker_has_read_a_catalogue() -> None:
    said = str(ScreenSettings.model_fields["languages"].description)
    assert not any(catalogue_of(language).read_by_native for language in THERE)
    assert "no native speaker has read any but `ja`" in said


_ENGLISH = {
    "has other placeholders": ("{when}に用意できる見込みです。", "It will be ready."),
    "is not translated": ("おわる", ""),
    "lacks the Japanese name 資格確認書": ("資格確認書", "Eligibility certificate"),
    "has a brace that is no placeholder": ("おわる", "Finish}"),
    "has a blank too many": ("おわる", "Finish "),
    "has a reading, which is for やさしい日本語 alone": ("おわる", "終《お》わる"),
}


@pytest.mark.parametrize(("fault", "entry"), _ENGLISH.items())
def test_the_check_finds_each_fault(fault: str, entry: tuple[str, str]) -> None:
    catalog = open_catalogue(Language.ENGLISH)
    message = catalog.get(entry[0])
    assert message is not None
    message.string = entry[1]
    assert any(fault in found for found in faults_of(catalog, Language.ENGLISH))


def test_the_check_finds_a_text_that_is_not_there_one_that_is_none_and_a_plural_without_its_forms() -> None:
    catalog = open_catalogue(Language.ENGLISH)
    catalog.delete("おわる")
    catalog.add("ない文", "No such text")
    counted = next(message for message in catalog if message.pluralizable)
    counted.string = (counted.string[0],)
    found = "\n".join(faults_of(catalog, Language.ENGLISH))
    for fault in ("おわる: is not in the catalogue", "ない文: is no text of the house", "has 1 forms, not 2"):
        assert fault in found


def test_the_check_finds_a_kanji_without_its_reading() -> None:
    catalog = open_catalogue(Language.EASY_JAPANESE)
    message = catalog.get("おわる")
    assert message is not None
    message.string = "終わる"
    assert faults_of(catalog, Language.EASY_JAPANESE) == ["おわる: has no reading for 終: 終わる"]


def test_words_of_easy_japanese_stand_apart_and_its_years_are_western() -> None:
    said = [str(message.string) for message in open_catalogue(Language.EASY_JAPANESE) if message.id]
    assert not [text for text in said if re.search("令和|〜", text)]
    assert [text for text in said if text.endswith("。") and len(plain(text)) > 16 and " " not in text] == []


def test_a_catalogue_with_a_text_missing_cannot_be_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    with pytest.raises(CatalogueError, match="ko: there is no catalogue"):
        catalogue_of.__wrapped__(Language.KOREAN)
    text = (Path(catalogues.__file__).parent / "locales/en.po").read_text("utf-8")
    (tmp_path / "ko.po").write_text(text.replace('msgstr "Finish"', 'msgstr ""'), "utf-8")
    with pytest.raises(CatalogueError, match="ko: 1 texts are not translated"):
        catalogue_of.__wrapped__(Language.KOREAN)


ENGLISH_PO = (Path(catalogues.__file__).parent / "locales/en.po").read_bytes()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"", "texts are not translated"),
        (ENGLISH_PO[: ENGLISH_PO.index(b"\n\n", len(ENGLISH_PO) // 2)], "texts are not translated"),
        (b"\x00\x01 nothing of the kind", "on 0"),
        (ENGLISH_PO.replace(b'msgstr "Finish"', b'msgstr "\xff"'), "codec can't decode"),
        (ENGLISH_PO.replace(b"ready {when}.", b"ready {day}."), "has other placeholders"),
        (ENGLISH_PO.replace(b'msgstr "Finish"', b'msgstr "Finish {0.__class__}"'), "おわる has other placeholders"),
        (ENGLISH_PO.replace(b'msgstr "Finish"', b'msgstr "Finish }"'), "おわる has other placeholders"),
        (ENGLISH_PO.replace(b"plural=(n != 1)", b"plural=(n != "), "plural form"),
    ],
    ids=["empty", "cut off", "no catalogue", "no UTF-8", "another placeholder", "an attribute", "a brace", "plural"],
)
def test_a_catalogue_that_is_damaged_stops_the_start_and_not_a_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes, said: str
) -> None:
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    (tmp_path / "en.po").write_bytes(broken)
    with pytest.raises(CatalogueError, match=f"en: .*{said}"):
        catalogue_of.__wrapped__(Language.ENGLISH)


class Recording(NullTranslations):
    """Translations into Japanese itself that remember what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1)


@pytest.mark.parametrize("profile", ["clinic", "union_office"])
def test_every_text_that_is_said_is_in_the_template(
    every_screen: dict[str, View], monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    recording = Recording()
    recorded = Catalogue(Language.JAPANESE, recording, read_by_native=True, marked=False)
    monkeypatch.setattr("kiosk.web.wording.catalogue_of", lambda language: recorded)
    screens = Screens(profile=profile, languages=[Language.JAPANESE])
    for view in every_screen.values():
        screens.page(view)
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in template() if message.id}
    assert {text for text in recording.asked if re.search("[぀-ヿ一-鿿]", text)} - known == set()
    assert "" not in recording.asked  # for which gettext would return the head
