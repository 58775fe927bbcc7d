/** What a machine of another architecture would have learned: its own names for the same calls and libraries. */
import { factId } from "../../../src/facts/set.js";
import type { Fact } from "../../../src/facts/types.js";
import type { Profile } from "../../../src/profile/types.js";

/** Calls that arm64 never had, and what its C library makes of the same function (include/uapi/asm-generic/unistd.h). */
const replaced: Readonly<Record<string, string>> = {
  access: "faccessat",
  dup2: "dup3",
  epoll_wait: "epoll_pwait",
  fork: "clone",
  getdents: "getdents64",
  lstat: "newfstatat",
  mkdir: "mkdirat",
  open: "openat",
  pipe: "pipe2",
  poll: "ppoll",
  readlink: "readlinkat",
  rename: "renameat",
  rmdir: "unlinkat",
  stat: "newfstatat",
  unlink: "unlinkat",
  vfork: "clone",
};

/** Calls for registers that only x86 has. */
const peculiar: ReadonlySet<string> = new Set(["arch_prctl"]);

/** @param profile learned on x86-64 */
export function asArm64(profile: Profile): Profile {
  const renamed = new Map(profile.facts.map((fact) => [factId(fact), translate(fact)] as const));
  const facts = [...renamed.values()].filter((fact) => fact !== undefined);
  const evidence = Object.entries(profile.evidence).flatMap(([id, seen]) => {
    const fact = renamed.get(id);
    return fact === undefined ? [] : [[factId(fact), seen] as const];
  });
  return {
    ...profile,
    facts,
    evidence: Object.fromEntries(evidence),
    hosts: profile.hosts.map((host) => ({
      ...host,
      architecture: "arm64",
      files: Object.fromEntries(Object.entries(host.files).map(([path, status]) => [pathOf(path), status])),
    })),
  };
}

function translate(fact: Fact): Fact | undefined {
  if (fact.kind === "syscall") {
    if (peculiar.has(fact.name)) return undefined;
    return { ...fact, architecture: "arm64", name: replaced[fact.name] ?? fact.name };
  }
  return fact.kind === "file" ? { ...fact, path: pathOf(fact.path) } : fact;
}

function pathOf(path: string): string {
  return path
    .replaceAll("x86_64-linux-gnu", "aarch64-linux-gnu")
    .replaceAll("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1");
}
