import { testAdoption } from "./adopt.js";

testAdoption("trixie");
