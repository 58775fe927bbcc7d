import { Command } from "commander";
import { jsonOption } from "./arguments.js";

/** `profile recover [UNIT]`: put back what an interrupted run left. */
export function recoverCommand(): Command {
  return new Command("recover")
    .description("undo what an interrupted run left on a unit, or on all of them")
    .argument("[unit]", "the unit to put back (default: all that an interrupted run left)")
    .addOption(jsonOption())
    .action(async (unit: string | undefined, flags: { json?: true }) => {
      const { recover } = await import("../systemd/recover.js");
      const { safe } = await import("../output/escape.js");
      const { settleDeployments } = await import("../deployment/store.js");
      const { serviceName } = await import("../systemd/unit.js");
      const recovered = [
        ...(await recover(unit)),
        ...(await settleDeployments(unit === undefined ? undefined : serviceName(unit))),
      ];
      if (flags.json === true) {
        const { writeJson } = await import("../output/json.js");
        writeJson(process.stdout, { recovered });
      } else if (recovered.length === 0) {
        process.stdout.write("nothing to recover\n");
      } else {
        process.stdout.write(recovered.map((each) => `${safe(each.unit)}: ${safe(each.outcome)}\n`).join(""));
      }
    });
}
