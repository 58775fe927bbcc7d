import { testVerification } from "./verification.js";

testVerification("bookworm");
