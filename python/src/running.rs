//! Work in threads of its own, while Python goes on and listens for signals.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use coldaisle::study::Progress;
use pyo3::prelude::*;
use rayon::ThreadPoolBuilder;

use crate::fault::Error;

/// Between two looks for signals: well below what a person notices.
const LISTEN: Duration = Duration::from_millis(50);

/// That of a main thread on Linux.
const STACK_BYTES: usize = 8 << 20;

/// Does `work` on `threads` threads (0: one for each core) without the GIL. A signal whose Python handler raises, as that of
/// Ctrl-C does, stops the runs through their progress, and its exception is returned when the last of them has ended. A panic
/// is a failed run.
///
/// The threads are made for the call: a process that was forked has none of those of its parent.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    threads: usize,
    work: impl FnOnce(&Progress) -> Result<T, Error> + Send,
) -> PyResult<T> {
    py.detach(|| {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK_BYTES)
            .thread_name(|number| format!("coldaisle-{number}"))
            .build()
            .map_err(Error::run)?;
        let progress = Progress::hidden();
        let (send, receive) = channel();
        pool.in_place_scope(|scope| {
            let progress = &progress;
            scope.spawn(move |_| {
                let done = catch_unwind(AssertUnwindSafe(|| work(progress)));
                // Nobody waits any more where a signal came first.
                let _ = send.send(done.unwrap_or_else(|panic| Err(panicked(&*panic))));
            });
            loop {
                match receive.recv_timeout(LISTEN) {
                    Ok(done) => return done.map_err(PyErr::from),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Err(signal) = Python::attach(|py| py.check_signals()) {
                            progress.stop();
                            return Err(signal);
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(Error::run("the run ended without a result").into());
                    }
                }
            }
        })
    })
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no reason given");
    Error::run(format!("a fault of the program, please report it: {text}"))
}

/// Panics as a fault of the program would: for the tests.
#[cfg(debug_assertions)]
#[pyfunction]
pub(crate) fn _panic(py: Python<'_>) -> PyResult<()> {
    run(py, 1, |_| panic!("on purpose"))
}
