import { hostCannot } from "../errors.js";
import type { Architecture } from "../facts/types.js";

/** `process.arch` of Node → the name in SystemCallArchitectures= (systemd.unit(5), ConditionArchitecture=). */
const names: Readonly<Record<string, Architecture>> = {
  x64: "x86-64",
  ia32: "x86",
  arm64: "arm64",
  arm: "arm",
  riscv64: "riscv64",
  ppc64: "ppc64-le",
  s390x: "s390x",
};

/** @throws ProfileError (host cannot) for an architecture whose system call tables we do not have. */
export function architectureOf(processArch: string): Architecture {
  const name = names[processArch];
  if (name === undefined) {
    throw hostCannot(`the architecture ${processArch} is not supported`);
  }
  return name;
}
