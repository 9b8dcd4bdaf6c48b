import {
  ASB_ERROR,
  ASB_PAPER,
  ASB_PRINTER,
  ASB_RESERVED,
  BUFFERED_PAPER,
  ERROR_STATUS,
  FULL_PAPER,
  FULL_RECOVERABLE,
  FULL_UNRECOVERABLE,
  FULL_USER,
  OFFLINE_STATUS,
  PAPER_STATUS,
  PRINTER_STATUS,
} from "../../drivers/receipt-printer/status-bits.ts";

/** What the printer's sensors say. */
export type Facts = {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly nearEnd: boolean;
  readonly paperEnd: boolean;
  readonly paperJam: boolean;
  readonly cutterFault: boolean;
  readonly headHot: boolean;
  readonly unrecoverable: boolean;
  readonly ticketInMouth: boolean;
  readonly working: boolean;
};

/** The answer to `DLE EOT request`; `undefined` for requests that this printer does not know. */
export function realTime(request: number, facts: Facts, fullStatusKnown: boolean): Uint8Array | undefined {
  if (request === 1) return Uint8Array.of(PRINTER_STATUS.encode({ offline: facts.offline }));
  if (request === 2) return Uint8Array.of(offlineStatus(facts));
  if (request === 3) return Uint8Array.of(errorStatus(facts));
  if (request === 4) return Uint8Array.of(PAPER_STATUS.encode({ nearEnd: facts.nearEnd, end: facts.paperEnd }));
  return request === 20 && fullStatusKnown ? fullStatus(facts, 0x0f) : undefined;
}

function offlineStatus(facts: Facts): number {
  const error = facts.cutterFault || facts.unrecoverable || facts.headHot || facts.paperJam;
  return OFFLINE_STATUS.encode({ coverOpen: facts.coverOpen, paperEndStop: facts.paperEnd, error });
}

function errorStatus(facts: Facts): number {
  return ERROR_STATUS.encode({
    recoverable: facts.paperJam,
    cutter: facts.cutterFault,
    unrecoverable: facts.unrecoverable,
    autoRecoverable: facts.headHot,
  });
}

export function asb(facts: Facts): Uint8Array {
  return Uint8Array.of(
    ASB_PRINTER.encode({ drawerHigh: true, offline: facts.offline, coverOpen: facts.coverOpen }),
    ASB_ERROR.encode({
      recoverable: facts.paperJam,
      cutter: facts.cutterFault,
      unrecoverable: facts.unrecoverable,
      autoRecoverable: facts.headHot,
    }),
    ASB_PAPER.encode({ nearEnd: facts.nearEnd, end: facts.paperEnd }),
    ASB_RESERVED.encode({ low: true }),
  );
}

/** Custom's full status: `selector` bit 0 is the first of the four bytes. */
export function fullStatus(facts: Facts, selector: number): Uint8Array {
  const bytes = [
    FULL_PAPER.encode({ noPaper: facts.paperEnd, nearEnd: facts.nearEnd, ticketInOutput: facts.ticketInMouth }),
    FULL_USER.encode({ coverOpen: facts.coverOpen, spooling: facts.working }),
    FULL_RECOVERABLE.encode({ headTemperature: facts.headHot, paperJam: facts.paperJam }),
    FULL_UNRECOVERABLE.encode({ cutter: facts.cutterFault, memory: facts.unrecoverable }),
  ];
  return Uint8Array.of(0x10, selector, ...bytes.filter((_, index) => (selector & (1 << index)) !== 0));
}

export function buffered(facts: Facts): Uint8Array {
  return Uint8Array.of(BUFFERED_PAPER.encode({ nearEnd: facts.nearEnd, end: facts.paperEnd }));
}

export function processId(id: Uint8Array): Uint8Array {
  return Uint8Array.of(0x37, 0x22, ...id, 0x00);
}

export function identity(text: string): Uint8Array {
  return Uint8Array.of(0x5f, ...new TextEncoder().encode(text), 0x00);
}

export function withFlowControl(reply: Uint8Array): Uint8Array {
  return Uint8Array.from([...reply].flatMap((byte) => [byte, 0x13, 0x11]));
}
