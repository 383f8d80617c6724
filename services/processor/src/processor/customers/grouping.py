"""The steps of one grouping of the customers, inside its transaction."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.clusters.kmeans import Labels
from processor.customers.products import distinctive
from processor.customers.segments import NONE, Segments, features, segment
from processor.customers.store import Grouping, GroupingTransaction, Profile

Mask = npt.NDArray[np.bool_]
RFM = ("recency", "frequency", "monetary")


class Grouped(NamedTuple):
    """The result of a grouping: itself, its groups, and how many customers moved from one to another."""

    grouping: Grouping
    profiles: list[Profile]
    moved: int

    def groups(self) -> str:
        """Return the name and size of each group in a line."""
        return ", ".join(f"{profile.name} {profile.customers:,}" for profile in self.profiles)


def group(tx: GroupingTransaction, clusters: int) -> Grouped | None:
    """Group the customers and return the result; None where nothing is new, or too few customers differ.

    Where the number of groups changed, they get new numbers and names, and no customer counts as moved.
    """
    last = tx.lock_grouping()
    batch, as_of = tx.stream()
    if as_of is None or (batch, clusters) == (last.batch, last.segments):
        return None
    customers = tx.customers(as_of)
    stored = customers["before"].fill_null(NONE).to_numpy()
    goes_on = last.segments == clusters
    before = Segments(stored if goes_on else np.full_like(stored, NONE), tx.names(last.version) if goes_on else {})
    after = _segmented(customers, before, clusters)
    if after is None:
        return None
    grouping = Grouping(last.version + 1, batch, as_of, clusters)
    profiles = _profiles(customers, after)
    moves = _moves(customers["CustomerID"], before, after, grouping)
    tx.save_members(_members(customers["CustomerID"], after.labels, after.labels != stored))
    tx.save_moves(moves)
    tx.save_grouping(grouping, profiles)
    return Grouped(grouping, profiles, moves.num_rows)


def find_products(tx: GroupingTransaction) -> None:
    """Store what each group buys more than the others, and the products of each cluster, unless nothing is new."""
    if tx.lacks_products():
        tx.save_products(distinctive(tx.bought()))
        tx.save_cluster_products()


def _segmented(customers: pa.Table, before: Segments, clusters: int) -> Segments | None:
    """Return the groups of all customers; those who bought nothing, or returned all of it, are in none."""
    has_bought = pc.and_(pc.greater(customers["frequency"], 0), pc.greater(customers["monetary"], 0)).to_numpy()
    if not has_bought.any():
        return None
    rfm = [pc.cast(customers[name], pa.float64()).to_numpy()[has_bought] for name in RFM]
    found = segment(features(*rfm), before.labels[has_bought], before.names, clusters)
    if found is None:
        return None
    labels = np.full(customers.num_rows, NONE)
    labels[has_bought] = found.labels
    return Segments(labels, found.names)


def _members(customers: pa.ChunkedArray, labels: Labels, mask: Mask) -> pa.Table:
    """Return the groups of the customers that the mask chooses."""
    return pa.table({"CustomerID": customers.filter(pa.array(mask)), "segment": _nullable(labels[mask])})


def _moves(customers: pa.ChunkedArray, before: Segments, after: Segments, grouping: Grouping) -> pa.Table:
    """Return the customers who moved from one group to another, or to none."""
    mask = (before.labels != NONE) & (before.labels != after.labels)
    left, entered = before.labels[mask], after.labels[mask]
    return pa.table(
        {
            "version": pa.array(np.full(len(left), grouping.version)),
            "CustomerID": customers.filter(pa.array(mask)),
            "as_of": pa.array([grouping.as_of] * len(left), pa.timestamp("s")),
            "from_segment": pa.array(left),
            "from_name": pa.array(map(before.names.get, left.tolist()), pa.string()),
            "to_segment": _nullable(entered),
            "to_name": pa.array(map(after.names.get, entered.tolist()), pa.string()),
        }
    )


def _nullable(labels: Labels) -> pa.Array:
    return pa.array(labels, mask=labels == NONE)


def _profiles(customers: pa.Table, segments: Segments) -> list[Profile]:
    """Return the figures of each group."""
    everyone = customers.filter(pa.array(segments.labels != NONE))
    turnover = pc.sum(everyone["monetary"]).as_py()
    profiles = []
    for number, name in segments.names.items():
        members = customers.filter(pa.array(segments.labels == number))
        recency, frequency, monetary = (pc.cast(members[column], pa.float64()).to_numpy() for column in RFM)
        spent = pc.sum(members["monetary"]).as_py() or Decimal(0)
        profiles.append(
            Profile(
                segment=number,
                name=name,
                customers=members.num_rows,
                share=members.num_rows / everyone.num_rows,
                mean_recency=float(recency.mean()),
                median_recency=float(np.median(recency)),
                mean_frequency=float(frequency.mean()),
                median_frequency=float(np.median(frequency)),
                mean_monetary=round(spent / members.num_rows, 2),
                median_monetary=round(Decimal(float(np.median(monetary))), 2),
                turnover=spent,
                turnover_share=float(spent / turnover),
            )
        )
    return profiles
