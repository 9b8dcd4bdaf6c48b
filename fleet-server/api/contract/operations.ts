import type { Role } from "./access.ts";

const EVERYBODY: readonly Role[] = ["viewer", "operator", "technician", "release-manager", "administrator"];

/**
 * Every operation of the console's API: method, path below `/api/v1`, and the roles that may. `public` needs no session. The
 * server refuses what is not here, the console shows nothing that would be refused, and a test walks role × operation.
 */
export const OPERATIONS = {
  /** This table as OpenAPI 3.1, with the schemas. */
  openapi: { method: "GET", path: "/openapi.json", roles: "public" },
  signInOptions: { method: "GET", path: "/session/options", roles: "public" },
  signIn: { method: "POST", path: "/session", roles: "public" },
  /** Redirects to the identity provider; `/session/oidc/callback` comes back. */
  signInOidc: { method: "GET", path: "/session/oidc", roles: "public" },
  signInOidcCallback: { method: "GET", path: "/session/oidc/callback", roles: "public" },
  session: { method: "GET", path: "/session", roles: EVERYBODY },
  signOut: { method: "DELETE", path: "/session", roles: EVERYBODY },

  now: { method: "GET", path: "/now", roles: EVERYBODY },
  live: { method: "GET", path: "/live", roles: EVERYBODY },
  kiosks: { method: "GET", path: "/kiosks", roles: EVERYBODY },
  kiosk: { method: "GET", path: "/kiosks/:kiosk", roles: EVERYBODY },
  changeKiosk: { method: "PATCH", path: "/kiosks/:kiosk", roles: ["operator", "technician", "administrator"] },
  timeline: { method: "GET", path: "/kiosks/:kiosk/timeline", roles: EVERYBODY },
  journeys: { method: "GET", path: "/kiosks/:kiosk/journeys", roles: EVERYBODY },
  commands: { method: "GET", path: "/kiosks/:kiosk/commands", roles: EVERYBODY },
  sendCommand: { method: "POST", path: "/kiosks/:kiosk/commands", roles: ["operator", "technician", "administrator"] },
  commandLogs: { method: "GET", path: "/commands/:command/logs", roles: ["operator", "technician", "administrator"] },
  readiness: { method: "GET", path: "/kiosks/:kiosk/readiness", roles: EVERYBODY },
  revoke: { method: "POST", path: "/kiosks/:kiosk/revocation", roles: ["technician", "administrator"] },

  enrolments: { method: "GET", path: "/enrolments", roles: ["operator", "technician", "administrator"] },
  newEnrolment: { method: "POST", path: "/enrolments", roles: ["technician", "administrator"] },
  cancelEnrolment: { method: "DELETE", path: "/enrolments/:enrolment", roles: ["technician", "administrator"] },

  targets: { method: "GET", path: "/targets", roles: EVERYBODY },
  rollouts: { method: "GET", path: "/rollouts", roles: EVERYBODY },
  rollout: { method: "GET", path: "/rollouts/:rollout", roles: EVERYBODY },
  newRollout: { method: "POST", path: "/rollouts", roles: ["release-manager", "administrator"] },
  changeRollout: { method: "POST", path: "/rollouts/:rollout/action", roles: ["release-manager", "administrator"] },

  audit: { method: "GET", path: "/audit", roles: ["administrator"] },
  staff: { method: "GET", path: "/staff", roles: ["administrator"] },
  newStaff: { method: "POST", path: "/staff", roles: ["administrator"] },
  changeStaff: { method: "PATCH", path: "/staff/:staff", roles: ["administrator"] },
} as const satisfies Record<
  string,
  { readonly method: string; readonly path: string; readonly roles: readonly Role[] | "public" }
>;

export type Operation = keyof typeof OPERATIONS;
