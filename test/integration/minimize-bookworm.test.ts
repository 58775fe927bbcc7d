import { testMinimize } from "./minimize.js";

testMinimize("bookworm");
