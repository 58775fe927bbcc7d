import { testProfiles } from "./profiles.js";

testProfiles("bookworm");
