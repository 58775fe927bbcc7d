import { testVerification } from "./verification.js";

testVerification("trixie");
