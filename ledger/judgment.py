"""How an account stands by the evaluation of a moment: by no other is it warned or liquidated."""

from ledger.holding import Account
from ledger.instants import Instant
from ledger.margin_book import book_of
from ledger.margin_standing import Evaluation, Standing, standing_of
from ledger.numbers import ZERO
from ledger.situation import Situation


def judged(
    situation: Situation, account: Account, instrument: str | None, at: Instant
) -> Standing | None:
    """Give how an account stands; None where its evaluation is of another moment or state.

    `instrument` names an isolated position. Who has nothing to be margined needs no evaluation.
    """
    flat = book_of(situation, account).book is None
    if instrument is not None:
        flat = not account.position(instrument).quantity
    if flat:
        return Standing(ZERO, ZERO)
    latest = situation.of(Evaluation, account.name).latest
    book = book_of(situation, account, at).book
    if latest is None or latest.at != at or book is None:
        return None
    return standing_of(book, latest, instrument)
