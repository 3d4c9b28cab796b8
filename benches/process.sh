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

# A trace ten times as long must not need more memory: the same jobs a day for 30 and 300 days, in one file each.
jobs() {
    awk -v days="$1" 'BEGIN {
        srand(1)
        print "submit_s,gpus,run_s"
        for (n = 0; n < days * 2000; n++) printf "%.0f,%d,%.0f\n", n * 43.2, 2 ^ int(6 * rand() ^ 2), 60 - 4000 * log(1 - rand())
    }'
}
for days in 30 300; do
    jobs "$days" > "$out/jobs.csv"
    cat > "$out/trace.toml" <<TOML
name = "trace"
[run]
days = $days
step_s = 300
record_s = 3600
[site]
climate = "dulles"
[[hall]]
name = "hall"
server = "hgx-h100"
racks = 32
servers_per_rack = 4
[hall.cooling.direct_water]
[heat_rejection.tower]
setpoint_c = 30
[workload.trace.jobs]
file = "jobs.csv"
TOML
    target/release/coldaisle run "$out/trace.toml" -o "$out/r" -q
    echo "trace of $days days, $((days * 2000)) jobs: $(value cpu_s) s of processor time, $(value peak_memory_mb) MB"
done
