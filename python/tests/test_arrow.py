"""Tables go to other libraries without a copy: the same addresses."""

import coldaisle
import duckdb
import pandas
import polars
import pyarrow
import pytest


@pytest.fixture(scope="module")
def table():
    from conftest import ROOT

    return coldaisle.run(ROOT / "examples" / "hall.toml").timeseries


def address(column: pyarrow.ChunkedArray) -> int:
    assert column.num_chunks == 1
    return column.chunk(0).buffers()[1].address


def numbers(table) -> list[str]:
    return [name for name in table.column_names if name.endswith(("_kw", "_c", "time"))]


def test_pyarrow(table):
    first, second = pyarrow.table(table), pyarrow.table(table)
    assert first.column_names == table.column_names
    assert first.schema.field("time").type == pyarrow.timestamp("ms")
    assert first.schema.field("facility_kw").type == pyarrow.float64()
    # Taken twice, it is the same memory: neither is a copy.
    for name in table.column_names:
        assert address(first[name]) == address(second[name]), name
    assert first["facility_kw"].to_pylist() == table["facility_kw"]
    assert first["time"].to_pylist() == table["time"]
    assert pyarrow.schema(table) == first.schema


def test_polars(table):
    arrow, frame = pyarrow.table(table), polars.DataFrame(table)
    assert frame.columns == table.column_names
    for name in numbers(table):
        column = frame[name].to_arrow(compat_level=polars.CompatLevel.oldest())
        assert address(pyarrow.chunked_array([column])) == address(arrow[name]), name
    assert frame["facility_kw"].to_list() == table["facility_kw"]


def test_pandas(table):
    arrow = pyarrow.table(table)
    frame = pyarrow.table(table).to_pandas(types_mapper=pandas.ArrowDtype)
    for name in table.column_names:
        assert address(frame[name].array.__arrow_array__()) == address(arrow[name]), name
    # numpy has no empty cells: columns that have none are taken as they are.
    frame = pandas.DataFrame.from_arrow(table)
    assert frame["facility_kw"].tolist() == table["facility_kw"]
    assert arrow["facility_kw"].chunk(0).to_numpy(zero_copy_only=True).__array_interface__["data"][0] == address(
        arrow["facility_kw"]
    )


def test_duckdb(table):
    series = table
    peak = duckdb.sql("select max(facility_kw) from series").fetchall()
    assert peak == [(max(series["facility_kw"]),)]


def test_a_table_outlives_its_result_and_its_source():
    from conftest import ROOT

    arrow = pyarrow.table(coldaisle.run(ROOT / "examples" / "hall.toml").racks)
    assert arrow["rack"].to_pylist() == [1, 2]


def test_words_and_flags_and_counts_are_typed():
    from conftest import ROOT

    jobs = pyarrow.table(coldaisle.run(ROOT / "examples" / "hall.toml").jobs)
    types = {field.name: field.type for field in jobs.schema}
    assert types["id"] == pyarrow.uint64() and types["class"] == pyarrow.string()
    assert types["completed"] == pyarrow.bool_() and types["submit"] == pyarrow.timestamp("ms")
