import { testHandWritten } from "./hand-written.js";

testHandWritten("trixie");
