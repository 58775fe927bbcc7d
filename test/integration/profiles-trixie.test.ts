import { testProfiles } from "./profiles.js";

testProfiles("trixie");
