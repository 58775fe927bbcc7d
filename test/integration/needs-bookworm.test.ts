import { testNeeds } from "./needs.js";

testNeeds("bookworm");
