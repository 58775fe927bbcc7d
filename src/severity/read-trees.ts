/**
 * What it is worth to read in a tree beyond what modes say. `secret` trees are so unless the file is open to everyone;
 * `kernel` trees whatever their modes, for a sandbox hides or shows them as a whole. Sources as for what is written, and
 * proc(5), kernel.kptr_restrict in Documentation/admin-guide/sysctl/kernel.rst.
 */
import { type Entry, TreeTable } from "./tree.js";

const passwords = "it has hashes of passwords, which can be cracked elsewhere";
const keys = "it has private keys, by which one passes for the host";
const credentials = "it has passwords and keys of other services";

export const secretTrees = new TreeTable([
  ["high", "/etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow- /etc/security/opasswd", passwords],
  [
    "high",
    "/etc/ssh /etc/ssl/private /etc/pki/tls/private /etc/krb5.keytab /etc/wireguard /etc/ipsec.secrets /etc/ipsec.d/private /etc/swanctl /etc/letsencrypt /etc/openvpn",
    keys,
  ],
  [
    "high",
    "/etc/NetworkManager/system-connections /etc/credstore /etc/credstore.encrypted /run/credentials /run/secrets /var/lib/systemd/credential.secret /etc/kubernetes /var/lib/kubelet /etc/ppp /etc/sssd /var/lib/sss /var/lib/private /var/lib/docker /var/lib/containers",
    credentials,
  ],
  ["medium", "/etc/sudoers /etc/sudoers.d /etc/polkit-1", "it says who may become root, and how"],
  ["medium", "/var/log", "it says what other services and users did"],
  ["medium", "/var/spool /var/mail", "it is mail and work of other services and users"],
  ["medium", "/boot /efi", "it has the kernel and its addresses, which exploits need"],
]);

export const shownTrees = new TreeTable([
  ["medium", "/root /home /run/user", "home directories have what users keep to themselves", "ProtectHome"],
  ["high", "/proc/kcore", "it is the memory of the kernel and so of everyone", "ProtectKernelTunables"],
  [
    "medium",
    "/proc/kallsyms",
    "it has the addresses of the kernel that exploits need",
    "ProtectKernelTunables",
  ],
  [
    "medium",
    "/proc/kmsg /dev/kmsg",
    "it is the kernel log, with what drivers and crashes tell",
    "ProtectKernelLogs",
  ],
  ["low", "/proc/{other-pid}", "it says what processes of others are called and do", "ProtectProc"],
  [
    "medium",
    "/sys/kernel/debug /sys/kernel/tracing",
    "it shows what the kernel does for all processes",
    "ProtectKernelTunables",
  ],
  [
    "medium",
    "/sys/firmware/efi/efivars",
    "it has settings and keys of the firmware",
    "ProtectKernelTunables",
  ],
] satisfies readonly Entry[]);

/** Where programs keep the keys of a user, wherever the home is (ssh(1), gpg(1), git-credential-store(1) …). */
const userSecrets =
  /\/(?:\.ssh\/(?!known_hosts$|config$|.*\.pub$)[^/]+|\.gnupg\/.+|\.aws\/credentials|\.kube\/config|\.docker\/config\.json|\.config\/gcloud\/.+|\.azure\/.+|\.netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.vault-token|\.password-store\/.+|\.bash_history)$/;

/** Names that keys have by custom. */
const keyNames =
  /(?:^|[/._-])(?:id_(?:rsa|dsa|ecdsa|ed25519)|privkey\w*|[^/]*\.(?:key|keytab|p12|pfx|jks|kdbx))$/;

/** Files of the kernel by which the memory, or what is secret, of another process is read (proc(5)). */
const otherMemory =
  /^\/proc\/\{other-pid\}\/(?:task\/[^/]+\/)?(?:mem|environ|auxv|fd|map_files|root|cwd|stack|maps|smaps|pagemap)(?:\/|$)/;

/** Whether the name alone tells that keys of a user or a service are in it. */
export function isKeyName(path: string): boolean {
  return userSecrets.test(path) || keyNames.test(path);
}

/** Whether it is a way into another process. */
export function isOtherMemory(path: string): boolean {
  return otherMemory.test(path);
}
