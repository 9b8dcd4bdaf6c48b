import type { EventEntry } from "../entry.ts";

export const SHELL_EVENTS = {
  "shell.refused-start": {
    level: "error",
    meaning: "The shell refused to start because of an argument, an option or a second instance",
    fields: { code: "code", detail: "text" },
  },
  "shell.page-ready": {
    level: "info",
    meaning: "The screen is drawn and listens",
    fields: { after: "milliseconds" },
  },
  "shell.page-failed": {
    level: "error",
    meaning: "The screen's program crashed, hung, stayed silent or could not be loaded; it is loaded again",
    fields: { cause: "code", detail: "code", recent: "count", retryIn: "milliseconds" },
  },
  "shell.crash-loop": {
    level: "error",
    meaning: "The screen failed too often and shows that the kiosk is out of service",
    fields: { code: "code", recent: "count", retryIn: "milliseconds" },
  },
  "shell.gpu-gone": {
    level: "warn",
    meaning: "A helper process of the screen ended; Chromium starts it again",
    fields: { process: "code", reason: "code", recent: "count" },
  },
  "shell.runtime-link": {
    level: "info",
    meaning: "The connection to the runtime changed",
    fields: { link: "code", cause: "code" },
  },
  "shell.runtime-message-refused": {
    level: "error",
    meaning: "The runtime sent something that is no message of the view contract",
    fields: { reason: "code" },
  },
  "shell.page-message-refused": {
    level: "warn",
    meaning: "The page sent something that is no message of the view contract, or from a place that may not send",
    fields: { reason: "code" },
  },
  "shell.blocked": {
    level: "warn",
    meaning: "The page tried what a kiosk's page may not do",
    fields: { what: "code", detail: "code" },
  },
  "shell.wiped": {
    level: "info",
    meaning: "What the page stored was deleted after a session",
    fields: { after: "milliseconds", complete: "flag" },
  },
  "shell.browser-started": {
    level: "info",
    meaning: "Chromium was started",
    fields: { process: "count", sandbox: "flag" },
  },
  "shell.browser-ended": {
    level: "error",
    meaning: "Chromium ended by itself, or ran without a page at the runtime's view; it is started again",
    fields: { reason: "code", recent: "count", retryIn: "milliseconds" },
  },
} as const satisfies Record<string, EventEntry>;
