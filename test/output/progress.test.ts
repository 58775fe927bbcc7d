import test from "ava";
import { createProgress } from "../../src/output/progress.js";

function recorder(isTTY: boolean): { isTTY: boolean; write: (text: string) => void; text: () => string } {
  let written = "";
  return {
    isTTY,
    write: (text) => {
      written += text;
    },
    text: () => written,
  };
}

test("when progress goes to a log then each message is a line", (t) => {
  const log = recorder(false);
  const progress = createProgress(log, {});
  progress.report("starting");
  progress.report("soaking\u001b[2J");
  progress.clear();
  t.is(log.text(), "starting\nsoaking\\x1b[2J\n");
});

test("when progress goes to a terminal then one line changes and is gone in the end", (t) => {
  const screen = recorder(true);
  const progress = createProgress(screen, {});
  progress.report("starting");
  progress.report("soaking");
  progress.clear();
  progress.clear();
  t.is(
    screen.text().replaceAll("\u001b", "ESC"),
    "\rESC[2KESC[?7lstartingESC[?7h\rESC[2KESC[?7lsoakingESC[?7h\rESC[2K",
  );
});

test("when something else writes to the terminal then progress does not clear its lines", (t) => {
  const screen = recorder(true);
  createProgress(screen, {}, false).report("starting");
  t.is(screen.text(), "starting\n");
});
