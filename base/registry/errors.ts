import { CHIP_CARD_ERRORS } from "./errors/chip-card.ts";
import { CODE_READER_ERRORS } from "./errors/code-reader.ts";
import { COMMON_ERRORS } from "./errors/common.ts";
import { DOCUMENT_SCANNER_ERRORS } from "./errors/document-scanner.ts";
import { FINGERPRINT_READER_ERRORS } from "./errors/fingerprint-reader.ts";
import { FLEET_AGENT_ERRORS } from "./errors/fleet-agent.ts";
import { FLEET_SERVER_ERRORS } from "./errors/fleet-server.ts";
import { FLOW_ERRORS } from "./errors/flows.ts";
import { GATEWAY_ERRORS } from "./errors/gateway.ts";
import { IDENTITY_ERRORS } from "./errors/identity.ts";
import { IO_BOARD_ERRORS } from "./errors/io-board.ts";
import { LOGIN_ERRORS } from "./errors/login.ts";
import { PAGE_PRINTER_ERRORS } from "./errors/page-printer.ts";
import { PAYMENT_ERRORS } from "./errors/payment.ts";
import { PRINTER_ERRORS } from "./errors/printer.ts";
import { PROVISIONING_ERRORS } from "./errors/provisioning.ts";
import { RUNTIME_ERRORS } from "./errors/runtime.ts";
import { SERVICE_PACKAGE_ERRORS } from "./errors/service-packages.ts";
import { SHELL_ERRORS } from "./errors/shell.ts";
import { TRACE_ERRORS } from "./errors/trace.ts";
import { UPDATE_ERRORS } from "./errors/update.ts";
import { UPS_ERRORS } from "./errors/ups.ts";

export type { Who } from "./entry.ts";

/** Every expected failure of the system. `docs/operate/errors.generated.md` is made from it. */
export const ERRORS = {
  ...COMMON_ERRORS,
  ...PAYMENT_ERRORS,
  ...PRINTER_ERRORS,
  ...PAGE_PRINTER_ERRORS,
  ...CODE_READER_ERRORS,
  ...CHIP_CARD_ERRORS,
  ...TRACE_ERRORS,
  ...FINGERPRINT_READER_ERRORS,
  ...DOCUMENT_SCANNER_ERRORS,
  ...IO_BOARD_ERRORS,
  ...UPS_ERRORS,
  ...FLOW_ERRORS,
  ...GATEWAY_ERRORS,
  ...LOGIN_ERRORS,
  ...RUNTIME_ERRORS,
  ...SERVICE_PACKAGE_ERRORS,
  ...SHELL_ERRORS,
  ...IDENTITY_ERRORS,
  ...FLEET_AGENT_ERRORS,
  ...FLEET_SERVER_ERRORS,
  ...UPDATE_ERRORS,
  ...PROVISIONING_ERRORS,
};

export type ErrorCode = keyof typeof ERRORS;
