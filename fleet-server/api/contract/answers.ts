import type { z } from "zod";
import { logUploadSchema } from "../../../base/contracts/fleet/command.ts";
import { readinessReportSchema } from "../../../base/contracts/fleet/readiness.ts";
import { auditPageSchema, sessionSchema, signInOptionsSchema, staffListSchema, staffSchema } from "./access.ts";
import {
  commandListSchema,
  commandRowSchema,
  enrolmentListSchema,
  journeyCountersSchema,
  kioskDetailSchema,
  kioskPageSchema,
  madeEnrolmentSchema,
  nowPageSchema,
  timelineSchema,
} from "./kiosks.ts";
import type { Operation } from "./operations.ts";
import { rolloutListSchema, rolloutRowSchema, targetListSchema } from "./releases.ts";

/**
 * What each operation answers with status 200; null is status 204 without a body. Every failure is a `failureSchema` with a
 * status of 4xx or 5xx. What is no JSON of this kind is not here: `openapi`, `live` and the ways to the identity provider.
 */
export const ANSWERS = {
  signInOptions: signInOptionsSchema,
  signIn: sessionSchema,
  session: sessionSchema,
  signOut: null,

  now: nowPageSchema,
  kiosks: kioskPageSchema,
  kiosk: kioskDetailSchema,
  changeKiosk: kioskDetailSchema,
  timeline: timelineSchema,
  journeys: journeyCountersSchema,
  commands: commandListSchema,
  sendCommand: commandRowSchema,
  commandLogs: logUploadSchema,
  /** The newest report. */
  readiness: readinessReportSchema,
  revoke: null,

  enrolments: enrolmentListSchema,
  newEnrolment: madeEnrolmentSchema,
  cancelEnrolment: null,

  targets: targetListSchema,
  rollouts: rolloutListSchema,
  rollout: rolloutRowSchema,
  newRollout: rolloutRowSchema,
  changeRollout: rolloutRowSchema,

  audit: auditPageSchema,
  staff: staffListSchema,
  newStaff: staffSchema,
  changeStaff: staffSchema,
} as const satisfies { readonly [O in Operation]?: z.ZodType | null };

export type AnsweredOperation = keyof typeof ANSWERS;
export type Answer<O extends AnsweredOperation> = (typeof ANSWERS)[O] extends z.ZodType
  ? z.output<(typeof ANSWERS)[O]>
  : undefined;
