import { testSaturation } from "./saturation.js";

testSaturation("trixie");
