import type {
  QueryInput,
  QueryName,
  QueryResult,
  SubmissionInput,
  SubmissionName,
  SubmissionResult,
} from "../../base/contracts/gateway.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

/** The institutions of the health answer. */
export type InstitutionId =
  | "fonasa"
  | "srcei"
  | "chileatiende"
  | "notify"
  | "claveunica"
  | "simple"
  | "fingerprint"
  | "firmagob";

/**
 * What a failed call says about its effect: `none` (it never began, or was turned away at the door: it may be tried again),
 * `refused` (the institution decided against it), `maybe` (it may have taken effect).
 */
export type CallFailure = { readonly error: CodedError; readonly effect: "none" | "refused" | "maybe" };

type Query<N extends QueryName> = {
  /** Absent: the gateway answers by itself. */
  readonly institution?: InstitutionId;
  ask(input: QueryInput<N>, signal: AbortSignal, kiosk: string): Promise<Result<QueryResult<N>, CallFailure>>;
};

/** Of a submission that waited on a kiosk: the number that the citizen holds, and when they got it by the kiosk's clock. */
export type Origin = { readonly reference: string; readonly acceptedAt: string };

/** The circumstances of one submission. `key` is unique over all kiosks. */
export type SubmissionContext = {
  readonly kiosk: string;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly origin?: Origin | undefined;
};

type RemoteSubmission<N extends SubmissionName> = {
  readonly kind: "remote";
  readonly institution: InstitutionId;
  /** Whether the institution itself makes one effect of the same key sent twice. */
  readonly resendable: boolean;
  submit(input: SubmissionInput<N>, context: SubmissionContext): Promise<Result<SubmissionResult<N>, CallFailure>>;
  /** What became of the key; `undefined` when the institution does not know it. */
  lookUp(key: string, signal: AbortSignal): Promise<Result<SubmissionResult<N> | undefined, CallFailure>>;
};

/** A submission that the gateway fulfils itself, in the same transaction that records it. */
type LocalSubmission<N extends SubmissionName> = {
  readonly kind: "local";
  run(
    input: SubmissionInput<N>,
    context: { readonly kiosk: string; readonly key: string; readonly origin?: Origin | undefined },
  ): Result<SubmissionResult<N>, CallFailure>;
};

type Submission<N extends SubmissionName> = RemoteSubmission<N> | LocalSubmission<N>;

/** What this gateway can do: only the operations whose institutions are configured. */
export type Operations = {
  readonly queries: { readonly [N in QueryName]?: Query<N> };
  readonly submissions: { readonly [N in SubmissionName]?: Submission<N> };
};

/** What a public verification page may tell about a document: never whose it is. */
export type Verification = {
  readonly state: "valid" | "expired" | "annulled" | "used";
  readonly issuedAt: string;
  readonly validUntil: string;
};

export type Verifier = (
  folio: string,
  code: string,
  signal: AbortSignal,
) => Promise<Result<Verification | undefined, CallFailure>>;
