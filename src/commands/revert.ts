import { Command } from "commander";
import { jsonOption } from "./arguments.js";

/** `profile revert UNIT`: take back what `apply` has installed last. */
export function revertCommand(): Command {
  return new Command("revert")
    .description("take back what apply has installed last for a unit, and restart it if it runs")
    .argument("<unit>", "the service")
    .addOption(jsonOption())
    .action(async (name: string, flags: { readonly json?: true }) => {
      const { findUnit } = await import("../deployment/apply.js");
      const { revertUnit } = await import("../deployment/revert.js");
      const { takeInterrupts } = await import("../learning/unit-interrupts.js");
      const { createProgress } = await import("../output/progress.js");
      const progress = createProgress(process.stderr, process.env);
      const interrupts = takeInterrupts();
      try {
        const reverted = await revertUnit(await findUnit(name), progress.report, interrupts.signal);
        progress.clear();
        if (flags.json === true) {
          const { writeJson } = await import("../output/json.js");
          writeJson(process.stdout, reverted);
        } else {
          const { describeReverted } = await import("../output/deployment.js");
          process.stdout.write(`${describeReverted(reverted)}\n`);
        }
      } finally {
        interrupts.close();
        progress.clear();
      }
    });
}
