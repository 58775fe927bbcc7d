/** Numbers of system calls, as the kernel's log has them, and their names. Pure. */
import type { Architecture } from "../facts/types.js";
import { syscallNumbers } from "./syscall-numbers.js";

/** AUDIT_ARCH_… in include/uapi/linux/audit.h: ELF machine, and bits for 64-bit and little endian. */
const auditArchitectures: Readonly<Record<string, Architecture>> = {
  c000003e: "x86-64",
  "40000003": "x86",
  c00000b7: "arm64",
  "40000028": "arm",
  c00000f3: "riscv64",
  c0000015: "ppc64-le",
  "80000016": "s390x",
};

/** __X32_SYSCALL_BIT in arch/x86/include/uapi/asm/unistd.h: what tells calls of x32 from those of x86-64. */
const x32Bit = 0x40000000;

export interface Call {
  /** The name, or `syscall N` where there is none that we know. */
  readonly name: string;
  /** As SystemCallArchitectures= names it, or `audit-arch HEX`. */
  readonly architecture: Architecture | `audit-arch ${string}`;
  readonly isKnown: boolean;
}

/** @param arch the field `arch` of a record: hexadecimal digits. @param number its field `syscall`. */
export function callOf(arch: string, number: number): Call {
  const machine = auditArchitectures[arch];
  if (machine === undefined) {
    return { name: `syscall ${number}`, architecture: `audit-arch ${arch}`, isKnown: false };
  }
  const isX32 = machine === "x86-64" && number >= x32Bit;
  const architecture = isX32 ? "x32" : machine;
  const plain = isX32 ? number - x32Bit : number;
  const name = nameOfCall(architecture, plain);
  return { name: name ?? `syscall ${plain}`, architecture, isKnown: name !== undefined };
}

/** undefined where the table has no such number. */
export function nameOfCall(architecture: Architecture, number: number): string | undefined {
  return namesOf(architecture).get(number);
}

const cache = new Map<Architecture, ReadonlyMap<number, string>>();

/** Names by number. */
function namesOf(architecture: Architecture): ReadonlyMap<number, string> {
  const known = cache.get(architecture);
  if (known !== undefined) {
    return known;
  }
  const names = new Map<number, string>();
  let number = 0;
  for (const word of syscallNumbers[architecture].trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    if (colon >= 0) {
      number = Number(word.slice(0, colon));
    }
    names.set(number, word.slice(colon + 1));
    number++;
  }
  cache.set(architecture, names);
  return names;
}
