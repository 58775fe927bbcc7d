import { testServices } from "./services.js";

testServices("trixie");
