import test from "ava";
import { parseExposure } from "../../src/systemd/analyze.js";

test("the overall exposure is read from the last line, with or without UTF-8", (t) => {
  t.is(
    parseExposure("✗ RootDirectory= …\n\n→ Overall exposure level for nginx.service: 9.6 UNSAFE 😨\n"),
    9.6,
  );
  t.is(parseExposure("\n-> Overall exposure level for a.service: 10.0 DANGEROUS :-S\n"), 10);
  t.is(parseExposure("Unit x.service not found.\n"), undefined);
});
