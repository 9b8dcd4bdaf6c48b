import type { IoWiring } from "../../drivers/io-board/wiring.ts";

/** The housing that the simulator plays. */
export const SIMULATED_WIRING: IoWiring = {
  unit: 1,
  inputs: [
    { name: "service-door", kind: "door", input: 0, inverted: true },
    { name: "person", kind: "proximity", input: 1 },
    { name: "housing", kind: "tamper", input: 2 },
  ],
  lights: [
    { name: "status", coils: { green: 0, red: 1 } },
    { name: "reader", coils: { white: 2 } },
  ],
  relays: [
    { name: "modem-power", coil: 3, safe: true },
    { name: "door-lock", coil: 4, safe: false },
  ],
};
