/** Why a request did not do what it was meant to, in terms that decide what a person does next. */
export type Problem = {
  readonly kind:
    | "offline"
    | "signed-out"
    | "forbidden"
    | "not-found"
    | "conflict"
    | "bad-input"
    | "too-many"
    | "server"
    | "misunderstood";
  /** The server's code and words, where it gave any. */
  readonly code: string;
  readonly message: string;
};

/** After RFC 9110's meaning of each status. */
export function kindOfStatus(status: number): Problem["kind"] {
  if (status === 401) return "signed-out";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 409 || status === 412) return "conflict";
  if (status === 429) return "too-many";
  return status < 500 ? "bad-input" : "server";
}
