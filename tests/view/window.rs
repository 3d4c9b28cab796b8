//! A window under Xvfb: clicked, dragged, closed and opened again.

use super::*;

/// Ends a program that the test started.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        println!("skipped: no {program}");
    }
    found
}

/// Waits up to two minutes.
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(
            began.elapsed() < Duration::from_mins(2),
            "{what}: not within two minutes"
        );
        sleep(Duration::from_millis(200));
    }
}

/// A window in which a slider is dragged and a rack is clicked: the session holds the command and runs again, and the
/// panel at the right shows the rack.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one session, from its window to its bytes"
)]
fn a_window_is_clicked_and_its_session_runs_again() {
    if !has_vulkan() || !has("Xvfb") || !has("xdotool") {
        return;
    }
    let lab = lab();
    let folder = lab.path();
    let display = format!(":{}", 200 + std::process::id() % 700);
    let quiet = |command: &mut Command| {
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        Ends(command.spawn().unwrap())
    };
    let screen = ["-screen", "0", "1280x720x24", "-nolisten", "tcp"];
    let _screen = quiet(Command::new("Xvfb").arg(&display).args(screen));
    let xdo = |arguments: &[&str]| {
        let done = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &display)
            .output();
        done.unwrap()
    };
    until("a display", || {
        xdo(&["getdisplaygeometry"]).status.success()
    });
    let arguments = ["small.toml", "--camera", "hall", "--record", "session.toml"];
    let open = |arguments: &[&str]| {
        let mut window = view(folder, arguments);
        window
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY")
            .env("XDG_CONFIG_HOME", folder.join("config"));
        quiet(&mut window)
    };
    let found = |id: &mut String| {
        let found = xdo(&["search", "--onlyvisible", "--name", "coldaisle"]);
        let names = String::from_utf8_lossy(&found.stdout);
        names.lines().next().unwrap_or("").clone_into(id);
        found.status.success() && !id.is_empty()
    };
    let window_open = open(&arguments);
    let mut id = String::new();
    until("a window", || found(&mut id));
    until("a first session", || folder.join("session.toml").is_file());
    sleep(Duration::from_secs(4));
    xdo(&["windowfocus", &id]);
    let pngs = || -> Vec<PathBuf> {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = entries
            .filter(|path| path.extension().is_some_and(|e| e == "png"))
            // Pictures end in their time, the charts cut out of them in a word.
            .filter(|path| {
                path.to_string_lossy()
                    .trim_end_matches(".png")
                    .ends_with(char::is_numeric)
            })
            .collect();
        all.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
        all
    };
    let export = |id: &str| {
        for png in pngs() {
            fs::remove_file(png).unwrap();
        }
        xdo(&["key", "--window", id, "x"]);
        // It is there before it is complete.
        until("an exported picture", || {
            pngs().first().is_some_and(|png| try_read(png).is_some())
        });
        read(&pngs()[0])
    };
    // The clock is stopped, so that only what is clicked changes.
    xdo(&["key", "--window", &id, "space"]);
    sleep(Duration::from_secs(1));
    // The weather slider: its middle is zero offset.
    xdo(&["mousemove", "1100", "189", "mousedown", "1"]);
    sleep(Duration::from_millis(600));
    xdo(&["mousemove", "1125", "189"]);
    sleep(Duration::from_millis(600));
    xdo(&["mousemove", "1130", "189"]);
    sleep(Duration::from_millis(600));
    xdo(&["mouseup", "1"]);
    let session = || fs::read_to_string(folder.join("session.toml")).unwrap();
    until("a command in the session", || {
        session().contains("warmer_k")
    });

    let before = export(&id);
    let panel = |image: &Image| pixels(image, [1010, 60, 1270, 250]);
    // Some of these points are racks, some the aisle between them.
    let clicked = [330, 345, 360, 375].into_iter().any(|y| {
        xdo(&["mousemove", "640", &y.to_string()]);
        sleep(Duration::from_millis(400));
        xdo(&["click", "1"]);
        sleep(Duration::from_millis(800));
        let after = export(&id);
        let changed = panel(&before)
            .into_iter()
            .zip(panel(&after))
            .filter(|(a, b)| a != b);
        changed.count() > 2000
    });
    assert!(clicked, "no click changed the panel");
    // The way of colouring is remembered.
    xdo(&["key", "--window", &id, "c"]);
    let remembered = folder.join("config/coldaisle/view.toml");
    until("a remembered colour", || {
        fs::read_to_string(&remembered).is_ok_and(|text| text.contains("colour = \"margin\""))
    });
    // So is a panel that is folded away: the next window comes without it.
    xdo(&["key", "--window", &id, "bracketright"]);
    until("a remembered panel", || {
        fs::read_to_string(&remembered).is_ok_and(|text| {
            text.contains("hidden = [false, true]")
                && text.contains("theme = \"dark\"")
                && text.contains("size = [1280, 720]")
        })
    });
    drop(window_open);
    let again = open(&["small.toml", "--camera", "hall"]);
    until("a second window", || found(&mut id));
    sleep(Duration::from_secs(6));
    xdo(&["windowfocus", &id]);
    let without = export(&id);
    let dark = |image: &Image| {
        let all = pixels(image, [1010, 60, 1270, 560]);
        all.into_iter().filter(|c| *c == [20, 25, 30]).count()
    };
    assert!(dark(&before) > 20_000 && dark(&without) < 5_000);
    drop(again);
    // Nothing named: a built-in example, and its session says how to run it again.
    let first = open(&["--record", "first.toml"]);
    let scenario = folder.join("first-scenario.toml");
    until("a first look", || {
        let session = fs::read_to_string(folder.join("first.toml"));
        session.is_ok_and(|text| text.contains("run first-scenario.toml --commands first.toml"))
    });
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/phoenix-air.toml");
    assert_eq!(fs::read(scenario).unwrap(), fs::read(built_in).unwrap());
    drop(first);

    let run = |out: &str, more: &[&str]| {
        let base = ["run", "small.toml", "-q", "-o", out];
        let arguments = [&base[..], more].concat();
        let mut command = Command::new(env!("CARGO_BIN_EXE_coldaisle"));
        assert!(
            command
                .args(arguments)
                .current_dir(folder)
                .status()
                .unwrap()
                .success()
        );
        fs::read_to_string(folder.join(out).join("timeseries.csv")).unwrap()
    };
    let session = ["--commands", "session.toml"];
    let (a, b, plain) = (run("a", &session), run("b", &session), run("c", &[]));
    assert!(a == b && a != plain);
}
