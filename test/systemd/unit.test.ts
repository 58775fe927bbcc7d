import test from "ava";
import { ProfileError } from "../../src/errors.js";
import { busLabel, serviceName } from "../../src/systemd/unit.js";

test("a name without suffix is that of a service", (t) => {
  t.is(serviceName("nginx"), "nginx.service");
  t.is(serviceName("nginx.service"), "nginx.service");
  t.is(serviceName("foo@bar"), "foo@bar.service");
  t.is(serviceName("foo.bar"), "foo.bar.service");
  t.is(serviceName(String.raw`srv-a\x2db`), String.raw`srv-a\x2db.service`);
});

const refused: readonly [string, RegExp][] = [
  ["", /not the name of a unit/],
  ["a b", /not the name of a unit/],
  ["../etc/passwd", /not the name of a unit/],
  ["--help", /not the name of a unit/],
  ["a\nb", /not the name of a unit/],
  ["x".repeat(256), /not the name of a unit/],
  ["nginx.socket", /socket unit: only services/],
  ["apt-daily.timer", /timer unit: only services/],
  ["foo@", /is a template: name an instance, such as foo@NAME\.service/],
  ["foo@.service", /is a template/],
];

for (const [name, message] of refused)
  test(`bad input: ${JSON.stringify(name.slice(0, 40))} is refused in one line`, (t) => {
    const error = t.throws(() => serviceName(name), { instanceOf: ProfileError, message });
    t.is(error.exitCode, 2);
    t.false(error.message.includes("\n"));
  });

test("unit names become D-Bus object paths as systemd escapes them", (t) => {
  t.is(busLabel("tmpl@one.service"), "tmpl_40one_2eservice");
  t.is(busLabel("3proxy.service"), "_33proxy_2eservice");
  t.is(busLabel(String.raw`a\x2db.service`), "a_5cx2db_2eservice");
});
