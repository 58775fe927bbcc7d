import { holdMarker } from "./exec-line.js";
import { tracingInstance } from "./paths.js";

/**
 * Puts a unit back as it was. A shell script, because it must work when the profiler is gone, and the only one to do
 * this: the guard, an orderly end and `recover` all run it. It may run twice, and at the same time.
 *
 * Arguments: `wait` (until the owner is gone), `now` or `keep` (which leaves the unit running as it does: its files say the
 * same without the drop-ins), pid and start time of the owner, unit, whether it was active
 * (`yes`, `no`), claim directory, socket of the gate, then drop-ins to be removed, `--`, units to be active again, `--`,
 * units to be stopped again.
 * Exit status 1: the unit did not come back.
 */
export const restoreScript = `#!/bin/sh
# Written by the sandbox profiler. Puts a unit back as it was before it was learned.
mode=$1 pid=$2 start=$3 unit=$4 active=$5 claim=$6 gate=$7
shift 7

# Pids are reused, a pid with its start time (field 22 of proc_pid_stat(5)) is not. A zombie is dead.
owner_lives() {
  { IFS= read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  [ "$1" != Z ] && [ "$1" != X ] && [ "\${20}" = "$start" ]
}

# Nobody is left waiting: processes that hold themselves go on, and the tracers of a dead profiler let go of theirs.
release() {
  cgroup=$(systemctl show --property=ControlGroup --value -- "$unit")
  [ -n "$cgroup" ] || return 0
  for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [ -d "$root$cgroup" ] || continue
    find "$root$cgroup" -name cgroup.procs -exec cat {} +
  done | sort -u | while read -r process; do
    tracer=$(sed -n 's/^TracerPid:[^0-9]*//p' "/proc/$process/status")
    [ "\${tracer:-0}" = 0 ] || owner_lives || [ "$(cat "/proc/$tracer/comm")" != strace ] || kill -INT "$tracer"
    ! tr '\\0' '\\n' <"/proc/$process/cmdline" | grep -qx ${holdMarker} || kill -CONT "$process"
  done 2>/dev/null
}

main() {
  if [ "$mode" = wait ]; then
    while [ -e "$claim/$pid-$start" ] && owner_lives; do sleep 1; done
  fi
  { exec 9<"$claim"; } 2>/dev/null || exit 0
  flock 9
  # Somebody else may have been quicker, and somebody new may hold the unit.
  [ -e "$claim/$pid-$start" ] || exit 0

  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    rm -f -- "$1"
    rmdir -- "\${1%/*}" 2>/dev/null
    shift
  done
  [ $# -eq 0 ] || shift
  systemctl daemon-reload
  release
  systemctl reset-failed -- "$unit" 2>/dev/null
  status=0
  if [ "$mode" = keep ]; then
    :
  elif [ "$active" = yes ]; then
    systemctl restart -- "$unit" || status=1
  else
    systemctl stop -- "$unit" || status=1
  fi
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    systemctl start -- "$1" || status=1
    shift
  done
  [ $# -eq 0 ] || shift
  for other; do systemctl stop -- "$other"; done
  # What a dead owner had no time to remove: its raw traces, its gate, what it watches calls by.
  owner_lives || {
    rm -rf -- "\${claim%/units/*}/trace-$pid-"* "$gate"
    namespace=$(readlink /proc/self/ns/pid | tr -dc 0-9)
    rmdir "/sys/kernel/tracing/instances/${tracingInstance}-$namespace-$pid" 2>/dev/null
  }
  rm -rf -- "$claim"
  exit $status
}

main "$@"
`;
