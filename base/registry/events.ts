import type { FieldKind } from "./entry.ts";
import { CHIP_CARD_EVENTS } from "./events/chip-card.ts";
import { CODE_READER_EVENTS } from "./events/code-reader.ts";
import { COMMON_EVENTS } from "./events/common.ts";
import { DOCUMENT_SCANNER_EVENTS } from "./events/document-scanner.ts";
import { FINGERPRINT_READER_EVENTS } from "./events/fingerprint-reader.ts";
import { FLEET_AGENT_EVENTS } from "./events/fleet-agent.ts";
import { FLEET_SERVER_EVENTS } from "./events/fleet-server.ts";
import { FLOW_EVENTS } from "./events/flows.ts";
import { GATEWAY_EVENTS } from "./events/gateway.ts";
import { IDENTITY_EVENTS } from "./events/identity.ts";
import { IO_BOARD_EVENTS } from "./events/io-board.ts";
import { PAGE_PRINTER_EVENTS } from "./events/page-printer.ts";
import { PAYMENT_EVENTS } from "./events/payment.ts";
import { PRINTER_EVENTS } from "./events/printer.ts";
import { PROVISIONING_EVENTS } from "./events/provisioning.ts";
import { RUNTIME_EVENTS } from "./events/runtime.ts";
import { SERVICE_PACKAGE_EVENTS } from "./events/service-packages.ts";
import { SHELL_EVENTS } from "./events/shell.ts";
import { UPDATE_EVENTS } from "./events/update.ts";
import { UPS_EVENTS } from "./events/ups.ts";

/** Every log event of the system. `docs/operate/events.generated.md` is made from it. */
export const EVENTS = {
  ...COMMON_EVENTS,
  ...PAYMENT_EVENTS,
  ...PRINTER_EVENTS,
  ...PAGE_PRINTER_EVENTS,
  ...CODE_READER_EVENTS,
  ...FINGERPRINT_READER_EVENTS,
  ...DOCUMENT_SCANNER_EVENTS,
  ...IO_BOARD_EVENTS,
  ...UPS_EVENTS,
  ...CHIP_CARD_EVENTS,
  ...FLOW_EVENTS,
  ...GATEWAY_EVENTS,
  ...RUNTIME_EVENTS,
  ...SERVICE_PACKAGE_EVENTS,
  ...SHELL_EVENTS,
  ...IDENTITY_EVENTS,
  ...FLEET_AGENT_EVENTS,
  ...FLEET_SERVER_EVENTS,
  ...UPDATE_EVENTS,
  ...PROVISIONING_EVENTS,
};

export type EventId = keyof typeof EVENTS;

type ValueOf<K extends FieldKind> = K extends "count" | "pesos" | "milliseconds"
  ? number
  : K extends "flag"
    ? boolean
    : string;

/** The fields that the event `I` may carry, by the registry. */
export type EventFields<I extends EventId> = {
  [F in keyof (typeof EVENTS)[I]["fields"]]?: (typeof EVENTS)[I]["fields"][F] extends FieldKind
    ? ValueOf<(typeof EVENTS)[I]["fields"][F]>
    : never;
};
