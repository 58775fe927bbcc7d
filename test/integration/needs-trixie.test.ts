import { testNeeds } from "./needs.js";

testNeeds("trixie");
