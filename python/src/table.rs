//! Arrow tables that Python libraries take over without a copy.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Float64Type, TimestampMillisecondType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, Float64Array, RecordBatch, RecordBatchIterator, RecordBatchReader as _,
    StringArray,
};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pyo3::exceptions::{PyKeyError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList, PyTuple, PyType};

use crate::fault::Error;

/// Rows in one piece of a table at most: text of a piece stays below the 2 GiB that its 32-bit offsets reach.
const PIECE_ROWS: usize = 1 << 24;

/// A table in Arrow's memory layout.
///
/// Libraries that know the Arrow PyCapsule interface take it as it is, without a copy: `pyarrow.table(t)`, `polars.DataFrame(t)`,
/// `pandas.DataFrame.from_arrow(t)`, `duckdb.sql("select * from t")`. Without any of them, `t.to_pydict()` and `t["column"]` give lists.
#[pyclass(frozen, module = "coldaisle", name = "Table")]
pub(crate) struct Table {
    schema: SchemaRef,
    pieces: Vec<RecordBatch>,
    warnings: Vec<String>,
}

impl Table {
    /// Columns of one length.
    pub(crate) fn of(
        columns: Vec<(String, ArrayRef)>,
        warnings: Vec<String>,
    ) -> Result<Self, Error> {
        let fields = columns
            .iter()
            .map(|(name, values)| Field::new(name, values.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let values = columns.into_iter().map(|(_, values)| values).collect();
        let piece = RecordBatch::try_new(schema.clone(), values).map_err(Error::run)?;
        Ok(Self {
            schema,
            pieces: vec![piece],
            warnings,
        })
    }

    /// What a Parquet file of the simulator holds, in one piece where that is possible.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let failed =
            |error: &dyn std::fmt::Display| Error::run(format!("{}: {error}", path.display()));
        let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(&error))?;
        let rows = builder.metadata().file_metadata().num_rows();
        let rows = usize::try_from(rows).unwrap_or(PIECE_ROWS);
        let reader = builder
            .with_batch_size(rows.clamp(1, PIECE_ROWS))
            .build()
            .map_err(|error| failed(&error))?;
        // Without the metadata of the file.
        let schema = Arc::new(Schema::new(reader.schema().fields().clone()));
        let pieces: Result<Vec<RecordBatch>, ArrowError> = reader
            .map(|piece| piece?.with_schema(schema.clone()))
            .collect();
        Ok(Self {
            pieces: pieces.map_err(|error| failed(&error))?,
            schema,
            warnings: Vec::new(),
        })
    }

    /// What a CSV file of the simulator holds: the columns of `words`, and those with a cell that is none, as text, all others as figures.
    pub(crate) fn read_csv(path: &Path, words: &[&str]) -> Result<Self, Error> {
        let failed = |error: csv::Error| Error::run(format!("{}: {error}", path.display()));
        let mut reader = csv::Reader::from_path(path).map_err(failed)?;
        let names = reader.headers().map_err(failed)?.clone();
        let records = reader.records().collect::<Result<Vec<_>, _>>();
        let records = records.map_err(failed)?;
        let columns = names.iter().enumerate().map(|(column, name)| {
            let cells = records
                .iter()
                .map(|record| record.get(column).unwrap_or(""));
            let is_word = |cell: &str| !cell.is_empty() && cell.parse::<f64>().is_err();
            let values: ArrayRef = if words.contains(&name) || cells.clone().any(is_word) {
                Arc::new(StringArray::from_iter_values(cells))
            } else {
                Arc::new(
                    cells
                        .map(|cell| cell.parse().ok())
                        .collect::<Float64Array>(),
                )
            };
            (name.to_owned(), values)
        });
        Self::of(columns.collect(), Vec::new())
    }

    /// The same with what the user should know.
    pub(crate) fn warning(mut self, warnings: Vec<String>) -> Self {
        self.warnings = warnings;
        self
    }

