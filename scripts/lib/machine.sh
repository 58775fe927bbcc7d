# shellcheck shell=bash
# Boots, enters and removes machines: systemd-nspawn containers with a systemd of their own.
# Sourced by scripts/testbed; uses $HOME_DIR.
#
# machines/NAME/ holds
#   root      the file system: a plain copy of the tree (half a second). Not overlayfs: there rename(2) of a directory
#             and linkat(2) of an O_TMPFILE fail with EXDEV, and what services do to a disk is what is being learned
#   owner     "PID START" of the process the machine was booted for, or "none"
#   nspawn    "PID START" of systemd-nspawn
#   log       what systemd-nspawn and the booting system printed

BOOT_SECONDS=90

machine_dir() { printf '%s/machines/%s' "$HOME_DIR" "$1"; }

check_name() {
  [[ $1 =~ ^[a-z][a-z0-9-]{0,40}$ ]] || die "$EXIT_USAGE" "bad machine name '$1': a-z, 0-9 and -, a letter first"
}

# with_registry COMMAND…: one at a time among all testbeds that share HOME_DIR.
with_registry() {
  local lock status=0
  mkdir -p "$HOME_DIR/machines"
  exec {lock}>"$HOME_DIR/machines.lock"
  flock "$lock"
  "$@" || status=$?
  exec {lock}>&-
  return "$status"
}

# is_recorded_alive FILE: does the process that the file names still run?
is_recorded_alive() {
  local pid start
  { read -r pid start <"$1"; } 2>/dev/null || return 1
  is_same_process "$pid" "$start"
}

# reap: removes the machines whose owner is gone (killed, or a terminal that was closed).
reap() {
  local dir
  for dir in "$HOME_DIR"/machines/*/; do
    [ -e "$dir/owner" ] || continue
    [ "$(<"$dir/owner")" != none ] || continue
    is_recorded_alive "$dir/owner" && continue
    say "removing $(basename "$dir"), whose owner is gone"
    destroy "$(basename "$dir")"
  done
}

register() {
  local name=$1 owner=$2 dir
  dir=$(machine_dir "$name")
  mkdir "$dir" 2>/dev/null || die "$EXIT_USAGE" "there is a machine $name already: \`testbed down $name\`"
  if [ "$owner" = none ]; then echo none; else echo "$owner $(start_time "$owner")"; fi >"$dir/owner"
}

# The cgroup2 file system of the host, empty if it has none.
cgroup_root() { findmnt --noheadings --first-only --types cgroup2 --output TARGET 2>/dev/null || true; }

cgroup_path() {
  local root
  root=$(cgroup_root)
  [ -z "$root" ] || printf '%s/sandbox-profiler/%s' "$root" "$1"
}

# in_own_cgroup NAME COMMAND…: replaces this shell. systemd-nspawn --keep-unit makes its "payload" group below the
# group that it is started in, so two machines started in one group would share one tree and stop each other's services.
in_own_cgroup() {
  local name=$1 group
  shift
  if [ -d /run/systemd/system ]; then
    exec systemd-run --quiet --scope --collect --property=Delegate=yes --unit="sandbox-profiler-$name" -- "$@"
  fi
  group=$(cgroup_path "$name")
  if [ -z "$group" ] || ! mkdir -p "$group" || ! echo "$BASHPID" >"$group/cgroup.procs"; then
    say "$name: no cgroup of its own (cgroup2 is missing or read-only): run one machine at a time"
  fi
  exec "$@"
}

# systemd 257 needs the unified hierarchy, also where the host has a hybrid one. nspawn's own seccomp filter would
# otherwise refuse bpf(2), and then the directives built on it are accepted and silently not enforced.
start_nspawn() {
  local name=$1 dir=$2 pid=$BASHPID
  # Not after the fact by the parent, which may have been killed and its machine removed meanwhile.
  echo "$pid $(start_time "$pid")" >"$dir/nspawn" || exit
  export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
  # Not the clock: machines share it with this host, and `timedatectl set-timezone` alone shifts it (settimeofday(2)).
  in_own_cgroup "$name" setsid systemd-nspawn --quiet --register=no --keep-unit --directory="$dir/root" --boot \
    --machine="$name" --private-network --capability=all --drop-capability=CAP_SYS_TIME \
    --system-call-filter="bpf perf_event_open @keyring" </dev/null >"$dir/log" 2>&1
}

# leader NAME: PID of the machine's systemd on the host, the only child of systemd-nspawn.
leader() {
  local dir pid start
  dir=$(machine_dir "$1")
  { read -r pid start <"$dir/nspawn"; } 2>/dev/null && is_same_process "$pid" "$start" || return 1
  pgrep --parent "$pid" --oldest
}

# boot SUITE NAME OWNER: returns when the machine has finished booting.
boot() {
  local suite=$1 name=$2 owner=$3 dir pid
  check_name "$name"
  build_tree "$suite"
  dir=$(machine_dir "$name")
  with_registry register "$name" "$owner"
  BOOTING=$name
  cp --archive --reflink=auto "$TREE" "$dir/root"
  exec {TREE_LOCK}>&-
  start_nspawn "$name" "$dir" &
  pid=$!
  disown "$pid"
  if ! await_boot "$name" "$pid"; then
    tail -n 20 "$dir/log" >&2
    die "$EXIT_HOST" "$name did not boot"
  fi
  BOOTING=
}

# The system's bus comes up some tenths of a second after its PID 1; from then on systemctl itself waits.
await_boot() {
  local name=$1 pid=$2 state deadline=$((SECONDS + BOOT_SECONDS))
  while [ "$SECONDS" -lt "$deadline" ]; do
    kill -0 "$pid" 2>/dev/null || return 1
    state=$(enter "$name" timeout "$BOOT_SECONDS" systemctl is-system-running --wait 2>/dev/null </dev/null || true)
    case $state in
      running) return 0 ;;
      degraded)
        say "$name is degraded: $(enter "$name" systemctl list-units --failed --plain --no-legend </dev/null)"
        return 0
        ;;
    esac
    sleep 0.05
  done
  return 1
}

# enter NAME COMMAND…: as root, in all namespaces of the machine, with a clean environment, in /.
enter() {
  local name=$1 pid
  shift
  pid=$(leader "$name") || return "$EXIT_HOST"
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root \
    SHELL=/bin/bash LANG=C.UTF-8 TERM="${TERM:-dumb}" nsenter --target "$pid" --all -- env -C / "$@"
}

# destroy NAME: kills the machine and removes every trace of it.
destroy() {
  local name=$1 dir pid start init group
  dir=$(machine_dir "$name")
  if { read -r pid start <"$dir/nspawn"; } 2>/dev/null && is_same_process "$pid" "$start"; then
    # The end of PID 1 is the end of its PID namespace, programs started by `exec` included.
    if init=$(leader "$name"); then kill -KILL "$init" 2>/dev/null || true; else kill -TERM "$pid" 2>/dev/null || true; fi
    await_exit "$pid" 10 || kill -KILL "$pid" 2>/dev/null || true
  fi
  group=$(cgroup_path "$name")
  if [ -n "$group" ]; then remove_cgroups "$group"; fi
  # On a hybrid host systemd-nspawn mirrors the group in the name=systemd hierarchy.
  remove_cgroups "/sys/fs/cgroup/systemd/sandbox-profiler/$name"
  rm -rf --one-file-system "$dir"
}

remove_cgroups() {
  [ -d "$1" ] || return 0
  find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
  rmdir "$(dirname "$1")" 2>/dev/null || true
}
