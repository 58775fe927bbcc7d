import { Command } from "commander";
import test from "ava";
import {
  checkMinimize,
  type MinimizeFlags,
  minimizeLimitOption,
  minimizeOption,
} from "../../src/commands/minimize-options.js";
import { ProfileError } from "../../src/errors.js";

function flagsOf(...argv: readonly string[]): MinimizeFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  command.addOption(minimizeOption()).addOption(minimizeLimitOption());
  return command.parse(["node", "profile", ...argv]).opts();
}

test("nothing is minimized unless somebody asks for it, be it by the limit", (t) => {
  t.is(flagsOf().minimize, undefined);
  t.deepEqual({ ...flagsOf("--minimize") }, { minimize: true, minimizeLimit: 24 });
  t.deepEqual({ ...flagsOf("--minimize-limit", "8") }, { minimize: true, minimizeLimit: 8 });
});

test("a limit that allows no run is refused", (t) => {
  for (const limit of ["0", "-1", "many", "10000", ""]) {
    t.throws(() => flagsOf("--minimize-limit", limit), undefined, limit);
  }
});

test("what contradicts it is told in one line", (t) => {
  const flags = flagsOf("--minimize");
  const error = t.throws(
    () => {
      checkMinimize(flags, "--no-verify");
    },
    { instanceOf: ProfileError },
  );
  t.is(error.exitCode, 2);
  t.is(
    error.message,
    "--minimize tries settings of the profile on the unit: it does not go with --no-verify",
  );
  t.notThrows(() => {
    checkMinimize(flags, undefined);
    checkMinimize(flagsOf(), "--no-verify");
  });
});
