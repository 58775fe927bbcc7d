import { testServices } from "./services.js";

testServices("bookworm");
