/** What is open to groups and users that distributions set up (base-passwd of Debian, systemd's basic.conf of sysusers.d). */
import { isRootName } from "./own.js";
import type { Worth } from "./types.js";

const groups: Readonly<Record<string, Worth>> = {
  adm: ["medium", "read the logs of the whole host"],
  audio: ["medium", "listen by microphones"],
  dialout: ["medium", "drive serial lines and modems"],
  disk: ["high", "read and change disks past all file modes"],
  docker: ["high", "have root start containers that see the whole host"],
  incus: ["medium", "start containers"],
  "incus-admin": ["high", "have root start containers that see the whole host"],
  input: ["high", "read what is typed on the machine"],
  kmem: ["high", "read the memory of the kernel"],
  kvm: ["medium", "run virtual machines, and reach the code of the kernel that runs them"],
  libvirt: ["high", "have root start virtual machines with any disk of the host"],
  lxd: ["high", "have root start containers that see the whole host"],
  mail: ["medium", "read the mail of users"],
  render: ["medium", "drive the graphics hardware, by large drivers"],
  root: ["medium", "reach files that are open to root's group"],
  shadow: ["high", "read hashes of passwords, which can be cracked elsewhere"],
  "ssl-cert": ["high", "read private keys of the host"],
  staff: ["high", "change programs below /usr/local, which root runs as well"],
  sudo: ["high", "become root by sudo"],
  "systemd-journal": ["medium", "read the logs of the whole host"],
  tape: ["medium", "read and write backup tapes"],
  tty: ["medium", "write to the terminals of users"],
  utmp: ["low", "forge who is logged in"],
  video: ["medium", "see the screen and watch by cameras"],
  wheel: ["high", "become root by sudo or su"],
  "0": ["medium", "reach files that are open to root's group"],
};

/** Being a member of a group. */
export function worthOfGroup(group: string): Worth {
  const known = Object.hasOwn(groups, group) ? groups[group] : undefined;
  return known ?? ["medium", `reach files that are open to the group ${group}`];
}

/** Being a user. */
export function worthOfUser(user: string): Worth {
  return isRootName(user)
    ? ["high", "act as root, to whom every file of the sandbox and every service is open"]
    : ["medium", `act as ${user}, to whom files and processes of that user are open`];
}
