//! Memory that this process has needed.
//!
//! Source: Linux, proc(5): `VmHWM` of `/proc/self/status` is the highest resident set so far, in kB of 1,024 bytes; writing 5
//! to `/proc/self/clear_refs` sets it to the present one. Other systems tell nothing here.

use crate::output::peak_memory_bytes;

/// Does the work; returns its result and the highest resident set of the process meanwhile, bytes, where the system tells.
pub(super) fn peak_of<T>(work: impl FnOnce() -> T) -> (T, Option<u64>) {
    // Where the mark cannot be set back, it covers the whole life of the process: more than was needed, never less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let done = work();
    (done, peak_memory_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_peak_of_a_large_piece_of_work_shows_it() {
        const LARGE: usize = 192 << 20;
        let (sum, peak) = peak_of(|| vec![1u8; LARGE].iter().map(|&x| u64::from(x)).sum::<u64>());
        assert_eq!(sum, LARGE as u64);
        let peak = peak.unwrap();
        assert!(peak >= LARGE as u64, "{peak}");
    }
}
