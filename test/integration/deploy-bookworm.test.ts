import { testDeploy } from "./deploy.js";

testDeploy("bookworm");
