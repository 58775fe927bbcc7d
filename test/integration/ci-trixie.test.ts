import { testCi } from "./ci.js";

testCi("trixie");
