import { createRequire } from "node:module";

// Whoever started this may be gone before the first line runs.
if (!process.connected) process.exit(0);
process.on("disconnect", () => process.exit(0));
// Azurite reads the command line and runs until it is told to stop; it has no other way in.
createRequire(import.meta.url)("azurite/dist/src/azurite.js");
