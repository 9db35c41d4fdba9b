import { createRequire } from "node:module";

// Azurite reads the command line and runs until it is told to stop; it has no other way in.
process.on("disconnect", () => process.exit(0));
createRequire(import.meta.url)("azurite/dist/src/azurite.js");