    /// The pieces of a column, each with the row that it begins at; none where there is no such column.
    pub(crate) fn column(&self, name: &str) -> Vec<(usize, &ArrayRef)> {
        let mut from = 0;
        let pieces = self.pieces.iter().filter_map(|piece| {
            let at = from;
            from += piece.num_rows();
            Some((at, piece.column_by_name(name)?))
        });
        pieces.collect()
    }

    fn rows(&self) -> usize {
        self.pieces.iter().map(RecordBatch::num_rows).sum()
    }
}

#[pymethods]
impl Table {
    /// The table as a capsule that holds an Arrow C stream. `requested_schema` is ignored, as the protocol allows: types
    /// stay as they are.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let pieces = self.pieces.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(pieces, self.schema.clone());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// Names and types as a capsule that holds an Arrow C schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.schema).map_err(unfit)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// Number of rows.
    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __eq__(&self, other: &Self) -> bool {
        (&self.schema, &self.pieces, &self.warnings)
            == (&other.schema, &other.pieces, &other.warnings)
    }

    /// Names of the columns, with their units.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    /// What the user should know of the figures.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// The values of a column as a list; empty cells are None.
    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyList>> {
        let Ok(index) = self.schema.index_of(column) else {
            let names = self.column_names().join(", ");
            return Err(PyKeyError::new_err(format!(
                "there is no column '{column}'; the columns are {names}"
            )));
        };
        let list = PyList::empty(py);
        for piece in &self.pieces {
            let values = piece.column(index);
            for row in 0..values.len() {
                list.append(cell(py, values, row)?)?;
            }
        }
        Ok(list)
    }

    /// A dict with a list of values for each column.
    fn to_pydict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for name in self.column_names() {
            dict.set_item(&name, self.__getitem__(py, &name)?)?;
        }
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        let (rows, names) = (self.rows(), self.column_names());
        format!("<coldaisle.Table of {rows} rows: {}>", names.join(", "))
    }

    fn __reduce__<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let this = slf.get();
        let bytes = PyBytes::new(py, &this.packed().map_err(unfit)?);
        let unpack = py.get_type::<Self>().getattr("_unpack")?;
        let parts = (bytes, this.warnings.clone()).into_pyobject(py)?;
        (unpack, parts).into_pyobject(py)
    }

    /// The reverse of pickling.
    #[classmethod]
    fn _unpack(_: &Bound<'_, PyType>, bytes: &[u8], warnings: Vec<String>) -> PyResult<Self> {
        let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(unfit)?;
        let schema = reader.schema();
        let pieces = reader.collect::<Result<_, _>>().map_err(unfit)?;
        Ok(Self {
            schema,
            pieces,
            warnings,
        })
    }
}

impl Table {
    /// As an Arrow IPC stream.
    fn packed(&self) -> Result<Vec<u8>, ArrowError> {
        let mut writer = StreamWriter::try_new(Vec::new(), &self.schema)?;
        for piece in &self.pieces {
            writer.write(piece)?;
        }
        writer.into_inner()
    }
}

fn unfit(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A cell as a Python object.
fn cell<'py>(py: Python<'py>, values: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if values.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    match values.data_type() {
        DataType::Float64 => {
            let value = values.as_primitive::<Float64Type>().value(row);
            Ok(value.into_pyobject(py)?.into_any())
        }
        DataType::UInt64 => {
            let value = values.as_primitive::<UInt64Type>().value(row);
            Ok(value.into_pyobject(py)?.into_any())
        }
        DataType::Utf8 => {
            let value = values.as_string::<i32>().value(row);
            Ok(value.into_pyobject(py)?.into_any())
        }
        DataType::Boolean => {
            let value = values.as_boolean().value(row);
            Ok(value.into_pyobject(py)?.to_owned().into_any())
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            let millis = values.as_primitive::<TimestampMillisecondType>().value(row);
            let datetime = py.import("datetime")?;
            let start = datetime.getattr("datetime")?.call1((1970, 1, 1))?;
            let kwargs = PyDict::new(py);
            kwargs.set_item("milliseconds", millis)?;
            let since = datetime.getattr("timedelta")?.call((), Some(&kwargs))?;
            start.add(since)
        }
        other => Err(PyRuntimeError::new_err(format!("a column of type {other}"))),
    }
}
