import test from "ava";
import picocolors from "picocolors";
import type { Minimized, Privilege } from "../../src/minimize/types.js";
import { minimizedDocument, renderMinimized } from "../../src/output/minimized.js";
import { sampleProfile } from "../profile/sample.js";

const colors = picocolors.createColors(false);

const privilege = (kind: Privilege["kind"], name: string): Privilege => ({ kind, name, facts: [] });

const minimized: Minimized = {
  profile: sampleProfile,
  removed: [privilege("capability", "CAP_KILL"), privilege("writable path", "/run/\u001b[31mx")],
  kept: [{ privilege: privilege("capability", "CAP_SETUID"), why: "it exits with 1\nand more" }],
  untried: [privilege("system call", "io_setup")],
  spared: ["/var/lib/x: a service that cannot write there may go on and lose data without a word"],
  runs: 3,
};

test("what was taken away is told first, then what was needed and why, and what nobody tried", (t) => {
  t.deepEqual(renderMinimized(minimized, colors).split("\n"), [
    "minimized: 2 of 3 privileges taken away, in 3 runs",
    "  taken away CAP_KILL",
    "  taken away writable path /run/\\x1b[31mx",
    "  needed CAP_SETUID: it exits with 1\\x0aand more",
    "  not tried, the limit was reached: system call io_setup",
    "  never tried: /var/lib/x: a service that cannot write there may go on and lose data without a word",
  ]);
});

test("when nothing that was used makes a difference then that is told", (t) => {
  const nothing = { ...minimized, removed: [], kept: [], untried: [], spared: [], runs: 0 };
  t.is(renderMinimized(nothing, colors), "minimized: there was nothing to take away");
});

test("for machines it is all there but for the profile, which is a file", (t) => {
  const document = minimizedDocument(minimized);
  t.like(document, { runs: 3, kept: [{ name: "CAP_SETUID", why: "it exits with 1\nand more" }] });
  t.false("profile" in document);
});
