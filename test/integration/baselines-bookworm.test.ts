import { testBaselines } from "./baselines.js";

testBaselines("bookworm");
