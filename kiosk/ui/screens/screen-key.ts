import type { Screen } from "../../../base/contracts/view.ts";

/**
 * What makes two view states the same page. Text ids are the same in every language, so a change of language keeps what the
 * citizen has typed; payment, delivery and the reading of a chip report progress and stay one page.
 */
export function screenKey(screen: Screen): string {
  return ONE_PAGE.has(screen.kind) ? screen.kind : `${screen.kind}:${screen.title.id}`;
}

const ONE_PAGE: ReadonlySet<Screen["kind"]> = new Set(["pay", "deliver", "tap-card"]);
