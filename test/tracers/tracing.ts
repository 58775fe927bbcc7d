import test, { type ExecutionContext } from "ava";
import { checkPtrace, findStrace, type Strace } from "../../src/tracers/find.js";

/** The strace of this host, or why nothing can be traced here. */
async function usableStrace(): Promise<Strace | string> {
  try {
    const strace = await findStrace();
    await checkPtrace(strace);
    return strace;
  } catch (error) {
    return String(error);
  }
}

const strace = await usableStrace();

/** A test that needs a real strace; where there is none it says so instead of passing in silence. */
export function traced(title: string, run: (t: ExecutionContext, strace: Strace) => Promise<void>): void {
  if (typeof strace === "string") test.skip(`${title} (not tried: ${strace})`, () => undefined);
  else test(title, (t) => run(t, strace));
}
