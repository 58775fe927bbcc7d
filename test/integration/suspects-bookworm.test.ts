import { testSuspects } from "./suspects.js";

testSuspects("bookworm");
