import { CODE_READER_ERRORS } from "./errors/code-reader.ts";
import { COMMON_ERRORS } from "./errors/common.ts";
import { FLOW_ERRORS } from "./errors/flows.ts";
import { GATEWAY_ERRORS } from "./errors/gateway.ts";
import { PAYMENT_ERRORS } from "./errors/payment.ts";
import { PRINTER_ERRORS } from "./errors/printer.ts";
import { RUNTIME_ERRORS } from "./errors/runtime.ts";
import { SHELL_ERRORS } from "./errors/shell.ts";

export type { Who } from "./entry.ts";

/** Every expected failure of the system. `docs/operate/errors.generated.md` is made from it. */
export const ERRORS = {
  ...COMMON_ERRORS,
  ...PAYMENT_ERRORS,
  ...PRINTER_ERRORS,
  ...CODE_READER_ERRORS,
  ...FLOW_ERRORS,
  ...GATEWAY_ERRORS,
  ...RUNTIME_ERRORS,
  ...SHELL_ERRORS,
};

export type ErrorCode = keyof typeof ERRORS;
