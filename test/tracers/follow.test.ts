import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Follower } from "../../src/tracers/follow.js";

const directory = mkdtempSync(join(tmpdir(), "follow-"));
test.after.always(() => {
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function emptyFile(): string {
  const path = join(directory, `${files++}`);
  writeFileSync(path, "");
  return path;
}

/** The chunks as one text; they are copied, for their buffer is reused. */
class Sink {
  text = "";
  readonly consume = (chunk: Uint8Array): void => {
    this.text += Buffer.from(chunk).toString("latin1");
  };
}

testProp(
  "whatever is appended, in whatever pieces, arrives once and in order",
  [
    fc.array(fc.string({ unit: "binary-ascii", maxLength: 40 }), { maxLength: 20 }),
    fc.integer({ min: 1, max: 16 }),
  ],
  async (t, pieces, chunkSize) => {
    const path = emptyFile();
    const sink = new Sink();
    const follower = new Follower(path, sink.consume, { chunkSize, interval: 1 });
    let written = "";
    for (const [index, piece] of pieces.entries()) {
      appendFileSync(path, piece, "latin1");
      written += piece;
      if (index % 3 === 0) {
        await follower.drain();
        t.is(sink.text, written);
      }
    }
    await follower.stop();
    t.is(sink.text, written);
  },
  { numRuns: 30 },
);

test("draining a file that nobody writes to ends at once", async (t) => {
  const follower = new Follower(emptyFile(), () => undefined);
  await follower.drain();
  await follower.stop();
  t.is(follower.consumed, 0);
});

test("an error of the consumer reaches who drains and who stops", async (t) => {
  const path = emptyFile();
  const follower = new Follower(path, () => {
    throw new Error("no");
  });
  appendFileSync(path, "x");
  await t.throwsAsync(follower.drain(), { message: "no" });
  await t.throwsAsync(follower.stop(), { message: "no" });
});

test("what was consumed takes no storage any more, and nothing of the rest is lost", async (t) => {
  const path = emptyFile();
  let bytes = 0;
  let other = 0;
  const follower = new Follower(
    path,
    (chunk) => {
      bytes += chunk.length;
      other += chunk.filter((byte) => byte !== 0x61).length;
    },
    { freeEvery: 1 << 20, interval: 1 },
  );
  for (let i = 0; i < 40; i++) {
    appendFileSync(path, Buffer.alloc(100_000, "a"));
    await follower.drain();
  }
  await follower.stop();
  t.is(bytes, 4_000_000);
  t.is(other, 0);
  if (follower.freeFailure !== undefined) {
    t.log(`this file system or machine cannot free: ${follower.freeFailure}`);
    return;
  }
  t.true(statSync(path).blocks * 512 < 2_500_000, execFileSync("stat", [path], { encoding: "utf8" }));
});
