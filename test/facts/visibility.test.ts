import test from "ava";
import { visibleRoot } from "../../src/facts/visibility.js";

const table: readonly [string, "read" | "execute" | "map" | "connect", string, string | undefined][] = [
  ["a program is shown alone", "execute", "/usr/bin/python3.11", "/usr/bin/python3.11"],
  ["a library with its directory", "map", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu"],
  ["even when all share it", "map", "/usr/lib/libc.so.6", "/usr/lib"],
  ["the directory of a package", "read", "/usr/share/nginx/modules/x.conf", "/usr/share/nginx"],
  ["a file that lies among those of others", "read", "/etc/passwd", "/etc/passwd"],
  ["what a package configures", "read", "/etc/nginx/sites-enabled/default", "/etc/nginx"],
  ["certificates, not the keys beside them", "read", "/etc/ssl/certs/ca.pem", "/etc/ssl/certs"],
  ["the directory of a socket, which comes again under its name", "connect", "/run/dbus/bus", "/run/dbus"],
  ["one socket of systemd", "connect", "/run/systemd/notify", "/run/systemd/notify"],
  ["the data of a service", "read", "/var/lib/thing/a/b", "/var/lib/thing"],
  [
    "of a home only the directory of the file",
    "read",
    "/home/ada/.config/thing/a",
    "/home/ada/.config/thing",
  ],
  ["or the file", "read", "/root/.profile", "/root/.profile"],
  ["a look at what all share needs nothing", "read", "/usr/lib", undefined],
  ["nor one at a home", "read", "/home/ada", undefined],
  ["a name that varies stands for its directory", "read", "/srv/app/{uuid}/x", "/srv/app"],
];

for (const [title, access, path, root] of table) {
  test(`${title}: ${access} ${path}`, (t) => {
    t.is(visibleRoot({ access, path }), root);
  });
}
