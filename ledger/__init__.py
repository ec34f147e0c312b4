"""The write side of the book of record: commands and facts in, immutable events out."""
