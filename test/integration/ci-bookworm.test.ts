import { testCi } from "./ci.js";

testCi("bookworm");
