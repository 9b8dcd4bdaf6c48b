import { declareBits } from "../../base/coder/bits.ts";

/*
 * Every status byte, declared once: the driver decodes and the simulator encodes with these tables.
 * Sources: Epson's ESC/POS reference as quoted by the public drivers named in this folder's README.
 */

const REALTIME = { mask: 0x93, value: 0x12 };

/** `DLE EOT 1`: printer status. */
export const PRINTER_STATUS = declareBits({
  fixed: REALTIME,
  flags: { drawerHigh: 0x04, offline: 0x08, waitingRecovery: 0x20, feedButton: 0x40 },
});

/** `DLE EOT 2`: why the printer is off line. */
export const OFFLINE_STATUS = declareBits({
  fixed: REALTIME,
  flags: { coverOpen: 0x04, fedByButton: 0x08, paperEndStop: 0x20, error: 0x40 },
});

/** `DLE EOT 3`: which error. */
export const ERROR_STATUS = declareBits({
  fixed: REALTIME,
  flags: { recoverable: 0x04, cutter: 0x08, unrecoverable: 0x20, autoRecoverable: 0x40 },
});

/** `DLE EOT 4`: paper sensors; each has two bits that agree. */
export const PAPER_STATUS = declareBits({
  fixed: REALTIME,
  flags: { nearEnd: 0x0c, end: 0x60 },
});

/** Automatic status back, first of four bytes. */
export const ASB_PRINTER = declareBits({
  fixed: { mask: 0x93, value: 0x10 },
  flags: { drawerHigh: 0x04, offline: 0x08, coverOpen: 0x20, fedByButton: 0x40 },
});

const ASB_FOLLOWING = { mask: 0x90, value: 0x00 };

/** Automatic status back, second byte. */
export const ASB_ERROR = declareBits({
  fixed: ASB_FOLLOWING,
  flags: {
    waitingRecovery: 0x01,
    feedButton: 0x02,
    recoverable: 0x04,
    cutter: 0x08,
    unrecoverable: 0x20,
    autoRecoverable: 0x40,
  },
});

/** Automatic status back, third byte. */
export const ASB_PAPER = declareBits({ fixed: ASB_FOLLOWING, flags: { nearEnd: 0x03, end: 0x0c } });

/** Automatic status back, fourth byte: nothing that this driver uses; real printers send 0F or 00. */
export const ASB_RESERVED = declareBits({ fixed: ASB_FOLLOWING, flags: { low: 0x0f } });

/** `GS r 1`, answered in buffer order. */
export const BUFFERED_PAPER = declareBits({ fixed: { mask: 0x90, value: 0x00 }, flags: { nearEnd: 0x03, end: 0x0c } });

const ANY = { mask: 0x00, value: 0x00 };

/** Custom full status, the four bytes after `10 0F`. */
export const FULL_PAPER = declareBits({
  fixed: ANY,
  flags: { noPaper: 0x01, nearEnd: 0x04, ticketInOutput: 0x20, virtualPaperEnd: 0x40 },
});
export const FULL_USER = declareBits({
  fixed: ANY,
  flags: { headUp: 0x01, coverOpen: 0x02, spooling: 0x04, motorOn: 0x08, lineFeedKey: 0x20, formFeedKey: 0x40 },
});
export const FULL_RECOVERABLE = declareBits({
  fixed: ANY,
  flags: { headTemperature: 0x01, serial: 0x02, supplyVoltage: 0x08, notAcknowledged: 0x20, paperJam: 0x40 },
});
export const FULL_UNRECOVERABLE = declareBits({
  fixed: ANY,
  flags: { cutter: 0x01, memory: 0x04, eeprom: 0x08, flash: 0x40 },
});
