import test from "ava";
import { ifAvailable, isAvailable, unavailability } from "../../src/directives/availability.js";
import { set, withhold } from "../../src/directives/decision.js";
import { directivesSince, valuesSince } from "../../src/directives/versions.js";
import type { Host } from "../../src/host/types.js";
import { type Situation, situation } from "./context.js";

const features = (...list: string[]): Situation => ({ host: { systemd: { version: 257, features: list } } });
const host = (given: Partial<Host>, target = 257): Situation => ({ host: given, target });

/** Directive with value, what the target is like, whether it enforces that. */
const table: readonly [string, string, Situation, boolean][] = [
  ["PrivatePIDs=yes", "systemd 256", { target: 256 }, false],
  ["PrivatePIDs=yes", "systemd 257", { target: 257 }, true],
  ["NoNewPrivileges=yes", "any systemd", { target: 215 }, true],
  ["ProtectControlGroups=yes", "systemd 252", { target: 252 }, true],
  ["ProtectControlGroups=strict", "systemd 252", { target: 252 }, false],
  ["ProtectControlGroups=strict", "a hybrid hierarchy", host({ cgroups: "hybrid" }), false],
  ["ProtectControlGroups=yes", "a hybrid hierarchy", host({ cgroups: "hybrid" }), true],
  ["SystemCallFilter=read", "no seccomp", features("-SECCOMP"), false],
  ["ProtectKernelModules=yes", "no seccomp: it still hides the modules", features("-SECCOMP"), true],
  ["SocketBindDeny=any", "no BPF_FRAMEWORK", features("-BPF_FRAMEWORK"), false],
  ["SocketBindAllow=ipv4:tcp:80", "no BPF_FRAMEWORK", features("-BPF_FRAMEWORK"), false],
  ["IPAddressDeny=any", "no BPF_FRAMEWORK: it has a loader of its own", features("-BPF_FRAMEWORK"), true],
  ["IPAddressDeny=any", "a hybrid hierarchy", host({ cgroups: "hybrid" }), false],
  ["IPAddressDeny=any", "systemd 258, whatever was found", host({ cgroups: "legacy" }, 258), true],
  ["IPAddressAllow=localhost", "tried in vain", host({ unenforced: ["IPAddressDeny"] }), false],
  ["SocketBindDeny=any", "tried in vain", host({ unenforced: ["SocketBindDeny"] }), false],
  ["RestrictFileSystems=ext4", "no BPF module", host({ securityModules: ["apparmor"] }), false],
  ["RestrictFileSystems=ext4", "no securityfs", host({ securityModules: null }), false],
  ["RestrictFileSystems=ext4", "the BPF module", host({ securityModules: ["capability", "bpf"] }), true],
  ["DevicePolicy=closed", "version 1 of control groups", host({ cgroups: "legacy" }), true],
  ["DevicePolicy=closed", "no control groups", host({ cgroups: "none" }), false],
];

for (const [line, where, given, expected] of table) {
  test(`${line} is ${expected ? "enforced" : "ignored"}: ${where}`, (t) => {
    const [directive = "", value = ""] = line.split("=");
    t.is(isAvailable(situation(given), directive, value), expected);
  });
}

test("of a target other than the host only the version is known", (t) => {
  const elsewhere = {
    systemd: { version: 252, features: ["-SECCOMP", "-BPF_FRAMEWORK"] },
    cgroups: "none",
    unenforced: ["IPAddressDeny"],
  } as const;
  for (const directive of ["SystemCallFilter", "SocketBindDeny", "IPAddressDeny", "DevicePolicy"]) {
    t.true(isAvailable(situation(host(elsewhere, 257)), directive), directive);
    t.false(isAvailable(situation(host(elsewhere, 252)), directive), directive);
  }
  t.true(isAvailable(situation({ host: { systemd: null } }), "IPAddressDeny", "any"));
});

test("the reason names the version that knows the directive or the value", (t) => {
  t.is(
    unavailability(situation({ target: 252 }), "PrivateBPF", "yes"),
    "systemd 252 does not know it, 258 is the first that does.",
  );
  t.is(
    unavailability(situation({ target: 252 }), "PrivateTmp", "disconnected"),
    "systemd 252 does not know the value disconnected, 257 is the first that does.",
  );
});

test("what is withheld for another reason keeps it; what is set becomes unavailable", (t) => {
  const context = situation({ target: 240 });
  const withheld = withhold("PrivateIPC", "unsafe", "because.");
  t.is(ifAvailable(withheld, context), withheld);
  const decision = ifAvailable(set("PrivateIPC", "yes", "why."), context);
  t.is(decision.decision === "withheld" && decision.reason, "unavailable");
});

test("every value came with its directive or later", (t) => {
  for (const [directive, values] of Object.entries(valuesSince)) {
    for (const [value, since] of Object.entries(values)) {
      t.true(since >= (directivesSince[directive] ?? 0), `${directive}=${value}`);
    }
  }
});
