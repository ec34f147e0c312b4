"""`ledger check exemptions`: one set of rules for all, and every override listed."""

import pytest

from ledger.events import AccountOpened, Draft, Effect, EligibilityConfirmed, OverrideGranted
from ledger.instants import SECOND, Instant, write_instant
from tests.cli.forging import (
    Forger,
    agree,
    approval_of,
    breach_of,
    figure_of,
    forging,
    proposed,
)
from tests.cli.shell import Shell


def account(name: str) -> Draft:
    return Draft(f"account-{name}", AccountOpened(account=name))


def test_one_set_of_rules_after_another_is_no_exemption(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        forger.write(account("A"))
        forger.write(account("B"), rules="later")
        forger.write(account("C"), rules="later")

    figure = figure_of("exemptions", sqlite, write)
    assert figure == "2 rulesets, one after another, for 3 accounts, 0 overrides"


def test_an_account_decided_by_rules_of_its_own_is_named(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        forger.write(account("A"), rules="now")
        forger.write(account("B"), rules="of its own")
        forger.write(account("C"), rules="now")

    said = "sequence 5: decided by the ruleset now, which was replaced before"
    assert breach_of("exemptions", sqlite, write) == said


def test_a_decision_by_older_parameters_is_named(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        agree(forger)
        forger.write(account("A"), reads={"rules": 1})
        forger.write(account("B"), reads={"rules": 2})

    said = "sequence 7: decided by parameters as of 2 records, of 1"
    assert breach_of("exemptions", sqlite, write) == said


def override(forger: Forger, seconds: int) -> OverrideGranted:
    """Have two people grant client C1 an override, for so many seconds, that is on record."""
    stamp = forger.stamp()
    granted = {
        "client": "C1",
        "override": "o-1",
        "control": "exposure",
        "reason": "hedged elsewhere",
        "until": write_instant(Instant(stamp + seconds * SECOND)),
    }
    what = proposed("GrantOverride", **granted)
    event = OverrideGranted(
        client="C1",
        override="o-1",
        control="exposure",
        reason="hedged elsewhere",
        effective_from=stamp,
        until=Instant(stamp + seconds * SECOND),
        approval=approval_of(what, stamp),
    )
    forger.agree(what, Draft("client-C1", event))
    return event


def waived(client: str) -> Draft:
    event = EligibilityConfirmed(
        account="A",
        client=client,
        product="P",
        effect=Effect.INCREASE,
        solicited=False,
        overrides=("o-1",),
    )
    return Draft("account-A", event)


def test_every_override_is_listed_with_who_agreed_on_it(sqlite: Shell) -> None:
    with forging(sqlite) as forger:
        granted = override(forger, 60)
        forger.write(waived("C1"))
    approvals, exemptions, listed = sqlite.json("check", "approvals", "exemptions")
    assert approvals["figure"] == "1 changes by two people, 0 proposals open"
    assert exemptions["figure"] == "1 ruleset for 0 accounts, 1 overrides"
    assert listed == {
        "law": "exemptions",
        "holds": "override",
        "figure": (
            "override o-1: client C1, control exposure, "
            f"from {write_instant(granted.effective_from)} until {write_instant(granted.until)}, "
            "proposed by carol, approved by max: hedged elsewhere"
        ),
        "breach": None,
    }
    assert sqlite.laws().keys() <= {"commands"}


@pytest.mark.parametrize(("client", "seconds"), [("C1", 0), ("C2", 60)])
def test_an_override_that_is_not_in_force_for_the_client_is_named(
    sqlite: Shell, client: str, seconds: int
) -> None:
    def write(forger: Forger) -> None:
        override(forger, seconds)
        forger.write(waived(client))

    said = f"sequence 6: override o-1 of client {client} was not in force"
    assert breach_of("exemptions", sqlite, write) == said
