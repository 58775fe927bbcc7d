/** What it is worth to reach a service by its AF_UNIX socket: it acts for its clients with its own rights. */
import { controlSockets } from "../directives/inaccessible.js";
import { isBelow } from "../facts/paths.js";
import type { FileFact } from "../facts/types.js";
import { canonical, ownDirectory, type Where } from "./ground.js";
import { runsAsRoot } from "./own.js";
import { type Assessment, high, low, medium } from "./types.js";

const bus = "/run/dbus/system_bus_socket";

/** Every service may use these, and what they do for it is little (sd_notify(3), syslog(3), nss(5), userdbctl(1)). */
const usual = [
  "/dev/log",
  "/run/nscd",
  "/run/systemd/io.system.ManagedOOM",
  "/run/systemd/journal",
  "/run/systemd/notify",
  "/run/systemd/resolve",
  "/run/systemd/userdb",
];

/** Sockets below these speak for a user who is logged in: his bus, his keys, his screen. */
const ofUsers = ["/run/user", "/tmp/.X11-unix", "/tmp/.ICE-unix"];

/** Connecting to a socket that has a path. */
export function assessConnection({ path: named }: FileFact, where: Where): Assessment {
  const path = canonical(where, named, true);
  if (path === bus) return assessBus(where);
  if (controlSockets.some((socket) => isBelow(path, socket))) {
    return high(`By ${path} an attacker could have root start what they want, outside of the sandbox.`);
  }
  if (ofUsers.some((tree) => isBelow(path, tree))) {
    return high(`By ${path} an attacker could act for the user who is logged in.`);
  }
  if (ownDirectory(where, path) !== undefined) {
    return low(`By ${path} an attacker could talk to the service itself.`);
  }
  return usual.some((socket) => isBelow(path, socket))
    ? low(`By ${path} an attacker could log, notify and look up names, as every service may.`)
    : medium(`By ${path} an attacker could have whoever listens there act for them.`);
}

/** Root may ask systemd for a new unit over it; others are asked for authorisation by what they call (polkit(8)). */
function assessBus({ unit }: Where): Assessment {
  return runsAsRoot(unit)
    ? high(`By ${bus} an attacker could have systemd start what they want as root, outside of the sandbox.`)
    : medium(`By ${bus} an attacker could ask the services of the system to act for them.`);
}
