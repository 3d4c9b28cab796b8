#!/usr/bin/env bash
# Counts the instructions of fixed runs of the release build under valgrind and holds them against benches/instructions.csv, so
# that speed cannot rot unseen. Counts do not depend on what else the machine does.
#
#   benches/instructions.sh                 compares; exit status 1 where a run needs more than its record and the allowance
#   benches/instructions.sh record          writes the record anew: after a change of speed that is meant
#   benches/instructions.sh look CASE       what a case spends its instructions on, function by function
#
# The allowance is 2 %. The same build counted eight times, from folders of other lengths and on one core or two, scatters by less
# than 0.04 %; what is left is for the compiler, which inlines a little differently after changes elsewhere. Another compiler or
# C library moves counts by more: the record names them. valgrind shows the same processor on every machine that has AVX2; loops
# for AVX-512 are not counted, nor is what a cache misses: seconds are measured by benches/table.
#
# How to profile: `look` first. For lines instead of functions, build with `cargo build --profile profiling` and say
#   COLDAISLE=target/profiling/coldaisle benches/instructions.sh look immersion_july
# For seconds: `perf record target/profiling/coldaisle run SCENARIO`, where the machine lets perf count.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
binary=${COLDAISLE:-target/release/coldaisle}
record=benches/instructions.csv
folder=target/instructions
allowance=2.0

cases() {
    local plant start
    for plant in air rear-door cold-plate immersion two-phase; do
        for start in 2026-01-10 2026-07-10; do
            echo "${plant/-/_}_$([ $start = 2026-01-10 ] && echo january || echo july)" \
                "run scenarios/phoenix-$plant.toml --set run.start=$start --set run.days=5"
        done
    done
    echo "step_900s run scenarios/phoenix-immersion.toml --set run.days=30 --set run.step_s=900"
    echo "racks_20000 run scenarios/phoenix-immersion.toml --set hall.0.racks=20000 --set run.days=0.25"
    echo "parquet run scenarios/phoenix-immersion.toml --set run.days=5 --format parquet"
    echo "frontier_day run scenarios/validation/raps_frontier_random.toml"
    for plant in air cold-plate immersion two-phase; do
        echo "hourly_${plant/-/_} compare scenarios/phoenix-$plant.toml --seeds 4 --set hall.0.racks=1" \
            "--set run.step_s=3600 --set run.record_s=3600 --set workload={constant={utilisation=0.8}}"
    done
    echo "epw validate scenarios/phoenix-air.toml --set site.weather=$PWD/$folder/year.epw"
}

# One case by its line; its instructions to CASE.count, its profile to CASE.callgrind, where it cannot be run its words to CASE.log.
count() {
    local name=$1 out
    shift
    out=$(mktemp -d)
    case $1 in
        run) set -- "$@" --quiet -o "$out/results" ;;
        compare) set -- "$@" --quiet ;;
    esac
    # Nothing of the environment: it lies on the stack and moves what follows. One thread: threads that wait count too.
    if env -i RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file="$folder/$name.callgrind" \
        "$binary" "$@" >"$folder/$name.log" 2>&1; then
        awk '/^==[0-9]+== Collected : / { print $4 }' "$folder/$name.log" >"$folder/$name.count"
    fi
    rm -rf "$out"
}

command -v valgrind >/dev/null || { echo "valgrind is missing: apt-get install valgrind"; exit 1; }
[ -x "$binary" ] || { echo "$binary is missing: cargo build --release"; exit 1; }
mkdir -p "$folder"
awk -f benches/year.awk >"$folder/year.epw"

case ${1:-compare} in
    look)
        line=$(cases | grep "^${2:?which case? See the first column of $record} ") || { echo "there is no case $2"; exit 1; }
        # shellcheck disable=SC2086 # words of the line are arguments
        count $line
        exec callgrind_annotate "$folder/$2.callgrind"
        ;;
    one) # a line of `cases`, from below
        # shellcheck disable=SC2086
        count $2
        exit
        ;;
    compare | record) ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

if ! grep -qw avx2 /proc/cpuinfo; then
    echo "this processor has no AVX2: other loops are chosen, and counts cannot be compared"
    exit 0
fi
rm -f "$folder"/*.count
cases | xargs -d '\n' -P "$(nproc)" -I '{}' "$0" one '{}'
made_with="$(rustc --version | cut -d' ' -f1-2), $(valgrind --version), $(ldd --version | sed -n '1{s/.*) /glibc /;s/.* GLIBC //;p}')"
cases | while read -r name _; do
    [ -s "$folder/$name.count" ] || { echo "$name cannot be counted:"; tail -n 20 "$folder/$name.log"; exit 1; } >&2
    echo "$name,$(cat "$folder/$name.count")"
done >"$folder/counts.csv"

if [ "${1:-compare}" = record ]; then
    { echo "# $made_with; benches/instructions.sh record writes this file"; echo "case,instructions"; cat "$folder/counts.csv"; } >"$record"
    echo "recorded in $record"
    exit
fi
status=0
awk -F, -v allowance="$allowance" '
    /^#/ { next }
    FNR == NR { recorded[$1] = $2; next }
    {
        change = recorded[$1] ? 100 * ($2 / recorded[$1] - 1) : 0
        word = !recorded[$1] ? "has no record" : change > allowance ? "SLOWER" : change < -allowance ? "faster" : ""
        printf "%-20s %10.2f million, recorded %10.2f  %+7.2f %%  %s\n", $1, $2 / 1e6, recorded[$1] / 1e6, change, word
        slower += change > allowance || !recorded[$1]; faster += change < -allowance
    }
    END {
        if (faster) printf "%d run(s) need fewer instructions than recorded: hold on to it with benches/instructions.sh record\n", faster
        exit slower > 0
    }' "$record" "$folder/counts.csv" || status=$?
if [ $status -ne 0 ]; then
    echo "more instructions than benches/instructions.csv allows ($allowance %)."
    echo "  what they are spent on:       benches/instructions.sh look CASE"
    echo "  where the price is right:     benches/instructions.sh record, and say in the commit what it buys"
    echo "  made here with:               $made_with"
    echo "  the record was made with:     $(head -n 1 "$record" | sed 's/^# //;s/;.*//')"
fi
exit $status
