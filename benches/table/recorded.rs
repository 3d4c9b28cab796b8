//! What was measured before, of other programs and of the kernel: `benches/recorded.csv`.

use std::path::Path;

/// Where it is.
const FILE: &str = "benches/recorded.csv";

/// Another program's time for the task of a row.
pub(crate) struct Peer {
    pub(crate) program: String,
    pub(crate) version: String,
    task: String,
    pub(crate) cpu_s: f64,
    /// The kernel's time beside it, where it was measured.
    pub(crate) kernel_s: Option<f64>,
    pub(crate) machine: String,
}

/// All of it.
pub(crate) struct Recorded {
    /// The kernel's time on the machine of reference.
    pub(crate) kernel_s: f64,
    pub(crate) machine: String,
    peers: Vec<Peer>,
}

impl Recorded {
    pub(crate) fn read() -> Result<Self, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let wrong = |error: csv::Error| format!("{FILE}: {error}");
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_path(&path)
            .map_err(wrong)?;
        let rows: Vec<Peer> = reader
            .records()
            .map(|row| peer(&row.map_err(wrong)?))
            .collect::<Result<_, _>>()?;
        let kernel = rows.iter().find(|row| row.task == "kernel");
        let kernel = kernel.ok_or(format!("{FILE} has no row of the kernel"))?;
        Ok(Self {
            kernel_s: kernel.cpu_s,
            machine: kernel.machine.clone(),
            peers: rows,
        })
    }

    /// Those that did a row's task: the row's name, or how it begins.
    pub(crate) fn peers<'a>(&'a self, row: &'a str) -> impl Iterator<Item = &'a Peer> {
        self.peers
            .iter()
            .filter(move |peer| row.starts_with(&peer.task))
    }
}

fn peer(row: &csv::StringRecord) -> Result<Peer, String> {
    let text = |at: usize| row.get(at).unwrap_or_default().trim().to_owned();
    let number = |at: usize| {
        text(at)
            .parse::<f64>()
            .map_err(|error| format!("{FILE}: {row:?}: {error}"))
    };
    Ok(Peer {
        program: text(0),
        version: text(1),
        task: text(2),
        cpu_s: number(3)?,
        kernel_s: if text(4).is_empty() {
            None
        } else {
            Some(number(4)?)
        },
        machine: text(5),
    })
}
