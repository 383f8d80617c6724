"""Lines that the processor will reject: reported before they are sent, refused if there are too many."""

from common.errors import UserError
from producer.reading.facts import Facts


def described(facts: Facts) -> str:
    """Return how many lines will be rejected, and for each reason how many and the first."""
    kinds = sorted(facts.rejects.items(), key=lambda kind: -kind[1].count)
    reasons = "; ".join(
        f"{fault}: {rejects.count:,} (first: {rejects.place}, {rejects.value[:60]!r})" for fault, rejects in kinds
    )
    return f"{facts.rejected:,} of {facts.lines:,} lines will be rejected: {reasons}"


def refuse_too_many(facts: Facts, file: str, max_percent: int) -> None:
    """Raise a UserError if more than `max_percent` of the file's lines will be rejected."""
    if facts.rejected * 100 > facts.lines * max_percent:
        raise UserError(
            f"{file}: {described(facts)}. That is more than MAX_REJECTED_PERCENT={max_percent} allows, so nothing was "
            "sent: correct the file, or set MAX_REJECTED_PERCENT=100 to send it anyway."
        )
