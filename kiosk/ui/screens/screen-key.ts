import type { Screen } from "../../../base/contracts/view.ts";

/**
 * What makes two view states the same page. Text ids are the same in every language, so a change of language keeps what the
 * citizen has typed; payment, delivery, the reading of a chip or a finger and a login on the phone report progress and stay one page.
 */
export function screenKey(screen: Screen): string {
  // Each page of a declaration is a page: it is read from its heading on.
  if (screen.kind === "sign") return `sign:${screen.title.id}:${screen.body[0]?.id}`;
  return ONE_PAGE.has(screen.kind) ? screen.kind : `${screen.kind}:${screen.title.id}`;
}

const ONE_PAGE: ReadonlySet<Screen["kind"]> = new Set(["pay", "deliver", "tap-card", "place-finger", "phone-login"]);
