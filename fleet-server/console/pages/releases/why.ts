import type { RolloutRow } from "../../../api/contract/releases.ts";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { targetTitle } from "../../words/target-title.ts";

/** Why a rollout stands where it does: the engine's reason in words, or what a person wrote. */
export function whyWords({ why, whyFacts }: Pick<RolloutRow, "why" | "whyFacts">): string {
  const words = releasesTexts.value;
  if (whyFacts === undefined) return why;
  switch (whyFacts.kind) {
    case "errors": {
      const { ring, failed, silent, size, limit } = whyFacts;
      return words.whyErrors(ring, failed + silent, size, limit);
    }
    case "ended": {
      const { ring, succeeded, size, limit } = whyFacts;
      return words.whyEnded(ring, succeeded, size, limit);
    }
    case "superseded":
      return words.whySuperseded(targetTitle(whyFacts.target));
  }
}
