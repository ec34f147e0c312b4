"""The demo's day: a statement and commands of our own making, and the steps that play them."""

import random
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from projections.cli.licensed_day import licensed_files, licensed_steps
from projections.cli.lines import Line, ndjson
from projections.cli.step import Step

STATEMENT_FILE = "statement.csv"
COMMANDS_FILE = "commands.ndjson"
CORRECTION_FILE = "correction.ndjson"

HEADER = (
    "timestamp,transactTime,transactType,transactStatus,currency,network,amount,fee,"
    "walletBalance,orderID,transactID,address,marginBalance"
)


def files(seed: int) -> dict[str, str]:
    """Write every file that the steps name."""
    return {
        STATEMENT_FILE: statement(seed),
        COMMANDS_FILE: commands(),
        CORRECTION_FILE: correction(),
        **licensed_files(seed),
    }


def statement(seed: int) -> str:
    """Write a venue's statement of one account: eight days of profit, funding and transfers."""
    chance = random.Random(seed)  # noqa: S311 - a demo's dice keep no secret
    rows, balance = [HEADER], 0
    for day, lines in groupby(_lines(chance), key=itemgetter(0)):
        batch = list(lines)
        balance += sum(amount for _, _, status, amount in batch if status == "Completed")
        time = f"2026-02-{day:02}T12:00:00.000Z"
        for _, kind, status, amount in batch:
            instrument = "XBTUSD" if kind in ("RealisedPNL", "Funding") else ""
            rows.append(
                f"{time},{time},{kind},{status},XBt,,{amount},0,{balance},,"
                f"{len(rows):08}-demo,{instrument},"
            )
    return "\n".join(rows) + "\n"


def _lines(chance: random.Random) -> Iterator[tuple[int, str, str, int]]:
    yield 1, "Deposit", "Completed", 250_000_000
    for day in range(2, 7):
        yield day, "RealisedPNL", "Completed", chance.randint(-9_000_000, 12_000_000)
        yield day, "Funding", "Completed", chance.randint(-40_000, 40_000)
    yield 7, "Withdrawal", "Canceled", -50_000_000
    yield 7, "LoyaltyGift", "Completed", 10_000
    yield 8, "Withdrawal", "Completed", -100_000_000


def commands() -> str:
    """Write the commands of the day, one JSON object a line; line 5 repeats line 4."""
    withdrawal = _command("WithdrawCash", "c4", account="A1", asset="HKD", amount="250000")
    lines = (
        _command("RegisterAsset", "c1", asset="HKD", scale=2, kind="fiat"),
        _command("OpenAccount", "c2", account="A1"),
        _command(
            "ReportDeposit",
            "c3",
            account="A1",
            asset="HKD",
            amount="1000000",
            at="2026-02-11T09:30:00Z",
        ),
        withdrawal,
        withdrawal,
        _command("WithdrawCash", "c5", account="A1", asset="HKD", amount="900000"),
    )
    return ndjson(lines)


def correction() -> str:
    """Write the command that puts the deposit right."""
    line = _command(
        "CorrectMovement",
        "c6",
        account="A1",
        asset="HKD",
        corrects=DEPOSIT,
        kind="was_wrong",
        amount="1200000",
        reason="the bank advice says 1,200,000",
    )
    return ndjson([line])


def _command(name: str, command_id: str, **fields: object) -> Line:
    return {"type": name, "command_id": command_id, **fields}


DEPOSIT = 19
"""Where the deposit of A1 comes to stand in the log of this day."""


def steps() -> list[Step]:
    """List the steps of the day."""
    day = "2026-02-12T00:00:00Z"
    return [
        Step("Create an append-only log.", "init"),
        Step(
            "A venue's statement becomes a mirror account, checked line by line.",
            f"import bitmex {STATEMENT_FILE} --account M1",
        ),
        Step(
            "The same file again records nothing.",
            f"import bitmex {STATEMENT_FILE} --account M1",
        ),
        Step(
            "The books hold what the venue said after every batch.",
            f"replay against bitmex {STATEMENT_FILE}",
        ),
        Step(
            "Commands and facts; line 5 repeats line 4, line 6 asks for more than there is.",
            f"record {COMMANDS_FILE}",
        ),
        Step("The deposit of the 11th was wrong: put it right.", f"record {CORRECTION_FILE}"),
        Step(
            "Balances now, in the holder's favour; a line of unknown kind waits in suspense.",
            "show balances",
        ),
        Step(
            "What A1 held on the evening of the 11th, as known now: the correction counts.",
            f"show balances --at {day} --where account=A1",
        ),
        Step(
            "The same evening as it was known before the correction: it does not.",
            f"show balances --at {day} --known @{DEPOSIT + 2} --where account=A1",
        ),
        *licensed_steps(),
        Step("Any view can be built anew from the log.", "views rebuild balances"),
        Step("What is live is what a rebuild gives.", "views check"),
        Step("The laws hold.", "check"),
    ]
