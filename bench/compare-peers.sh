#!/bin/bash
# Times programs natively, on x64emu and on qemu-x86_64, one after the other, ROUNDS times, and prints the median user CPU seconds of each
# and how many times as fast as QEMU x64emu is. Interleaving and medians keep a busy host from favouring anybody.
# usage: bench/compare-peers.sh [ROUNDS [PATTERN]]      PATTERN is a regular expression that chooses programs by name
# needs: gcc, qemu-x86_64 (package qemu-user), a Release build
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
pattern=${2:-.}
tool=emu/X64Emu.Cli/bin/Release/net10.0/x64emu
bin=bench/programs/bin

[ -x "$tool" ] || { echo "compare-peers: no $tool; first: dotnet build -c Release emu/X64Emu.Cli" >&2; exit 2; }
command -v qemu-x86_64 >/dev/null || { echo "compare-peers: qemu-x86_64 is missing; on Debian and Ubuntu: apt install qemu-user" >&2; exit 2; }

# Names of programs, what they are compiled from and with, and their arguments.
mkdir -p "$bin"
names=() commands=()
add() {   # NAME SOURCE FLAGS ARGUMENTS...
    [[ $1 =~ $pattern ]] || return 0
    local program="$bin/${1// /-}" source="bench/programs/$2.c"
    [ "$program" -nt "$source" ] || gcc $3 -static -o "$program" "$source" -lm
    names+=("$1")
    commands+=("$program ${*:4}")
}
if [[ loops =~ $pattern ]]; then
    names+=(loops)
    commands+=("samples/bin/loops 20")
fi
for level in x86-64 x86-64-v3; do
    add "nbody $level" nbody "-O3 -march=$level" 2000000
    add "matrix float $level" matrix "-O3 -march=$level" float 250
    add "matrix double $level" matrix "-O3 -march=$level" double 120
    add "spectral-norm $level" spectral-norm "-O3 -march=$level" 1500
done
add "mandelbrot x87" mandelbrot -O2 500
add "copy rep movsb" copies -O2 rep-movsb 4096 1000000
add "copy rep movsq" copies -O2 rep-movsq 4096 1000000
add "copy sse2" copies -O2 sse2 4096 600000
add "copy avx2" copies -O2 avx2 4096 1000000
add "copy libc 64" copies -O2 libc 64 20000000
add "copy libc 1000" copies -O2 libc 1000 2000000
add "copy libc 16384" copies -O2 libc 16384 200000
add "copy libc 1048576" copies -O2 libc 1048576 5000

runners=("" "$tool run" "qemu-x86_64 -cpu max")
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
TIMEFORMAT=%U
for ((round = 0; round < rounds; round++)); do
    for i in "${!names[@]}"; do
        for r in 0 1 2; do
            { time ${runners[$r]} ${commands[$i]} >"$scratch/output" 2>"$scratch/error"; } 2>>"$scratch/$i.$r" \
                || { echo "compare-peers: '${runners[$r]} ${commands[$i]}' failed: $(tail -1 "$scratch/error")" >&2; exit 1; }
            [ "$r" = 0 ] && cp "$scratch/output" "$scratch/expected"
            cmp -s "$scratch/output" "$scratch/expected" || echo "compare-peers: '${runners[$r]} ${commands[$i]}' printed something else than the native run" >&2
        done
    done
done

median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }
printf '%-26s %9s %9s %12s %16s\n' "user CPU seconds" native x64emu qemu-x86_64 "x64emu is faster"
for i in "${!names[@]}"; do
    printf '%s %s %s\n' "$(median "$scratch/$i.0")" "$(median "$scratch/$i.1")" "$(median "$scratch/$i.2")" |
        awk -v name="${names[$i]}" '{ printf "%-26s %9.3f %9.3f %12.3f %15.2fx\n", name, $1, $2, $3, $3 / $2 }'
done
