import { testStability } from "./stability.js";

testStability("bookworm");
