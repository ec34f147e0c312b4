"""Measures the ledger beside the raw limit of its databases, in the same minute and rows."""
