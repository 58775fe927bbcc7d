import { testWeights } from "./weights.js";

testWeights("trixie");
