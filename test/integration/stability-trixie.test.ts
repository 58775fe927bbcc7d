import { testStability } from "./stability.js";

testStability("trixie");
