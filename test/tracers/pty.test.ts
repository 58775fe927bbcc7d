import { execFile } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";

const execFileAsync = promisify(execFile);

/** What a process prints that runs a shell script in a terminal. */
async function inTerminal(script: string): Promise<string> {
  const module = new URL("../../src/tracers/pty.js", import.meta.url);
  const program = `
    const { spawnInTerminal } = await import(${JSON.stringify(module)});
    const { ended } = await spawnInTerminal("/bin/sh", ["-c", ${JSON.stringify(script)}], process.stdout);
    const { code, signal } = await ended;
    process.stdout.write("end " + code + " " + signal);`;
  const running = execFileAsync(process.execPath, ["--input-type=module", "-e", program]);
  running.child.stdin?.end();
  return (await running).stdout;
}

const hasNodePty = await import("node-pty").then(
  () => true,
  () => false,
);
const terminalTest = hasNodePty ? test : test.skip;

terminalTest("nothing of what a program prints just before it ends is lost", async (t) => {
  for (let run = 0; run < 10; run++) {
    t.is(await inTerminal("printf first; printf last"), "firstlastend 0 null");
  }
});

terminalTest("long output arrives whole", async (t) => {
  const output = await inTerminal("seq 1 20000");
  t.true(output.endsWith("\r\n20000\r\nend 0 null"));
  t.is(output.split("\r\n").length, 20001);
});

terminalTest("the program has a terminal with a size, and its end is told", async (t) => {
  t.is(await inTerminal("test -t 0 && stty size; exit 3"), "24 80\r\nend 3 null");
  t.is(await inTerminal("kill -TERM $$"), "end 0 SIGTERM");
});
