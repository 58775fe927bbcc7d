/**
 * What it is worth to write in a tree. `high`: what is there is run, believed or mounted by root, or belongs to users.
 * `medium`: data and settings of others. The service's own directories are not in the table. Sources: hier(7),
 * file-hierarchy(7), and the pages of those who read what is there: systemd.unit(5), crontab(5), ld.so(8), sudoers(5),
 * pam(8), udev(7), modprobe.d(5), sysctl.d(5), tmpfiles.d(5), logrotate(8), apt.conf(5), proc(5), sysfs(5), core(5).
 */
import { type Entry, TreeTable } from "./tree.js";

const programs = "root and all services run programs from there";
const units = "systemd runs as root what units there say";
const jobs = "jobs there are run as root, or as whom they name";
const loaded = "every program of the host loads what is named there";
const login = "it decides who may log in and become root";
const packages = "the package manager runs scripts from there as root";
const startup = "it is run when root or users log in, or the host starts";
const settings = "it decides how the kernel and its modules are set up by root";
const trust = "the whole host believes it when it verifies or finds other hosts";
const stored = "images and file systems of containers and machines are run from there as root";
const tunables = "it changes how the kernel treats the whole host";

const entries: readonly Entry[] = [
  // Of trees that are equally severe, the first is named when a directory above them is written.
  [
    "high",
    "/etc/systemd /run/systemd/system /run/systemd/user /run/systemd/transient /run/systemd/generator /run/systemd/generator.early /run/systemd/generator.late /run/systemd/system.control /run/systemd/system.attached /etc/init.d /etc/rc.local /etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d /etc/rc6.d /etc/rcS.d /etc/default /etc/sysconfig /etc/dbus-1",
    units,
    "ProtectSystem",
  ],
  ["high", "/usr /bin /sbin /lib /lib32 /lib64 /libx32", programs, "ProtectSystem"],
  ["high", "/boot /efi", "the next kernel is booted from there", "ProtectSystem"],
  ["high", "/root", "root's shell reads its start-up files and keys there", "ProtectHome"],
  ["high", "/home /run/user", "it belongs to users, whose shells and keys are there", "ProtectHome"],
  [
    "high",
    "/etc/crontab /etc/anacrontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/cron.yearly /var/spool/cron /var/spool/at /var/spool/atjobs /etc/logrotate.conf /etc/logrotate.d /var/spool/anacron",
    jobs,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/ld.so.preload /etc/ld.so.conf /etc/ld.so.conf.d /etc/ld.so.cache /etc/nsswitch.conf /etc/alternatives",
    loaded,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid /etc/subgid /etc/sudoers /etc/sudoers.d /etc/sudo.conf /etc/doas.conf /etc/polkit-1 /etc/pam.d /etc/pam.conf /etc/security /etc/login.defs /etc/ssh /etc/shells /etc/securetty /etc/krb5.keytab /etc/sssd",
    login,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/profile /etc/profile.d /etc/environment /etc/environment.d /etc/bash.bashrc /etc/bashrc /etc/zsh /etc/skel /etc/update-motd.d /etc/X11 /etc/xdg/autostart /etc/network /etc/NetworkManager /etc/networkd-dispatcher /etc/dhcp /etc/ppp /etc/acpi /etc/inittab /etc/rc.d",
    startup,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/apt /etc/dpkg /var/lib/dpkg /var/lib/apt /var/cache/apt /etc/yum.conf /etc/yum.repos.d /etc/dnf /var/lib/rpm /var/lib/dnf /etc/pacman.conf /etc/pacman.d /var/lib/pacman /etc/apk /etc/zypp /etc/needrestart /snap /var/lib/snapd /nix /gnu",
    packages,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/kernel /etc/initramfs-tools /etc/dracut.conf /etc/dracut.conf.d /etc/grub.d /etc/modprobe.d /etc/modules /etc/modules-load.d /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /run/modprobe.d /run/modules-load.d /etc/udev /run/udev/rules.d /etc/tmpfiles.d /run/tmpfiles.d /etc/sysusers.d /run/sysusers.d /etc/binfmt.d /run/binfmt.d /etc/fstab /etc/crypttab /etc/exports /etc/apparmor.d /etc/selinux /etc/audit",
    settings,
    "ProtectSystem",
  ],
  [
    "high",
    "/etc/ssl /etc/pki /etc/ca-certificates /etc/ca-certificates.conf /etc/hosts /etc/resolv.conf /run/systemd/resolve /run/resolvconf /etc/gai.conf",
    trust,
    "ProtectSystem",
  ],
  [
    "high",
    "/var/lib/docker /var/lib/containers /var/lib/containerd /var/lib/kubelet /var/lib/machines /var/lib/portables /var/lib/extensions /var/lib/confexts /var/lib/lxc /var/lib/lxd /var/lib/incus /var/lib/libvirt /etc/docker /etc/containers /etc/containerd /etc/cni /etc/kubernetes /etc/libvirt",
    stored,
    "ProtectSystem",
  ],
  ["high", "/var/lib/private", "it belongs to other services"],
  ["medium", "/etc", "it is how other services are set up", "ProtectSystem"],
  ["medium", "/opt", "others may run programs from there"],
  ["medium", "/srv /mnt /media", "it is data that other services hand out"],
  ["medium", "/var/lib/systemd", "it is what systemd itself remembers"],
  ["medium", "/var/log", "traces of an attack could be removed there, and those of other services"],
  ["medium", "/var/mail /var/spool", "it is mail and work that other services and users have left"],
  ["medium", "/var /run", "it is data of other services"],
  ["low", "/tmp /var/tmp /dev/shm /dev/mqueue", "all services share it, PrivateTmp= or PrivateIPC= aside"],
  ["low", "/run/lock", "all services share it"],
  [
    "high",
    "/proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/kernel/hotplug /proc/sys/kernel/poweroff_cmd /proc/sys/fs/binfmt_misc",
    "the kernel runs as root what is written there",
    "ProtectKernelTunables",
  ],
  ["high", "/proc/sys", tunables, "ProtectKernelTunables"],
  ["high", "/proc/sysrq-trigger", "it restarts or crashes the host", "ProtectKernelTunables"],
  ["medium", "/proc/sys/net", tunables, "ProtectKernelTunables"],
  ["medium", "/proc", "it changes how the kernel treats processes or devices", "ProtectKernelTunables"],
  ["medium", "/sys", "it changes how the kernel runs devices", "ProtectKernelTunables"],
  [
    "high",
    "/sys/kernel/debug /sys/kernel/tracing /sys/kernel/security /sys/kernel/uevent_helper /sys/kernel/config /sys/kernel/kexec_crash_size /sys/firmware /sys/module /sys/power",
    "it is the inside of the kernel and the firmware",
    "ProtectKernelTunables",
  ],
  ["medium", "/sys/fs/bpf", "BPF programs of others could be replaced", "ProtectKernelTunables"],
  [
    "medium",
    "/sys/fs/cgroup",
    "processes could leave the limits of the service, or others be stopped",
    "ProtectControlGroups",
  ],
  ["medium", "/dev", "others open devices by their names there", "PrivateDevices"],
];

export const writtenTrees = new TreeTable(entries);
