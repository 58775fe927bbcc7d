import { testCommands } from "./commands.js";

testCommands("trixie");
