import { testCommands } from "./commands.js";

testCommands("bookworm");
