#!/usr/bin/env bash
# Runs other programs beside this one on the same task, in pairs, and prints how many times its processor time they take.
# What is not installed is left out.
#
#   benches/peers.sh [RUNS]
#
#   EnergyPlus  from PyPI:  python3 -m venv ~/peers && ~/peers/bin/pip install pyenergyplus-lbnl==25.2.0
#                           PEERS_PYTHON=~/peers/bin/python benches/peers.sh
#               or ENERGYPLUS=/path/to/energyplus (the default is the one on the path)
#   RAPS        is not on PyPI (the `raps` there is another program). Get ExaDigiT/RAPS from its repository, install it with
#               pip install -e . and name its folder: RAPS=~/RAPS RAPS_PYTHON=~/peers/bin/python benches/peers.sh
#               Its arguments are those of the command line at its commit 6c142bf; RAPS_ARGUMENTS replaces them.
#
# The tasks are alike, not the same.
#   EnergyPlus: a plant without a building carries 1 MW through a year, hourly results as CSV, the same weather file. Its
#     seconds hold the start of Python and the loading of its library, which are measured and shown, and checks of
#     its input; ours hold 34 racks of servers with their power supplies and temperatures, the electrical chain, prices
#     and an audit of each step. It iterates loops until they settle; we solve ours at once. Both take steps of 15 minutes,
#     and of an hour; figures of the year stand beside the times. benches/peers/tower.idf is the first plant; with
#     COLDAISLE_DATA the plants of its EnergyPlus runs follow.
#   RAPS: the jobs of a random day of Frontier at 15 s. It has no cooling here (its model is not public); ours cools
#     with a tower and writes jobs, racks and time series. It draws its jobs itself; we read the ones that it drew.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
runs=${1:-5}
binary=${COLDAISLE:-target/release/coldaisle}
[ -n "${COLDAISLE:-}" ] || cargo build --release -q
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Processor seconds, user and system, of a command. Where it fails its last words are shown.
cpu() {
    local TIMEFORMAT='%3U %3S'
    { time "$@" >"$folder/log" 2>&1; } 2>"$folder/times" || { echo "$*:" >&2; tail -n 5 "$folder/log" >&2; return 1; }
    awk '{ printf "%.3f\n", $1 + $2 }' "$folder/times"
}
median() { sort -g | awk '{ x[NR] = $1 } END { printf "%.3f\n", (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }
ours() { cpu "$binary" run "$1" -q -o "$folder/ours" "${@:2}"; }
figure() { awk -v group="\"$1\":" -v key="\"$2\":" '$1 == group { on = 1 } on && $1 == key { gsub(/,/, "", $2); print $2; exit }' \
    "$folder/ours/summary.json"; }

# pairs NAME TASK OURS… -- THEIRS…: both in turn, so that what else the machine does meets both.
pairs() {
    local name=$1 task=$2 mine=() n a b
    shift 2
    while [ "$1" != -- ]; do mine+=("$1"); shift; done
    shift
    rm -f "$folder"/{mine,theirs,ratio}
    for n in $(seq "$runs"); do
        a=$(ours "${mine[@]}") && b=$("$@") || return 1
        echo "$a" >>"$folder/mine"
        echo "$b" >>"$folder/theirs"
        awk -v a="$a" -v b="$b" 'BEGIN { printf "%.3f\n", b / a }' >>"$folder/ratio"
    done
    printf '%-34s %-10s %8.3f s  coldaisle %6.3f s  %7.1f ×  (%.1f to %.1f)\n' "$task" "$name" "$(median <"$folder/theirs")" \
        "$(median <"$folder/mine")" "$(median <"$folder/ratio")" "$(sort -g "$folder/ratio" | head -n 1)" "$(sort -g "$folder/ratio" | tail -n 1)"
}

# EnergyPlus
if [ -n "${ENERGYPLUS:-}" ] || command -v energyplus >/dev/null; then
    energyplus=("${ENERGYPLUS:-energyplus}")
elif "${PEERS_PYTHON:-python3}" -c 'import pyenergyplus.api' 2>/dev/null; then
    energyplus=("${PEERS_PYTHON:-python3}" benches/peers/energyplus.py)
    package=$("${energyplus[0]}" -c 'import os, pyenergyplus as p; print(os.path.dirname(p.__file__))')
fi
theirs() { rm -rf "$folder/energyplus"; cpu "${energyplus[@]}" -w "$weather" -d "$folder/energyplus" "$1"; }
# The sum of a column of its hourly results, J or m³ or W·h by what it is.
theirs_sum() {
    awk -F, -v name="$1" 'NR == 1 { for (n = 1; n <= NF; n++) if (index($n, name)) at = n } NR > 1 { sum += $at } END { print sum }' \
        "$folder/energyplus/eplusout.csv"
}
plant() { # TASK SCENARIO IDF STEP_S
    pairs EnergyPlus "$1" "$2" --set "site.weather=$weather" --set "run.step_s=$4" -- theirs "$3" || { echo "  no pair"; return 0; }
    printf '    fans %.2f MWh (coldaisle %.2f), make-up %.0f m³ (%.0f)\n' \
        "$(theirs_sum 'Cooling Tower Fan Electricity Rate' | awk '{ print $1 / 1e6 }')" "$(figure energy_mwh heat_rejection_fans)" \
        "$(theirs_sum 'Cooling Tower Make Up Water Volume')" "$(figure water_m3 makeup)"
}
if [ -n "${energyplus:-}" ]; then
    weather=${EPW:-$(ls "${package:-/nowhere}"/data/weather/*Chicago*.epw 2>/dev/null | head -n 1)}
    [ -n "$weather" ] || { weather=$folder/year.epw; awk -f benches/year.awk >"$weather"; }
    echo "weather: $(basename "$weather")"
    for steps in 4 1; do
        sed "s/TIMESTEP/$steps/" benches/peers/tower.idf >"$folder/tower.idf"
        plant "tower, a year at $((60 / steps)) min" scenarios/validation/energyplus_tower27_const.toml "$folder/tower.idf" $((3600 / steps))
    done
    for case in wc ac dry35; do
        idf=${COLDAISLE_DATA:-/nowhere}/oracles/energyplus/${case}_const.idf
        [ ! -f "$idf" ] || pairs EnergyPlus "${case}_const, a year at 15 min" scenarios/validation/energyplus_${case}_const.toml \
            --set "site.weather=$weather" -- theirs "$idf"
    done
    if [ ${#energyplus[@]} -eq 2 ]; then
        echo "    of EnergyPlus's seconds the start of Python and the library: $(for n in $(seq "$runs"); do cpu "${energyplus[@]}"; done | median) s"
    fi
else
    echo "EnergyPlus is not installed: the head of this file says how"
fi

# RAPS
if [ -n "${RAPS:-}" ]; then
    read -r -a arguments <<<"${RAPS_ARGUMENTS:-main.py run --system frontier -w random --seed 42 -t 24h --time-delta 15 --noui}"
    raps() { (cd "$RAPS" && cpu "${RAPS_PYTHON:-python3}" "${arguments[@]}"); }
    pairs RAPS "Frontier's random day at 15 s" scenarios/validation/raps_frontier_random.toml -- raps || echo "  no pair: RAPS did not run"
else
    echo "RAPS is not named: the head of this file says how"
fi
