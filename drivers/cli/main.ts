import { runDriver } from "./process.ts";

await runDriver();
