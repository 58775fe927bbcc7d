import { testHandWritten } from "./hand-written.js";

testHandWritten("bookworm");
