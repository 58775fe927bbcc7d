import { testSuspects } from "./suspects.js";

testSuspects("trixie");
