export { type AttachOptions, type Built, FactBuilder } from "./builder.js";
export { wantedCalls } from "./calls.js";
export { FactSet, factId } from "./set.js";
