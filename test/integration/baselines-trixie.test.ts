import { testBaselines } from "./baselines.js";

testBaselines("trixie");
