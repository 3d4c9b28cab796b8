#!/usr/bin/env bash
# Times whole processes: processor seconds and peak memory of a year at 60 s of 512 racks and 16,384 GPUs, results
# written, as `run.json` tells them. Several runs, since machines are noisy: look at the smallest and the median.
#
#   benches/process.sh [RUNS] [SCENARIO…]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
shift || true
scenarios=("$@")
[ ${#scenarios[@]} -gt 0 ] || scenarios=(scenarios/phoenix-air.toml scenarios/phoenix-immersion.toml)
cargo build --release -q
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
value() { awk -v key="\"$1\":" '$1 == key { gsub(/,/, "", $2); print $2 }' "$out/r/run.json"; }
for scenario in "${scenarios[@]}"; do
    for run in $(seq "$runs"); do
        target/release/coldaisle run "$scenario" -o "$out/r" -q
        echo "$scenario run $run: $(value cpu_s) s of processor time, $(value wall_s) s elapsed, $(value peak_memory_mb) MB"
    done
done
