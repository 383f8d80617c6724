"""The arguments of the erasure."""

import pytest

from common.errors import UserError
from db_init.erase import named_in


@pytest.mark.parametrize("customer", ["12345", " 12345", "O'Neill; DROP TABLE x", "Æ" * 32])
def test_a_customer_is_used_unaltered(customer: str) -> None:
    """Any text that fits the column is a customer."""
    assert named_in([customer]) == customer


@pytest.mark.parametrize("arguments", [[], [""], ["1", "2"], ["x" * 33], ["\udcff"]])
def test_wrong_arguments_are_rejected(arguments: list[str]) -> None:
    """A missing, empty, second or too long argument, or one that is not UTF-8, is a user error."""
    with pytest.raises(UserError, match="Name one customer, of at most 32 characters"):
        named_in(arguments)
