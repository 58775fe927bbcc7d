import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { parseExecCommands, parseShow, parseStrings, parseTimeSpan } from "../../src/systemd/show.js";

test("a value may contain equals signs and be empty", (t) => {
  const properties = parseShow(
    "Id=nginx.service\nPIDFile=\nExecStart={ path=/bin/true ; argv[]=/bin/true a=b }\n",
  );
  t.is(properties.get("Id"), "nginx.service");
  t.is(properties.get("PIDFile"), "");
  t.is(properties.get("ExecStart"), "{ path=/bin/true ; argv[]=/bin/true a=b }");
  t.is(properties.get("Nonsense"), undefined);
});

test("a property that is printed once for each value keeps all of them", (t) => {
  t.is(
    parseShow("DeviceAllow=/dev/null rw\nDeviceAllow=/dev/zero r\n").get("DeviceAllow"),
    "/dev/null rw\n/dev/zero r",
  );
});

// Printed by busctl of systemd 252 and 257 alike.
const printed = `{"type":"a(sasasttttuii)","data":[["/bin/true",["/bin/true","first","a b","$HOME"],[],0,0,0,0,41,0,0],["/bin/false",["/bin/false","second","x;y","é","q\\"u","50%"],["ignore-failure"],0,0,0,0,0,0,0],["/bin/sleep",["mysleep","0.01"],[],0,0,0,0,0,0,0]]}
{"type":"a(sasasttttuii)","data":[]}
`;

test("arguments that systemctl show would run together stay apart", (t) => {
  t.deepEqual(parseExecCommands(printed), [
    [
      { path: "/bin/true", argv: ["/bin/true", "first", "a b", "$HOME"], flags: [], pid: 41 },
      {
        path: "/bin/false",
        argv: ["/bin/false", "second", "x;y", "é", 'q"u', "50%"],
        flags: ["ignore-failure"],
        pid: 0,
      },
      { path: "/bin/sleep", argv: ["mysleep", "0.01"], flags: [], pid: 0 },
    ],
    [],
  ]);
});

test("a property of another type is refused, not misread", (t) => {
  t.throws(() => parseExecCommands('{"type":"as","data":[]}'), { instanceOf: TypeError });
  t.throws(() => parseExecCommands('{"type":"a(sasasttttuii)","data":[["/bin/true"]]}'), {
    instanceOf: TypeError,
  });
  t.deepEqual(parseStrings('{"type":"as","data":["foo","foo/bar"]}\n'), [["foo", "foo/bar"]]);
});

test("time spans as systemd prints them become seconds", (t) => {
  t.is(parseTimeSpan("1min 30s"), 90);
  t.is(parseTimeSpan("100ms"), 0.1);
  t.is(parseTimeSpan("1h 2min 3.5s"), 3723.5);
  t.is(parseTimeSpan("infinity"), Number.POSITIVE_INFINITY);
  t.is(parseTimeSpan("0"), 0);
  t.is(parseTimeSpan("soon"), Number.NaN);
  t.is(parseTimeSpan(""), Number.NaN);
});

testProp("no text makes the readers of systemctl's output fail", [fc.string()], (t, text) => {
  t.notThrows(() => parseShow(text));
  t.notThrows(() => parseTimeSpan(text));
});
