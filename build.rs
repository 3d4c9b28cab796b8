//! Tells the tests whether outside data is at hand: those that need it are `ignored`, and counted so, where it is not.

fn main() {
    println!("cargo::rerun-if-env-changed=COLDAISLE_DATA");
    println!("cargo::rustc-check-cfg=cfg(outside_data)");
    if std::env::var_os("COLDAISLE_DATA").is_some_and(|folder| !folder.is_empty()) {
        println!("cargo::rustc-cfg=outside_data");
    }
}
