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

/**
 * A test that needs a real strace; where there is none, or `lacks` names what else is missing, it is announced as skipped
 * instead of passing in silence.
 */
export function traced(
  title: string,
  run: (t: ExecutionContext, strace: Strace) => Promise<void>,
  lacks: (strace: Strace) => string | undefined = () => undefined,
): void {
  const why = typeof strace === "string" ? strace : lacks(strace);
  if (typeof strace === "string" || why !== undefined)
    test.skip(`${title} (not tried: ${why})`, () => undefined);
  else test(title, (t) => run(t, strace));
}
