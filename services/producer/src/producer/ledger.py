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
    # Producers before this one wrote entries without them.
    topic_id: str | None = None
    end_offsets: Offsets | None = None
    void: bool = False

    def ended(self, ends: Offsets) -> "Entry":
        """Return the entry of a source whose last row is in the topic, which ends at `ends`."""
        return self.model_copy(update={"done": True, "end_offsets": ends})

    def voided(self) -> "Entry":
        """Return the entry of a session whose acknowledged rows are no longer in the topic."""
        return self.model_copy(update={"void": True})


@dataclass(frozen=True)
class Extent:
    """The topic's identity, the first offset of each of its partitions, and the one after its last."""

    topic_id: str
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
        entries = [Entry.model_validate_json(value) for value in latest.values() if value]
    except ValidationError as error:
        raise Mistake(
            f"The ledger topic holds what no producer wrote ({error.errors()[0]['msg']}): "
            "delete that topic and start again; rows that Kafka then holds twice are set aside."
        ) from None
    return {entry.source: entry for entry in entries}


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
    if not _is_in(entry, extent.topic_id):
        raise strange(entry, topic)
    if not entry.done and entry.partitions != extent.partitions:
        raise Mistake(
            f"Run {entry.run} of {entry.file} began with {entry.partitions} partitions and topic {topic} now has "
            f"{extent.partitions}, so it cannot go on where it stopped: {_way_out(entry)}"
        )
    if entry.void or not _has_room_for(entry, extent):
        raise strange(entry, topic)


def strange(entry: Entry, topic: str) -> Mistake:
    """Return the mistake of a topic that does not hold what the entry's run sent."""
    return Mistake(
        f"Topic {topic} is not the one into which run {entry.run} of {entry.file} was streamed (recreated, "
        f"restored from an older copy, or trimmed): {_way_out(entry)}"
    )


def _way_out(entry: Entry) -> str:
    return f"set RUN={entry.run + 1} to stream {entry.file} again from its first row."


def _is_in(entry: Entry, topic_id: str) -> bool:
    """Tell whether the entry's session began in the topic with this id, as far as the entry knows."""
    return entry.topic_id in {None, topic_id}


def _has_room_for(entry: Entry, extent: Extent) -> bool:
    """Tell whether the offsets allow that the session began there, and that all rows followed where it is done."""
    offsets = list(zip(extent.begins, entry.start_offsets, extent.ends, strict=False))
    if entry.done:
        return sum(extent.ends) >= entry.rows and all(start <= end for _, start, end in offsets)
    return all(begin <= start <= end for begin, start, end in offsets)


def as_found(entry: Entry, extent: Extent) -> Entry:
    """Return the entry, unfinished again where the topic has lost its end since.

    The broker leaves writing to the disk to the system: a power failure may take the last rows and spare the ledger.
    What each partition still has are the run's first rows, so the run can go on behind them.
    """
    ends = entry.end_offsets or ()
    is_shorter = any(now < then for now, then in zip(extent.ends, ends, strict=False))
    return entry.model_copy(update={"done": False}) if is_shorter else entry


def bounds(entry: Entry, others: Iterable[Entry], extent: Extent) -> Offsets:
    """Return, per partition, the offset below which the entry's session stands: where another one began, or the end."""
    known = [other for other in others if other.source != entry.source and _is_in(other, extent.topic_id)]
    starts = [other.start_offsets for other in known]
    return tuple(
        min((later[p] for later in starts if p < len(later) and start < later[p] <= end), default=end)
        for p, (start, end) in enumerate(zip(entry.start_offsets, extent.ends, strict=True))
    )


def remaining(
    lines: Iterable[Line], partition_of: Callable[[bytes], int], reached: Mapping[int, int] | Offsets
) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield partition, row, key and record of the lines above the row that their partition has reached."""
    for row, key, record in lines:
        partition = partition_of(key)
        if row > reached[partition]:
            yield partition, row, key, record
