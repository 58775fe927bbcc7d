import { Command } from "commander";
import { exitCodes } from "../errors.js";
import { jsonOption } from "./arguments.js";

/** `profile doctor`: what this host can do, and what is lost without the rest. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("say what this host can do, and what is lost where it cannot")
    .addOption(jsonOption())
    .action(async (flags: { json?: true }) => {
      const { examineHost } = await import("../host/abilities.js");
      const abilities = await examineHost();
      if (flags.json === true) {
        const { writeJson } = await import("../output/json.js");
        writeJson(process.stdout, { abilities });
      } else {
        const { describeAbilities } = await import("../output/abilities.js");
        const { colorsFor } = await import("../output/terminal.js");
        process.stdout.write(`${describeAbilities(abilities, colorsFor(process.stdout, process.env))}\n`);
      }
      const able = abilities.every((ability) => ability.state === "ok" || !ability.required);
      process.exitCode = able ? exitCodes.done : exitCodes.hostCannot;
    });
}
