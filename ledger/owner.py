"""Whose an account is."""

from ledger.client import Client
from ledger.holding import Account
from ledger.situation import Situation


def owner_of(situation: Situation, account: Account) -> Client:
    """Give the client whose account it is; one of whom nothing is known where it is no client's."""
    return Client() if account.client is None else situation.of(Client, account.client)
