import { testSaturation } from "./saturation.js";

testSaturation("bookworm");
