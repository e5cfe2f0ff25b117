#!/bin/bash
# What operations of the guest kernel cost beside Linux's: the same static program (programs/scale.c) runs under x64emu, and under a Linux kernel that
# qemu-system-x86_64 emulates without KVM. Each phase's time is the CPU time that the host spent on it, since the guests' own clocks mean different things.
# usage: bench/compare-linux.sh KERNEL [ROUNDS [OPERATION N]...]
#   KERNEL   a Linux kernel for x86-64 (bzImage); Debian's without installing it:
#              apt-get download $(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2 }') && dpkg -x linux-image-*.deb linux
#              bench/compare-linux.sh linux/boot/vmlinuz-*
#   ROUNDS   runs of each, one after the other; the figures are medians. 3 if not given.
#   OPERATION N   what to do, and how often in a round; bench/programs/bin/scale list names the operations
# needs: gcc, qemu-system-x86_64 (package qemu-system-x86), a static busybox (package busybox-static), a Release build
set -euo pipefail
fail() { echo "compare-linux: $*" >&2; exit 2; }

[ $# -ge 1 ] || { sed -n '4,10s/^# //p' "$0" >&2; exit 2; }
kernel=$(realpath "$1") rounds=${2:-3}
shift; [ $# -eq 0 ] || shift
operations=("$@")
[ ${#operations[@]} -gt 0 ] || operations=(fork-exec-wait 1000 processes 500 mappings 10000 threads 200 threads 200 threads 200 touch 20000 ping-pong 10000 calls 200000)
[ $((${#operations[@]} % 2)) -eq 0 ] || fail "each operation needs a number"
cd "$(dirname "$0")/.."
tool=emu/X64Emu.Cli/bin/Release/net10.0/x64emu
program=bench/programs/bin/scale
[ -r "$kernel" ] || fail "no kernel at $kernel"
[ -x "$tool" ] || fail "no $tool; first: dotnet build -c Release emu/X64Emu.Cli"
command -v qemu-system-x86_64 >/dev/null || fail "qemu-system-x86_64 is missing; on Debian and Ubuntu: apt install qemu-system-x86"
busybox=$(command -v busybox) || fail "busybox is missing; on Debian and Ubuntu: apt install busybox-static"
! ldd "$busybox" >/dev/null 2>&1 || fail "$busybox is not static; on Debian and Ubuntu: apt install busybox-static"

mkdir -p "${program%/*}"
[ "$program" -nt bench/programs/scale.c ] || gcc -O2 -static -o "$program" bench/programs/scale.c
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -r "$scratch"' EXIT

# Once with a tenth of the numbers, so that both emulators have translated the code they meet, then in earnest.
words=()
for ((i = 0; i < ${#operations[@]}; i += 2)); do words+=("${operations[i]}" $((operations[i + 1] / 10 + 1))); done
words+=(mark 1 "${operations[@]}")

# The initial file system: busybox, the program and its arguments (Linux takes no more than 32 words on its command line).
mkdir -p "$scratch"/root/{bin,proc,tmp,dev}
cp "$busybox" "$scratch/root/bin/busybox"
cp "$program" "$scratch/root/bin/scale"
cat >"$scratch/root/init" <<'END'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
cd /tmp
/bin/scale -m $(/bin/busybox cat /words)
/bin/busybox poweroff -f
END
chmod +x "$scratch/root/init"
echo "${words[*]}" >"$scratch/root/words"
(cd "$scratch/root" && find . | "$busybox" cpio -o -H newc 2>/dev/null) >"$scratch/initrd"

on_linux() {
    exec qemu-system-x86_64 -accel tcg -cpu max -m 1G -nographic -no-reboot -nodefaults -serial stdio \
        -kernel "$kernel" -initrd "$scratch/initrd" -append "console=ttyS0 quiet mitigations=off panic=-1"
}
on_x64emu() { exec "$tool" run -m 1G "$program" -m -f /tmp/scale.data "${words[@]}"; }

# Nanoseconds of CPU time of all threads of process $1, into the variable cpu. Starts no process: the guest does not wait.
read_cpu() {
    local task nanoseconds rest
    cpu=0
    for task in /proc/"$1"/task/*/schedstat; do
        { read -r nanoseconds rest <"$task"; } 2>/dev/null && cpu=$((cpu + nanoseconds)) || true
    done
}

# Runs a machine and writes a line for each phase: its name, N, nanoseconds of host CPU time.
measure() {
    local name=${1#on_} line cpu fields began=0 measuring=0 ended=0
    mkfifo "$scratch/console"
    "$1" >"$scratch/console" 2>"$scratch/errors" </dev/null &
    local machine=$!
    while IFS= read -r line; do
        read_cpu "$machine"
        line=${line%$'\r'}
        case $line in
            start) began=$cpu ;;
            "mark 1") measuring=1 ;;
            *[a-z]*" "*[0-9]*" "*[0-9]*" "*[0-9])
                [ $measuring = 0 ] || { read -ra fields <<<"$line"; echo "${line:0:24}|${fields[-3]}|$((cpu - began))"; ended=1; } ;;
        esac
    done <"$scratch/console"
    wait "$machine" || true
    rm "$scratch/console"
    [ $ended = 1 ] || { echo "compare-linux: $name told nothing: $(tail -1 "$scratch/errors")" >&2; exit 1; }
}

for ((round = 1; round <= rounds; round++)); do
    for machine in linux x64emu; do
        measure "on_$machine" >"$scratch/phases"
        awk -F'|' '{ if (!($1 in n)) order[++count] = $1; n[$1] += $2; time[$1] += $3 }
            END { for (i = 1; i <= count; i++) printf "%s|%.3f\n", order[i], time[order[i]] / n[order[i]] / 1000 }' "$scratch/phases" >"$scratch/$machine.$round"
    done
done

printf '%-26s %12s %12s %18s\n' "microseconds for one" Linux x64emu "x64emu is faster"
median() { sort -n | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }
cut -d'|' -f1 "$scratch/x64emu.1" | while IFS= read -r name; do
    linux=$(awk -F'|' -v name="$name" '$1 == name { print $2 }' "$scratch"/linux.* | median)
    ours=$(awk -F'|' -v name="$name" '$1 == name { print $2 }' "$scratch"/x64emu.* | median)
    awk -v name="$name" -v linux="$linux" -v ours="$ours" 'BEGIN { printf "%-26s %12.2f %12.2f %17s\n", name, linux, ours, (ours > 0 ? sprintf("%.2fx", linux / ours) : "-") }'
done
