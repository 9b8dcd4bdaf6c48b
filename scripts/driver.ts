import { runDriver } from "../drivers/cli/process.ts";
import { withSimulatedCards } from "./demo/simulated-cards.ts";

/** `npm run driver`: the driver's command line, which finds the chip cards of a demonstration that runs on this machine, or simulates one. */
await runDriver(withSimulatedCards);
