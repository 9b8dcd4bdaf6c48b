import type { SealedContent } from "../../../base/contracts/outbox.ts";
import type { sealSubmission } from "../../../base/node/sealed-submission.ts";

/** In place of the real sealing, which does not run on a simulated clock. */
export const fakeSeal: typeof sealSubmission = async (_key, place, content) =>
  Buffer.from(JSON.stringify({ place, content })).toString("base64url");

export function openFake(sealed: string, key: string): SealedContent {
  const { place, content } = JSON.parse(Buffer.from(sealed, "base64url").toString("utf8"));
  if (place.key !== key) throw new Error("sealed for another key");
  return content;
}
