/** The weights by which growth is ordered are those of the systemd that is installed. */
import { rowWeights } from "../../src/severity/weights.js";
import type { Suite } from "./machine.js";
import { withMachine } from "./with-machine.js";

/** All rows are at their worst but that of ProtectHostname=, and those that root has no use for. */
const worst = `[Service]
ExecStart=/bin/true
User=daemon
SupplementaryGroups=adm
AmbientCapabilities=CAP_CHOWN
Delegate=yes
KeyringMode=shared
NotifyAccess=all
UMask=0000
ProtectHostname=yes
`;

/** The others, and Delegate= at its best. */
const root = "[Service]\nExecStart=/bin/true\n";

/** Reads lines of a unit and a policy, and prints the exposure of each. */
const rate = `while read -r unit policy; do
  printf '%s' "$policy" >/tmp/policy.json
  systemd-analyze security --no-pager --security-policy=/tmp/policy.json "$unit" |
    sed -n 's/.*Overall exposure level for .*: \\([0-9.]*\\).*/\\1/p'
done`;

/**
 * A policy with all weights 0 but that of `row`, which stays systemd's own, and that of a row which is at its best. The
 * exposure is 100 times the weight of what is bad by the sum, rounded up, and printed as a tenth (assess() in
 * src/analyze/analyze-security.c).
 */
function policy(row: string, reference: string, weight: number): string {
  const others = Object.keys(rowWeights).filter((name) => name !== row);
  return JSON.stringify(
    Object.fromEntries(others.map((name) => [name, { weight: name === reference ? weight : 0 }])),
  );
}

export function testWeights(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("the weights are exactly those of systemd-analyze security", async (t, machine) => {
    await machine.writeFile("/etc/systemd/system/example-worst.service", worst);
    await machine.writeFile("/etc/systemd/system/example-root.service", root);
    await machine.succeed(["systemctl", "daemon-reload"]);
    const rows = Object.entries(rowWeights);
    const lines = rows.flatMap(([row, weight]) => {
      const isRoot = row === "UserOrDynamicUser" || row === "ProtectHostname";
      const [unit, reference] = isRoot ? ["root", "Delegate"] : ["worst", "ProtectHostname"];
      // By 99 times its weight a row has one part of a hundred; by one less it has more, which is rounded to two.
      return [99 * weight, 99 * weight - 1].map(
        (other) => `example-${unit}.service ${policy(row, reference, other)}\n`,
      );
    });
    const rated = await machine.exec(rate, { input: lines.join("") });
    const exposures = rated.stdout.trim().split("\n");
    t.is(exposures.length, 2 * rows.length, rated.stderr);
    for (const [index, [row]] of rows.entries())
      t.deepEqual(exposures.slice(2 * index, 2 * index + 2), ["0.1", "0.2"], row);
  });
}
