"""What the ledger topic knows about each source, and what that means for the run that is asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from producer.mistake import Mistake
from producer.record import Line

type Offsets = tuple[int, ...]
"""One number per partition, in the order of the partitions."""


class Entry(BaseModel):
    """The latest session of a source: rows up to `resume_rows` stood in the topic when it began at `start_offsets`."""

    model_config = ConfigDict(frozen=True)

    source: str
    run: int
    file: str
    rows: int
    partitions: int
    start_offsets: Offsets
    resume_rows: Offsets
    done: bool

    def ended(self) -> "Entry":
        """Return the entry of a source whose last row is in the topic."""
        return self.model_copy(update={"done": True})


@dataclass(frozen=True)
class Extent:
    """First offset of each partition of the topic, and the one after its last."""

    begins: Offsets
    ends: Offsets

    @property
    def partitions(self) -> int:
        """How many partitions the topic has."""
        return len(self.ends)


def read(messages: Iterable[tuple[bytes, bytes | None]]) -> dict[str, Entry]:
    """Return the latest entry of each source from the ledger's messages (key, value) in their order."""
    latest = dict(messages)
    try:
        return {key.decode(): Entry.model_validate_json(value) for key, value in latest.items() if value}
    except ValidationError as error:
        raise Mistake(
            f"The ledger topic holds what no producer wrote ({error.errors()[0]['msg']}): "
            "delete that topic and start again; rows that Kafka then holds twice are set aside."
        ) from None


def is_over(entry: Entry | None, run: int) -> bool:
    """Tell whether this run is over: RUN=2 streams a source exactly one more time, however often it is started."""
    return entry is not None and (entry.run > run or (entry.run == run and entry.done))


def farewell(entry: Entry, file: str, run: int) -> str:
    """Return the sentence for a run that is over."""
    same = f" (as {entry.file})" if entry.file != file else ""
    if entry.done:
        return (
            f"{file} was streamed completely before{same}, in run {entry.run}: nothing to send; "
            f"set RUN={entry.run + 1} to stream it again."
        )
    return (
        f"{file} is already in run {entry.run}{same}, which is not complete: nothing to send for RUN={run}; "
        f"set RUN={entry.run} to go on with it."
    )


def check(entry: Entry, topic: str, extent: Extent) -> None:
    """Refuse a topic that is not, or no longer, the one in which the entry's session began."""
    way_out = f"set RUN={entry.run + 1} to stream {entry.file} again from its first row."
    if not entry.done and entry.partitions != extent.partitions:
        raise Mistake(
            f"Run {entry.run} of {entry.file} began with {entry.partitions} partitions and topic {topic} now has "
            f"{extent.partitions}, so it cannot go on where it stopped: {way_out}"
        )
    if not _has_room_for(entry, extent):
        raise Mistake(
            f"Topic {topic} is not the one into which run {entry.run} of {entry.file} was streamed (recreated, "
            f"restored from an older copy, or trimmed): {way_out}"
        )


def _has_room_for(entry: Entry, extent: Extent) -> bool:
    """Tell whether the offsets allow that the session began there, and that all rows followed where it is done."""
    offsets = list(zip(extent.begins, entry.start_offsets, extent.ends, strict=False))
    if entry.done:
        return sum(extent.ends) >= entry.rows and all(start <= end for _, start, end in offsets)
    return all(begin <= start <= end for begin, start, end in offsets)


def bounds(entry: Entry, others: Iterable[Entry], ends: Offsets) -> Offsets:
    """Return, per partition, the offset below which the entry's session stands: where another one began, or the end."""
    starts = [other.start_offsets for other in others if other.source != entry.source]
    return tuple(
        min((later[p] for later in starts if p < len(later) and start < later[p] <= end), default=end)
        for p, (start, end) in enumerate(zip(entry.start_offsets, ends, strict=True))
    )


def remaining(
    lines: Iterable[Line], partition_of: Callable[[bytes], int], reached: Mapping[int, int] | Offsets
) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield partition, row, key and record of the lines above the row that their partition has reached."""
    for row, key, record in lines:
        partition = partition_of(key)
        if row > reached[partition]:
            yield partition, row, key, record
