import test from "ava";
import { parseSystemdVersion } from "../../src/host/systemd.js";

test("when systemctl --version is read then version and build features are told", (t) => {
  const text = "systemd 257 (257.13-1~deb13u1)\n+PAM -BPF_FRAMEWORK +SECCOMP default-hierarchy=unified\n";
  t.deepEqual(parseSystemdVersion(text), { version: 257, features: ["+PAM", "-BPF_FRAMEWORK", "+SECCOMP"] });
  t.is(parseSystemdVersion("systemd 258~rc1 (258~rc1)\n")?.version, 258);
});

test("when systemctl is something else then there is no systemd", (t) => {
  t.is(parseSystemdVersion("systemctl replacement 1.5.4505\n"), null);
  t.is(parseSystemdVersion(""), null);
});
