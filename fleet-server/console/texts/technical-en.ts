import { COMMON_ERRORS } from "../../../base/registry/errors/common.ts";
import { FLEET_AGENT_ERRORS } from "../../../base/registry/errors/fleet-agent.ts";
import { FLEET_SERVER_ERRORS } from "../../../base/registry/errors/fleet-server.ts";
import { PRINTER_ERRORS } from "../../../base/registry/errors/printer.ts";
import { RUNTIME_ERRORS } from "../../../base/registry/errors/runtime.ts";
import { UPDATE_ERRORS } from "../../../base/registry/errors/update.ts";
import { COMMON_EVENTS } from "../../../base/registry/events/common.ts";
import { FLEET_AGENT_EVENTS } from "../../../base/registry/events/fleet-agent.ts";
import { FLEET_SERVER_EVENTS } from "../../../base/registry/events/fleet-server.ts";
import { IDENTITY_EVENTS } from "../../../base/registry/events/identity.ts";
import type { TechnicalTexts } from "./technical-es.ts";

/** The registry speaks English already. */
function meanings(entries: { readonly [code: string]: { readonly meaning: string } }) {
  return Object.fromEntries(Object.entries(entries).map(([code, { meaning }]) => [code, meaning]));
}

export const technicalEn: TechnicalTexts = {
  events: {
    ...meanings({ ...COMMON_EVENTS, ...FLEET_AGENT_EVENTS, ...FLEET_SERVER_EVENTS, ...IDENTITY_EVENTS }),
    "process.started": "A program started",
    "fleet.update": "A try to update ended",
    "fleet.identity-cloned": "Two machines use one identity",
    "fleet.identity-knocking": "Somebody knocks with an identity that is no longer valid",
  },
  sources: { local: "Local account", oidc: "Identity provider" },
  passwordSet: "a new one, good for one sign-in",
  outcomes: { installed: "installed", failed: "failed", "rolled-back": "rolled back" },
  facts: {
    reason: "Reason",
    why: "Why",
    target: "What",
    rings: "Rings",
    ring: "Ring",
    kiosks: "Kiosks",
    retryFailed: "Failed ones try again",
    source: "Signs in by",
    roles: "Roles",
    disabled: "Disabled",
    password: "Password",
    place: "Place",
    site: "Site",
    tags: "Tags",
    notes: "Notes",
    timeZone: "Time zone",
    retired: "Retired",
    openingHours: "Opening hours",
    machine: "Machine",
    expiresIn: "Expires in",
    replaced: "Certificates replaced",
    certificates: "Certificates",
    name: "Command",
    part: "Part",
    device: "Device",
    code: "Code",
    cause: "Cause",
    version: "Version",
    count: "How many",
    result: "Result",
  },
  deeds: {
    "staff.created": "An account was made",
    "staff.changed": "An account was changed",
    "staff.password-changed": "Changed the own password",
    "staff.signed-in": "Signed in",
    "staff.signed-out": "Signed out",
    "enrolment.code-made": "An enrolment code was made",
    "enrolment.code-cancelled": "An enrolment code was cancelled",
    "kiosk.enrolled": "The kiosk got its identity",
    "kiosk.renewed": "The kiosk renewed its certificate",
    "kiosk.revoked": "The kiosk's identity was revoked",
    "kiosk.changed": "Facts of the kiosk were changed",
    "identity.cloned": "Two machines use one identity",
    "identity.knocking": "Somebody knocks with an identity that is no longer valid",
    "command.sent": "A command was sent",
    "rollout.started": "A rollout began",
    "rollout.ring-begun": "A ring of the rollout began",
    "rollout.running": "A rollout was resumed",
    "rollout.paused": "A rollout was paused",
    "rollout.halted": "A rollout was halted",
    "rollout.finished": "A rollout finished",
    "rollout.cancelled": "A rollout was cancelled",
  },
  errors: meanings({
    ...COMMON_ERRORS,
    ...FLEET_AGENT_ERRORS,
    ...FLEET_SERVER_ERRORS,
    ...PRINTER_ERRORS,
    ...RUNTIME_ERRORS,
    ...UPDATE_ERRORS,
  }),
};
