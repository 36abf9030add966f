"""Writes a table of invented order lines: data.py TABLE ROWS CUSTOMERS FOLDER

Every table has the same columns (COLUMNS) and the same skew; the tables differ in what is said at TABLES. A chunk of rows is
made from a seed of its own and written at once, so a table of any size takes little memory and is the same wherever it is made.
"""

import os
import shutil
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

SEED = 42
FILES = 8
ROW_GROUP = 1 << 20

SEGMENTS = ["Enterprise", "Mid-Market", "SMB", "Startup", "Consumer"]
CHANNELS = ["web", "partner", "field", "inside", "marketplace"]
PRODUCTS = [f"PRD-{number:04}" for number in range(500)]
REGIONS = [f"region-{number:05}" for number in range(10_000)]

FIRST_DAY = np.datetime64("2023-01-01", "us")
MICROSECONDS = 2 * 365 * 86_400_000_000

COLUMNS = [
    ("order_id", pa.int64()),  # one order a row
    ("customer_id", pa.int64()),
    ("customer_uuid", pa.string()),  # the same customer as text
    ("product_id", pa.string()),  # 500, by Zipf's law
    ("segment", pa.string()),  # 5, each customer in one of them
    ("region", pa.string()),  # 10,000, each customer in one of them
    ("channel", pa.string()),
    ("ordered_at", pa.timestamp("us")),
    ("amount", pa.float64()),
    ("is_cross_sell", pa.bool_()),  # 18 %
    ("is_upsell", pa.bool_()),  # 10 %
]

# What makes a table special. Text ids are most of a file's bytes, so only the table that is asked by them has them.
TABLES = {
    "orders": {"uuid": True},
    "orders_plain": {},
    "orders_sorted": {"sorted": True},
    "orders_loyal": {"loyal": 0.95},
    "orders_csv": {"csv": True},
}


class Market:
    """What is fixed before the first row: who the customers are and what sells how often."""

    def __init__(self, customers, uuid):
        rng = np.random.default_rng([SEED, 0])
        self.customers = customers
        self.segment = rng.integers(0, len(SEGMENTS), customers, dtype=np.int8)
        self.region = rng.integers(0, len(REGIONS), customers, dtype=np.int16)
        self.favourite = self.products(rng.random(customers))
        self.is_loyal = rng.random(customers)
        self.uuid = uuids(rng, customers) if uuid else None

    @staticmethod
    def products(random):
        weights = np.cumsum(1 / np.arange(1, len(PRODUCTS) + 1) ** 1.1)
        return np.searchsorted(weights / weights[-1], random).clip(0, len(PRODUCTS) - 1).astype(np.int16)

    def customers_at(self, quantile):
        """Who buys: 70 % of the rows fall as the square of a random number, 30 % evenly. As the inverse of its distribution
        function, because quantiles in order then give customers in order."""
        root = (np.sqrt(0.49 + 1.2 * quantile) - 0.7) / 0.6
        return (self.customers * root * root).astype(np.int64).clip(0, self.customers - 1)


def uuids(rng, customers):
    """A text like 0b5f8a1c-…: random bytes as hexadecimal digits, with hyphens."""
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)
    text = np.empty((customers, 36), np.uint8)
    text[:] = ord("-")
    places = [place for place in range(36) if place not in (8, 13, 18, 23)]
    for high, low in zip(places[::2], places[1::2]):
        byte = rng.integers(0, 256, customers, dtype=np.uint8)
        text[:, high] = digits[byte >> 4]
        text[:, low] = digits[byte & 15]
    offsets = np.arange(0, 36 * customers + 1, 36, dtype=np.int64)
    return pa.LargeStringArray.from_buffers(customers, pa.py_buffer(offsets), pa.py_buffer(text))


def texts(codes, words):
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words)).cast(pa.string())


def chunk(market, number, first, rows, of_rows, sorted=False, loyal=0.0, **_):
    """Rows `first` to `first + rows` of a table with `of_rows`."""
    rng = np.random.default_rng([SEED, 1, number])
    place = rng.random(rows)
    # Time rises from chunk to chunk; in a table in the order of its customers, it is the customers who do.
    rising = (first + rows * rng.random(rows)) / of_rows
    customer = market.customers_at(rising if sorted else place)
    at = ((place if sorted else rising) * MICROSECONDS).astype(np.int64)
    if sorted:
        order = np.lexsort((at, customer))
        customer, at = customer[order], at[order]
    product = market.products(rng.random(rows))
    product = np.where(market.is_loyal[customer] < loyal, market.favourite[customer], product)
    event = rng.random(rows)
    columns = {
        "order_id": np.arange(first, first + rows),
        "customer_id": customer,
        "product_id": texts(product, PRODUCTS),
        "segment": texts(market.segment[customer], SEGMENTS),
        "region": texts(market.region[customer], REGIONS),
        "channel": texts(rng.integers(0, len(CHANNELS), rows), CHANNELS),
        "ordered_at": FIRST_DAY + at.astype("timedelta64[us]"),
        "amount": np.round(rng.lognormal(3.5, 1.0, rows), 2),
        "is_cross_sell": event < 0.18,
        "is_upsell": event > 0.9,
    }
    if market.uuid is not None:
        columns["customer_uuid"] = market.uuid.take(pa.array(customer)).cast(pa.string())
    schema = pa.schema([(name, type) for name, type in COLUMNS if name in columns])
    return pa.table([pa.array(columns[name]) for name in schema.names], schema=schema)


def write(table, rows, customers, folder):
    kind = TABLES[table]
    market = Market(customers, kind.get("uuid", False))
    os.makedirs(folder)
    number = 0
    for file in range(FILES):
        start, end = file * rows // FILES, (file + 1) * rows // FILES
        writer = None
        for first in range(start, end, ROW_GROUP):
            part = chunk(market, number, first, min(ROW_GROUP, end - first), rows, **kind)
            number += 1
            if writer is None:
                writer = open_writer(f"{folder}/part-{file}", part.schema, kind.get("csv", False))
            writer.write_table(part)
        if writer is not None:
            writer.close()


def open_writer(path, schema, csv):
    if csv:
        return pa.csv.CSVWriter(f"{path}.csv", schema)
    return pa.parquet.ParquetWriter(f"{path}.parquet", schema, compression="zstd")


def main():
    table, rows, customers, folder = sys.argv[1:]
    # A folder of this name is complete; what an interrupted run left goes first.
    unfinished = f"{folder}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    write(table, int(rows), int(customers), unfinished)
    os.rename(unfinished, folder)


if __name__ == "__main__":
    main()
