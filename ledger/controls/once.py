"""What is found the first time that it is asked for, and remembered: `once`, on methods."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - it is read as the decorator that it is
    """Find something the first time that it is asked for, and remember it.

    As `functools.cached_property`, which takes a lock each time before Python 3.12: an order asks
    a dozen times, in a tenth of what it may take in all.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__

    def __get__(self, attempt: Any, owner: type[Any] | None = None) -> T:
        found = self._find(attempt)
        attempt.__dict__[self._name] = found
        return found
