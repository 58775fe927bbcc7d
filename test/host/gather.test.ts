import test from "ava";
import * as v from "valibot";
import { ProfileError } from "../../src/errors.js";
import { architectureOf } from "../../src/host/architecture.js";
import { gatherHost } from "../../src/host/gather.js";
import { profileSchema } from "../../src/profile/schema.js";

test("when this host is gathered then it can be stored in a profile", async (t) => {
  const host = await gatherHost({ paths: ["/bin/sh", "/nonexistent/x"], uids: [0], gids: [0] });
  t.true(v.is(profileSchema.entries.hosts, [host]));
  t.is(host.files["/nonexistent"], null);
  t.true(host.mounts.some(({ path }) => path === "/"));
  t.true(host.unprivilegedPortStart >= 0);
  t.deepEqual(Object.keys(host.files), Object.keys(host.files).sort());
});

test("when a file belongs to somebody then the host knows the names", async (t) => {
  const host = await gatherHost({ paths: ["/etc/shadow"], uids: [], gids: [] });
  const shadow = host.files["/etc/shadow"];
  t.not(shadow, null);
  t.is(host.users["0"], "root");
  t.true(Object.keys(host.groups).includes(String(shadow?.gid)));
});

test("when the architecture is named as systemd does then Node's names are translated", (t) => {
  t.is(architectureOf("x64"), "x86-64");
  t.is(architectureOf("ppc64"), "ppc64-le");
  const error = t.throws(() => architectureOf("mips"), { instanceOf: ProfileError });
  t.is(error.exitCode, 3);
});
