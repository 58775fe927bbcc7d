import { testReleases } from "./releases.js";

testReleases("trixie");
