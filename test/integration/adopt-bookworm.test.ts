import { testAdoption } from "./adopt.js";

testAdoption("bookworm");
