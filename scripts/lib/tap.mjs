/**
 * Reads what `ava --tap` prints and counts, so that the last line of scripts/test is what ava really said.
 *
 * Usage: ava --tap | node tap.mjs COUNTS failures|exceptions|all
 * Shown are tests that failed, with their diagnostics; or also those that were skipped; or all.
 * COUNTS: file for "PASSED FAILED SKIPPED". A test that ava could not start any more ("# 3 tests remaining") has failed.
 */
import { writeFileSync } from "node:fs";
import { argv, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

const testLine = /^(ok|not ok) \d+ - (.*?)(?: # (SKIP|TODO).*)?$/;
const remainingLine = /^# (\d+) tests? remaining/;
/** TAP's own version, plan and totals. */
const framing = /^(?:TAP version|1\.\.\d|# (?:tests|pass|fail|skip)\b)/;

const [, , countsFile, shown] = argv;
const shows = { failed: true, skipped: shown !== "failures", passed: shown === "all" };
const counts = { passed: 0, failed: 0, skipped: 0 };
let showsDetails = false;

for await (const line of createInterface({ input: stdin })) {
  const [, outcome, title, directive] = testLine.exec(line) ?? [];
  const remaining = remainingLine.exec(line)?.[1];
  if (outcome !== undefined) {
    const result = directive !== undefined ? "skipped" : outcome === "ok" ? "passed" : "failed";
    counts[result] += 1;
    showsDetails = shows[result];
    if (showsDetails)
      stdout.write(`${{ passed: "ok     ", failed: "FAILED ", skipped: "skipped" }[result]} ${title}\n`);
  } else if (remaining !== undefined) {
    counts.failed += Number(remaining);
    stdout.write(`FAILED  ${line.slice(2)}\n`);
  } else if (showsDetails && !framing.test(line)) {
    stdout.write(`        ${line}\n`);
  }
}
writeFileSync(countsFile, `${counts.passed} ${counts.failed} ${counts.skipped}\n`);
