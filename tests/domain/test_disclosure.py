"""Disclosures, by example: published version by version, shown, and then acknowledged."""

from typing import Any

import pytest

from ledger.client import Client
from ledger.disclosure import Document, Version
from ledger.events import (
    ClientAdmitted,
    ClientCeased,
    ClientKind,
    DisclosureAcknowledged,
    DisclosurePublished,
    DisclosureShown,
    Language,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.officers import APPROVAL, DORA, FOUNDED, ask_as, by_two
from tests.domain.scenario import NOW, Scenario, given

ENGLISH, CHINESE = "e" * 64, "f" * 64
BOTH = {Language.ENGLISH: ENGLISH, Language.CHINESE: CHINESE}
TOMORROW = Instant(NOW + DAY)
ADMITTED = ClientAdmitted(client="C1", kind=ClientKind.INDIVIDUAL, identity="vault-1")
CEASED = ClientCeased(client="C1", reason="left")


def published(
    version: int = 1, effective_from: Instant = NOW, texts: dict[Language, str] = BOTH
) -> DisclosurePublished:
    return DisclosurePublished(
        document="risks",
        version=version,
        texts=texts,
        material=True,
        asked_since=version,
        effective_from=effective_from,
        approval=APPROVAL,
    )


def publish(scenario: Scenario, version: int, **said: Any) -> Scenario:
    texts = {language.value: digest for language, digest in BOTH.items()}
    fields = {"document": "risks", "version": version, "texts": texts, "material": True, **said}
    return by_two(scenario, "PublishDisclosure", **fields)


def shown(version: int = 1, language: Language = Language.CHINESE) -> DisclosureShown:
    return DisclosureShown(
        client="C1", document="risks", version=version, language=language, channel="web"
    )


def show(
    scenario: Scenario, version: int = 1, language: str = "zh", now: Instant = NOW
) -> Scenario:
    said = {"client": "C1", "document": "risks", "version": version, "language": language}
    return scenario.when(ask_as(DORA, "ShowDisclosure", **said), now)


def acknowledge(scenario: Scenario, version: int = 1, now: Instant = NOW) -> Scenario:
    said = {"client": "C1", "document": "risks", "version": version}
    return scenario.when(ask_as(DORA, "AcknowledgeDisclosure", **said), now)


def version_at(scenario: Scenario, now: Instant) -> Version | None:
    return scenario.situation().of(Document, "risks").version(now)


def test_versions_of_a_document_count_from_one_without_a_gap() -> None:
    scenario = given(*FOUNDED)
    publish(scenario, 2).then_refused(Reason.VERSION_NOT_NEXT, "1", "2")
    publish(scenario, 1).then(published())
    publish(scenario, 1).then_refused(Reason.VERSION_NOT_NEXT, "2", "1")
    publish(scenario, 3).then_refused(Reason.VERSION_NOT_NEXT, "2", "3")
    publish(scenario, 2).then(published(2))


def test_a_version_applies_from_its_date_to_the_nanosecond() -> None:
    scenario = given(*FOUNDED, published())
    publish(scenario, 2, effective_from=write_instant(TOMORROW)).then(published(2, TOMORROW))
    before, after = version_at(scenario, Instant(TOMORROW - 1)), version_at(scenario, TOMORROW)
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (1, 2)
    assert version_at(scenario, Instant(NOW - 1)) is None


def test_no_version_comes_after_a_later_one() -> None:
    scenario = given(*FOUNDED, published(1, TOMORROW))
    publish(scenario, 2).then(published(2))
    for now in (NOW, TOMORROW):
        applies = version_at(scenario, now)
        assert applies is not None
        assert applies.number == 2


@pytest.mark.parametrize(
    ("material", "asked_since"),
    [
        ((True,), 1),
        ((False,), 1),
        ((True, False), 1),
        ((True, True), 2),
        ((False, False, False), 1),
        ((True, True, False), 2),
    ],
)
def test_clients_are_asked_again_since_the_last_material_version(
    material: tuple[bool, ...], asked_since: int
) -> None:
    scenario = given(*FOUNDED)
    for version, asks in enumerate(material, start=1):
        publish(scenario, version, material=asks)
        scenario.happen(*scenario.drafts)
    applies = version_at(scenario, NOW)
    assert applies == Version(len(material), (Language.ENGLISH, Language.CHINESE), asked_since)


def test_a_client_is_shown_the_version_that_applies_in_a_language_it_has() -> None:
    show(given(*FOUNDED, published(), ADMITTED)).then(shown())
    english_only = given(*FOUNDED, published(texts={Language.ENGLISH: ENGLISH}), ADMITTED)
    show(english_only).then_refused(Reason.LANGUAGE_MISSING, "en", "zh")
    show(english_only, language="en").then(shown(language=Language.ENGLISH))


def test_only_a_client_who_is_here_is_shown_anything_or_acknowledges_it() -> None:
    for ask in (show, acknowledge):
        nobody = ask(given(*FOUNDED, published()))
        nobody.then_refused(Reason.CLIENT_UNKNOWN, attempted="C1")
        gone = ask(given(*FOUNDED, published(), ADMITTED, shown(), CEASED))
        gone.then_refused(Reason.CLIENT_CEASED, attempted="C1")


def test_what_does_not_apply_is_neither_shown_nor_acknowledged() -> None:
    for ask in (show, acknowledge):
        unknown = ask(given(*FOUNDED, ADMITTED))
        unknown.then_refused(Reason.DOCUMENT_UNKNOWN, attempted="risks")
        not_yet = ask(given(*FOUNDED, published(1, Instant(NOW + 1)), ADMITTED))
        not_yet.then_refused(Reason.DOCUMENT_UNKNOWN, attempted="risks")
        scenario = given(*FOUNDED, published(), published(2, TOMORROW), ADMITTED, shown())
        ask(scenario, 2, now=Instant(TOMORROW - 1)).then_refused(
            Reason.VERSION_NOT_CURRENT, "1", "2"
        )
        ask(scenario, 1, now=TOMORROW).then_refused(Reason.VERSION_NOT_CURRENT, "2", "1")


def test_an_acknowledgment_says_in_which_language_and_when_the_client_was_shown_it() -> None:
    scenario = acknowledge(given(*FOUNDED, published(), ADMITTED, shown()), now=TOMORROW)
    scenario.then(
        DisclosureAcknowledged(
            client="C1",
            document="risks",
            version=1,
            language=Language.CHINESE,
            shown_at=NOW,
            channel="web",
        )
    )
    assert scenario.situation().of(Client, "C1").acknowledged == {"risks": 1}


def test_what_was_never_shown_in_this_very_version_is_not_acknowledged() -> None:
    never = acknowledge(given(*FOUNDED, published(), ADMITTED))
    never.then_refused(Reason.NEVER_SHOWN, None, "1")
    older = acknowledge(given(*FOUNDED, published(), ADMITTED, shown(), published(2)), 2)
    older.then_refused(Reason.NEVER_SHOWN, "1", "2")
