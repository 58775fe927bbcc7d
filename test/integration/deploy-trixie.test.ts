import { testDeploy } from "./deploy.js";

testDeploy("trixie");
