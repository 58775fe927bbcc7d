import { at, type Row } from "./row.js";

export const network: readonly Row[] = [
  {
    dropIn: "IPAddressDeny=; IPAddressDeny=any",
    line: 'sendto(3<UDP:[0.0.0.0:4711]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: ["IPAddressDeny"],
  },
  {
    dropIn: "IPAddressDeny=any; IPAddressAllow=192.0.2.0/24",
    line: 'sendto(3<UDP:[0.0.0.0:4711]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: [],
  },
  {
    dropIn: "IPAddressDeny=any; IPAddressAllow=localhost",
    line: 'connect(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ETIMEDOUT (Connection timed out)',
    suspects: ["IPAddressDeny", "IPAddressAllow"],
  },
  {
    dropIn: "RestrictNetworkInterfaces=lo",
    line: "sendmsg(3<UDP:[0.0.0.0:4711]>, {msg_name=NULL}, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["RestrictNetworkInterfaces"],
  },
  {
    dropIn: "SocketBindDeny=any; SocketBindAllow=ipv4:tcp:80",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(81), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: ["SocketBindDeny", "SocketBindAllow"],
  },
  {
    dropIn: "SocketBindDeny=any; SocketBindAllow=ipv4:tcp:80",
    line: 'bind(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = -1 EPERM (Operation not permitted)',
    suspects: [],
  },
  {
    dropIn: "PrivateNetwork=yes",
    line: 'connect(3<TCP:[7]>, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH (Network is unreachable)',
    suspects: ["PrivateNetwork"],
  },
  {
    dropIn: "PrivateNetwork=yes",
    line: 'connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = -1 ECONNREFUSED (Connection refused)',
    at: at("/run/x"),
    suspects: [],
  },
  {
    dropIn: "IPEgressFilterPath=/sys/fs/bpf/x",
    line: "sendmsg(3, {msg_name=NULL}, 0) = -1 EPERM (Operation not permitted)",
    suspects: ["IPEgressFilterPath"],
  },
];
