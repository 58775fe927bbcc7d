/** Whatever happens to the profiler, the unit runs again from its own configuration, with no human action. */
import type { ExecutionContext } from "ava";
import type { Machine } from "./machine.js";
import { leftovers, property, unitState } from "./units.js";
import type { MachineTest } from "./with-machine.js";

const unit = "nginx.service";

/** Seconds within which the unit must be back. */
const grace = 10;

/**
 * Starts the profiler, ends it with a signal during the soak, and waits until nothing of it is left.
 *
 * @returns exit status of the profiler, and seconds until the unit was back
 */
async function interrupt(machine: Machine, signal: string): Promise<{ status: number; seconds: number }> {
  const answer = await machine.succeed(
    `
    rm -f /root/soaking
    profile run ${unit} --soak 'touch /root/soaking; exec sleep 300' --out /root/interrupted >/root/interrupted.log 2>&1 &
    profiler=$!
    until [ -e /root/soaking ] || ! kill -0 $profiler; do sleep 0.05; done
    kill -${signal} $profiler
    start=$(date +%s%N) status=0
    wait $profiler || status=$?
    restored() {
      [ "$(systemctl is-active ${unit})" = active ] &&
      [ ! -e /run/systemd/system/${unit}.d ] &&
      ! pgrep --exact strace >/dev/null &&
      grep -q '^TracerPid:.0$' "/proc/$(systemctl show --value -p MainPID ${unit})/status"
    }
    until restored || [ $(( ($(date +%s%N) - start) / 1000000000 )) -gt 30 ]; do sleep 0.1; done
    echo "$status $(( ($(date +%s%N) - start) / 1000000 ))"
    `,
    { timeout: 100 },
  );
  const [status, milliseconds] = answer.split(" ").map(Number);
  return { status: status ?? -1, seconds: (milliseconds ?? Infinity) / 1000 };
}

async function restoredAfter(
  t: ExecutionContext,
  machine: Machine,
  signal: string,
  status: number,
): Promise<void> {
  await machine.succeed(["systemctl", "start", unit]);
  const before = await unitState(machine, unit);
  const interrupted = await interrupt(machine, signal);
  t.log(`${signal}: unit back after ${interrupted.seconds} s`);
  t.is(interrupted.status, status, await machine.readFile("/root/interrupted.log"));
  t.true(interrupted.seconds <= grace, `took ${interrupted.seconds} s`);
  t.deepEqual(await unitState(machine, unit), before);
  // What a killed profiler could not remove itself, the next one does.
  await machine.succeed(["profile", "recover"]);
  t.is(await leftovers(machine, unit), "");
  await machine.succeed(["curl", "--silent", "--fail", "--output", "/dev/null", "http://127.0.0.1/"]);
  t.is(await property(machine, unit, "NoNewPrivileges"), "no");
}

export function testInterruptions(testOn: MachineTest): void {
  for (const [signal, status] of [
    ["INT", 130],
    ["TERM", 143],
    ["HUP", 129],
    ["KILL", 137],
  ] as const) {
    testOn(`SIG${signal} during the soak: the unit is back within ${grace} s`, async (t, machine) => {
      await restoredAfter(t, machine, signal, status);
    });
  }
}
