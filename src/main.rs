//! The command line of coldaisle.

use std::process::ExitCode;

fn main() -> ExitCode {
    coldaisle::cli::main()
}
