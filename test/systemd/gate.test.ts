import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { type Member, openGate, waitingAmong } from "../../src/systemd/gate.js";

/** What the gate says when somebody comes to it and the unit has no process. */
async function problemsOfVisit(directory: string): Promise<readonly unknown[]> {
  const problems: unknown[] = [];
  const socket = join(directory, "gate.sock");
  const gate = await openGate({
    socket,
    controlGroup: () => Promise.resolve(""),
    onProcess: () => Promise.reject(new Error("nobody to attach to")),
    onProblem: (problem) => problems.push(problem),
  });
  const visitor = connect(socket);
  visitor.resume();
  await once(visitor, "end");
  visitor.destroy();
  await gate.close();
  return problems;
}

test.serial("a start that was cancelled at the gate leaves the evidence complete", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "gate-"));
  t.teardown(() => rm(directory, { recursive: true }));
  t.deepEqual(await problemsOfVisit(directory), []);
});

test.serial("a process that waits outside the unit's cgroup is reported, and let go", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "gate-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const helper = join(directory, "(sd-mkdcreds)");
  await symlink("/bin/sleep", helper);
  const process = spawn(helper, ["60"]);
  t.teardown(() => process.kill());
  await once(process, "spawn");
  t.deepEqual(await problemsOfVisit(directory), [
    "a process came to the gate that does not belong to the unit",
  ]);
});

const executor = "/usr/lib/systemd/systemd-executor";

function member(pid: number, comm: string, parent: number, program = executor): Member {
  return { pid, comm, parent, program, state: "S", startTime: "1" };
}

test("the service waits behind a helper up to systemd 257, and by itself on systemd 262", (t) => {
  const earlier = member(40, "worker", 1, "/usr/sbin/nginx");
  t.deepEqual(waitingAmong([earlier, member(50, "(nginx)", 1), member(51, "(sd-mkdcreds)", 50)]), [50]);
  t.deepEqual(waitingAmong([earlier, member(50, "(nginx)", 1)]), [50]);
  t.deepEqual(waitingAmong([earlier]), []);
});

test("a helper that left its service, and the keeper of a PAM session, are not taken for the service", (t) => {
  t.deepEqual(waitingAmong([member(51, "(sd-mkdcreds)", 50)]), []);
  t.deepEqual(waitingAmong([member(50, "sleep", 1, "/bin/sleep"), member(51, "(sd-pam)", 50)]), []);
});
