//! A command that is stopped reports it and leaves nothing half written.

/// What a run leaves.
pub(super) const NOTHING: &str = "nothing of this run is left, earlier results are as they were";

/// What a study leaves.
pub(super) const KEPT: &str = "finished runs are kept, and the same command goes on from there";

/// From now on Ctrl-C and a request to end remove unfinished files, report it, and end the program with 128 + the number
/// of the signal; `left` says what remains. Signals that the parent process has set to be ignored (`nohup`) stay ignored.
#[cfg(unix)]
pub(super) fn watch(left: &'static str) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let ignored = ignored();
    let handled = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let Ok(mut signals) = Signals::new(handled) else {
        return;
    };
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else {
            return;
        };
        let by = match signal {
            SIGINT => "Ctrl-C",
            SIGTERM => "a request to end (SIGTERM)",
            _ => "the end of its terminal (SIGHUP)",
        };
        crate::output::abandon();
        super::clear_line();
        super::complain(&format!("Stopped by {by}: {left}"));
        std::process::exit(128 + signal);
    });
}

#[cfg(not(unix))]
pub(super) fn watch(_: &'static str) {}

/// The mask of ignored signals, where the system reports it.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(0)
}
