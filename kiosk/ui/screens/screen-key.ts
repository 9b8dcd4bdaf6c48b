import type { Screen } from "../../../base/contracts/view.ts";

/**
 * What makes two view states the same page. Text ids are the same in every language, so a change of language keeps what the
 * citizen has typed; payment and delivery report progress under changing titles and stay one page.
 */
export function screenKey(screen: Screen): string {
  return screen.kind === "pay" || screen.kind === "deliver" ? screen.kind : `${screen.kind}:${screen.title.id}`;
}
