import { testMinimize } from "./minimize.js";

testMinimize("trixie");
