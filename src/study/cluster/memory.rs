//! Memory that this process has needed.
//!
//! Source: Linux, proc(5): `VmHWM` of `/proc/self/status` is the highest resident set so far, in kB of 1,024 bytes; writing 5
//! to `/proc/self/clear_refs` sets it to the present one. Other systems tell nothing here.

/// Does the work; returns its result and the highest resident set of the process meanwhile, bytes, where the system tells.
pub(super) fn peak_of<T>(work: impl FnOnce() -> T) -> (T, Option<u64>) {
    // Where the mark cannot be set back, it covers the whole life of the process: more than was needed, never less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let done = work();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    (done, highest(&status))
}

/// The highest resident set in a `/proc/PID/status`, bytes.
fn highest(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        let status = "VmPeak:\t    9000 kB\nVmHWM:\t    1716 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(highest(status), Some(1716 * 1024));
        assert_eq!(highest("VmHWM: many kB"), None);
        assert_eq!(highest(""), None);
    }

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
