import { testUserManager } from "./user-manager.js";

testUserManager("bookworm");
