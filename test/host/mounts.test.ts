import test from "ava";
import { mountsBelow, parseMountinfo } from "../../src/host/mounts.js";

test("when mounts have tags or none then point and type are told", (t) => {
  const text = `24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=1k
36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
`;
  t.deepEqual(parseMountinfo(text), [
    { path: "/dev", fstype: "devtmpfs" },
    { path: "/mnt2", fstype: "ext3" },
  ]);
});

test("when a mount point has spaces, newlines and backslashes then they are unescaped", (t) => {
  const text = String.raw`1 2 0:1 / /a\040b\012c\134040 rw - fuse.x\040y src rw`;
  t.deepEqual(parseMountinfo(text), [{ path: "/a b\nc\\040", fstype: "fuse.x y" }]);
});

test("when a directory on the way is called - then it is not taken for the separator", (t) => {
  t.deepEqual(parseMountinfo("1 2 0:1 - /- rw - tmpfs - rw"), [{ path: "/-", fstype: "tmpfs" }]);
});

test("when a line is cut then it is skipped", (t) => {
  t.deepEqual(parseMountinfo("1 2 0:1 / /x rw shared:1\n\n"), []);
});

test("when a process has another root directory then it sees the mounts below that, under other names", (t) => {
  const mounts = [
    { path: "/", fstype: "ext4" },
    { path: "/run", fstype: "tmpfs" },
    { path: "/srv", fstype: "xfs" },
    { path: "/srv/jail/run", fstype: "tmpfs" },
    { path: "/srv/jail2", fstype: "tmpfs" },
  ];
  t.deepEqual(mountsBelow(mounts, "/srv/jail"), [
    { path: "/", fstype: "xfs" },
    { path: "/run", fstype: "tmpfs" },
  ]);
});
