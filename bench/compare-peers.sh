#!/bin/bash
# Times `loops SCALE` on x64emu and its peers, one after the other, ROUNDS times, and prints the least user CPU seconds of each.
# Interleaving and minima keep a busy host from favouring anybody.
# usage: bench/compare-peers.sh [SCALE [ROUNDS]]      needs: qemu-x86_64 (package qemu-user), a Release build
set -euo pipefail
cd "$(dirname "$0")/.."
scale=${1:-20}
rounds=${2:-3}
tool=emu/X64Emu.Cli/bin/Release/net10.0/x64emu
program=samples/bin/loops

[ -x "$tool" ] || { echo "compare-peers: no $tool; first: dotnet build -c Release emu/X64Emu.Cli" >&2; exit 2; }
command -v qemu-x86_64 >/dev/null || { echo "compare-peers: qemu-x86_64 is missing; on Debian and Ubuntu: apt install qemu-user" >&2; exit 2; }

names=("native" "x64emu run" "qemu-x86_64" "qemu-x86_64 -singlestep")
commands=("$program $scale" "$tool run $program $scale" "qemu-x86_64 $program $scale" "qemu-x86_64 -singlestep $program $scale")
best=()
expected=$($program "$scale")

for ((round = 0; round < rounds; round++)); do
    for i in "${!commands[@]}"; do
        TIMEFORMAT=%U
        result=$(mktemp)
        seconds=$({ time ${commands[$i]} >"$result" 2>/dev/null; } 2>&1) || { echo "compare-peers: '${commands[$i]}' failed" >&2; exit 1; }
        [ "$(cat "$result")" = "$expected" ] || { echo "compare-peers: '${commands[$i]}' printed something else than the native run" >&2; exit 1; }
        rm "$result"
        if [ -z "${best[$i]:-}" ] || [ "$(awk "BEGIN { print ($seconds < ${best[$i]}) }")" = 1 ]; then
            best[$i]=$seconds
        fi
    done
done

printf '%-26s %10s %16s\n' "loops $scale" "user s" "of qemu-x86_64"
for i in "${!names[@]}"; do
    awk -v name="${names[$i]}" -v seconds="${best[$i]}" -v qemu="${best[2]}" 'BEGIN { printf "%-26s %10.2f %16.2f\n", name, seconds, seconds / qemu }'
done
