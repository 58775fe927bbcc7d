/** Of a call that a real sandbox refuses the right setting is suspected: the model against systemd and the kernel. */
import { suspectsOf } from "../../src/verification/suspects/index.js";
import { parseSettings } from "../../src/verification/settings.js";
import { situation } from "../directives/context.js";
import { build } from "../facts/support.js";
import type { Machine, Suite } from "./machine.js";
import { prelude, type Row, rows } from "./suspects/rows.js";
import { withMachine } from "./with-machine.js";

/** Something for every setting to refuse. */
const furnish = `set -e
mkdir -p /srv/try/a /srv/try/b /home/try /run/try
echo x | tee /srv/try/f /srv/try/a/f /home/try/f /tmp/try >/dev/null
cp /bin/true /srv/try/true
chmod -R a+rX /home/try /srv/try
`;

const unitName = (index: number): string => `example-try-${index}.service`;

/** Traced from within: systemd opens standard error before it sets the sandbox up. */
function unitText({ settings, code }: Row, index: number): string {
  const quoted = code.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return `[Service]
Type=oneshot
StandardError=file:/run/try/${index}
ExecStart=/usr/bin/strace -qq -yy -s 4096 /usr/bin/python3 -I /opt/try.py "${quoted}"
${settings.split("; ").join("\n")}
`;
}

/** Runs all of them, some at a time, and gives back what failed in each. */
async function tracesOf(machine: Machine, tried: readonly Row[]): Promise<readonly string[]> {
  await machine.succeed(furnish);
  await machine.writeFile("/opt/try.py", prelude);
  const files = tried.map((row, index) => `--- ${unitName(index)}\n${unitText(row, index)}`).join("");
  await machine.succeed(
    `awk '/^--- /{file="/run/systemd/system/"$2;next}{print>file}' && systemctl daemon-reload`,
    { input: files },
  );
  const output = await machine.succeed(
    `seq 0 ${tried.length - 1} | xargs -P 4 -I{} sh -c 'systemctl start example-try-{}.service || true'
for index in $(seq 0 ${tried.length - 1}); do echo "--- $index"; grep -a ' = -1 \\|^execve' /run/try/$index || true; done`,
    { timeout: 120_000 },
  );
  return output.split(/^--- \d+\n/m).slice(1);
}

export function testSuspects(suite: Suite): void {
  const testOn = withMachine(suite);
  testOn("what a sandbox refuses is blamed on the setting that does it", async (t, machine) => {
    const tried = rows.filter(({ suites }) => suites?.includes(suite) ?? true);
    const traces = await tracesOf(machine, tried);
    t.is(traces.length, tried.length);
    const { host, unit, target } = situation({
      target: machine.systemd,
      host: { kernel: (await machine.succeed("uname -r")).trim() },
    });
    const wrong = tried.flatMap(({ settings, call, blamed }, index) => {
      const trace = traces[index] ?? "";
      const given = parseSettings(`[Service]\n${settings.split("; ").join("\n")}\n`);
      const { failures } = build(trace.trim() === "" ? "exit_group(0) = ?" : trace);
      const found = failures.filter((failure) => failure.call === call);
      const suspected = found.map((failure) =>
        suspectsOf(failure, given, { target, unit, host }).map(({ directive }) => directive),
      );
      return suspected.some((directives) => directives.includes(blamed))
        ? []
        : [{ settings, suspected, end: trace.trim().split("\n").slice(-2) }];
    });
    t.deepEqual(wrong, []);
  });
}
