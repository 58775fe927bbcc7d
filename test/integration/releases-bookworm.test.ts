import { testReleases } from "./releases.js";

testReleases("bookworm");
