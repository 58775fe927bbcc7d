/** What systemd accepts and the kernel does not enforce is found by trying, and named. */
import type { Suite } from "./machine.js";
import type { MachineTest } from "./with-machine.js";

/** Debian's 252 is built without BPF_FRAMEWORK; machines have no BPF security module. */
const unenforced: Readonly<Record<Suite, readonly string[]>> = {
  bookworm: ["SocketBindDeny", "RestrictNetworkInterfaces", "RestrictFileSystems"],
  trixie: ["RestrictFileSystems"],
};

export function testEnforcement(testOn: MachineTest, suite: Suite): void {
  testOn(
    "what this systemd ignores is in the profile, missing for doctor, and not in the drop-in",
    async (t, machine) => {
      const expected = unenforced[suite];
      const doctor = await machine.succeed(["profile", "doctor"]);
      const missing = [...doctor.matchAll(/^missing +(\w+)= is enforced/gm)].map(([, name]) => name);
      t.deepEqual(missing, [...expected]);
      await machine.succeed(["profile", "run", "--no-pty", "--out", "/root/enforced", "--", "/bin/true"]);
      const profile = JSON.parse(await machine.readFile("/root/enforced/true.profile.json")) as {
        hosts: readonly { unenforced: readonly string[] }[];
      };
      t.deepEqual(profile.hosts[0]?.unenforced, [...expected]);
      const dropIn = await machine.readFile("/root/enforced/true.conf");
      for (const name of expected) {
        t.notRegex(dropIn, new RegExp(`^${name}=`, "m"));
        t.regex(dropIn, new RegExp(`^#.*\\b${name}=`, "m"));
      }
    },
  );
}
