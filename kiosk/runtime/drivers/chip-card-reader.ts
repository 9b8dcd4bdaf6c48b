import { EMPTY_TRUST } from "../../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../../../drivers/chip-card-reader/driver.ts";
import { PcscTerminal } from "../../../drivers/chip-card-reader/pcsc/terminal.ts";
import type { ModelFactories } from "../devices.ts";

/** As a port: whichever reader PC/SC has. */
const ANY_READER = "*";

/** Where PC/SC is missing the reader is there all the same, absent, with a condition that says so. */
export const chipCardReaders: ModelFactories<"chip-card-reader"> = {
  pcsc: ({ id, port, trust = EMPTY_TRUST, clock, log }) => {
    const terminal = new PcscTerminal({ ...(port === ANY_READER ? {} : { reader: port }), clock });
    return new PcscChipCardReader({ id, terminal, trust, clock, log });
  },
};
