"""A toy venue, for demonstrations and tests only: it shows how a matching engine is mirrored.

No part of the ledger: nothing but `ledger demo` and tests call it, and nothing trades on it. It
asks and reports through the public commands alone, as any engine would. Read `order.py` for what
may happen, `matcher.py` for the rules, `venue.py` for how it talks to the ledger.
"""
