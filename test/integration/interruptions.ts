/** Whatever happens to the profiler, the unit runs again from its own configuration, with no human action. */
import type { Machine } from "./machine.js";
import { leftovers, property, unitState } from "./units.js";
import type { MachineTest } from "./with-machine.js";

const unit = "nginx.service";

/** A drop-in as an earlier run wrote it. */
const dropIn = `/etc/systemd/system/${unit}.d/50-profile.conf`;
const header = `# Sandbox of ${unit}, learned by profile (sandbox-profiler) from what the service did.`;

/** Seconds within which the unit must be back. */
const grace = 10;

/** Seconds after which the soak would end by itself, and a name by which its process is found. */
const soakSeconds = 299;

/** Of what the first test learns: the first walk is a confined one. */
const proof = `verify ${unit} /root/interrupted/${unit}.profile.json`;

interface Interrupted {
  /** Exit status of the profiler. */
  readonly status: number;
  /** Seconds from the last signal until the unit was back. */
  readonly seconds: number;
}

/**
 * Starts the profiler, sends it signals, each when the one before has taken effect, and waits until the unit is back.
 *
 * @param verb the command with its arguments; a soak is added
 */
async function interrupt(
  machine: Machine,
  signals: readonly string[],
  verb = `run ${unit} --no-verify`,
): Promise<Interrupted> {
  const answer = await machine.succeed(
    `
    rm -f /root/soaking
    profile ${verb} --soak 'touch /root/soaking; exec sleep ${soakSeconds}' --out /root/interrupted >/root/interrupted.log 2>&1 &
    profiler=$!
    until [ -e /root/soaking ] || ! kill -0 $profiler; do sleep 0.05; done
    for signal in ${signals.join(" ")}; do
      kill -$signal $profiler
      start=$(date +%s%N)
      until ! pgrep --full --exact 'sleep ${soakSeconds}' >/dev/null || [ $signal = KILL ]; do sleep 0.05; done
    done
    status=0
    wait $profiler || status=$?
    restored() {
      [ "$(systemctl is-active ${unit})" = active ] &&
      [ ! -e /run/systemd/system/${unit}.d ] &&
      [ ! -e /run/systemd/system.control/${unit}.d ] &&
      [ -z "$(find /run/sandbox-profiler/units ! -type d 2>/dev/null)" ] &&
      ! pgrep --exact strace >/dev/null &&
      grep -q '^TracerPid:.0$' "/proc/$(systemctl show --value -p MainPID ${unit})/status"
    }
    until restored || [ $(( ($(date +%s%N) - start) / 1000000000 )) -gt 30 ]; do sleep 0.1; done
    echo "$status $(( ($(date +%s%N) - start) / 1000000 ))"
    pkill --full --exact 'sleep ${soakSeconds}' || true
    `,
    { timeout: 100 },
  );
  const [status, milliseconds] = answer.split(" ").map(Number);
  return { status: status ?? -1, seconds: (milliseconds ?? Infinity) / 1000 };
}

/** Rating a drop-in makes systemd load a copy of the unit, which a signal must not leave behind. */
function testWhileRating(testOn: MachineTest): void {
  testOn(
    "SIGTERM while the drop-in is rated ends the run and leaves no copy of the unit",
    async (t, machine) => {
      const answer = await machine.succeed(
        `
      profile run ${unit} --lifecycle start --out /root/rated >/root/rated.log 2>&1 &
      profiler=$!
      copies() { find /run/systemd/system /run/sandbox-profiler -name '*sandbox_profiler_*' -o -name 'verify-*'; }
      until [ -n "$(copies)" ] || ! kill -0 $profiler; do sleep 0.02; done
      kill -TERM $profiler
      status=0
      wait $profiler || status=$?
      echo "$status $(copies | wc -l) $(systemctl list-units --all 'sandbox_profiler_*' --plain --no-legend | wc -l)"
      `,
        { timeout: 60 },
      );
      t.is(answer.trim(), "143 0 0", await machine.readFile("/root/rated.log"));
      t.is(await leftovers(machine, unit), "");
    },
  );
}

export function testInterruptions(testOn: MachineTest): void {
  testWhileRating(testOn);
  for (const [title, signals, status, verb] of [
    ["the first SIGINT ends the soak, and the run finishes", ["INT"], 0],
    ["the second SIGINT ends the run", ["INT", "INT"], 130],
    ["SIGTERM during the soak ends the run", ["TERM"], 143],
    ["SIGHUP during the soak ends the run", ["HUP"], 129],
    ["SIGKILL during the soak ends the run", ["KILL"], 137],
    ["SIGTERM while the unit is confined ends its proof", ["TERM"], 143, proof],
    ["SIGKILL while the unit is confined ends its proof", ["KILL"], 137, proof],
  ] as const) {
    testOn(`${title}; the unit is back within ${grace} s`, async (t, machine) => {
      // One that an earlier run wrote is set aside while the unit is learned. A run that finishes is tested elsewhere.
      if (status !== 0) await machine.writeFile(dropIn, `${header}\n[Service]\nPrivateTmp=yes\n`);
      await machine.succeed(["systemctl", "daemon-reload"]);
      await machine.succeed(["systemctl", "start", unit]);
      const before = await unitState(machine, unit);
      const interrupted = await interrupt(machine, signals, verb);
      t.log(`unit back after ${interrupted.seconds} s`);
      t.is(interrupted.status, status, await machine.readFile("/root/interrupted.log"));
      t.true(interrupted.seconds <= grace, `took ${interrupted.seconds} s`);
      t.deepEqual(await unitState(machine, unit), before);
      // What a killed profiler could not remove itself, the next one does.
      await machine.succeed(["profile", "recover"]);
      t.is(await leftovers(machine, unit), "");
      await machine.succeed(["curl", "--silent", "--fail", "--output", "/dev/null", "http://127.0.0.1/"]);
      t.is(await property(machine, unit, "NoNewPrivileges"), "no");
      t.is(await property(machine, unit, "PrivateTmp"), status === 0 ? "no" : "yes");
      await machine.succeed(["rm", "-rf", dropIn.replace(/\/[^/]*$/, "")]);
      await machine.succeed(["systemctl", "daemon-reload"]);
    });
  }
}
