"""Which arguments name a customer."""

import pytest

from common.errors import UserError
from db_init.erase import named_in


@pytest.mark.parametrize("customer", ["12345", " 12345", "O'Neill; DROP TABLE x", "Æ" * 32])
def test_a_customer_is_taken_as_it_is_written(customer: str) -> None:
    """Whatever the column can hold names a customer, unaltered."""
    assert named_in([customer]) == customer


@pytest.mark.parametrize("arguments", [[], [""], ["1", "2"], ["x" * 33], ["\udcff"]])
def test_what_cannot_be_a_customer_is_refused(arguments: list[str]) -> None:
    """No, an empty, a second, a too long argument and one that is no UTF-8 get a sentence."""
    with pytest.raises(UserError, match="Name one customer, of at most 32 characters"):
        named_in(arguments)
