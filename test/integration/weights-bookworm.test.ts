import { testWeights } from "./weights.js";

testWeights("bookworm");
