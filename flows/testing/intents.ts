import { intentSchema } from "../../base/contracts/view.ts";

/** The names of all intents, from the contract itself. */
export const INTENT_TYPES = intentSchema.options.map(({ shape }) => shape.type.value);
