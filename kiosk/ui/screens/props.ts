import type { Screen, ScreenKind } from "../../../base/contracts/view.ts";

/** What the component of one screen kind is given. */
export type ScreenProps<K extends ScreenKind> = { readonly screen: Extract<Screen, { kind: K }> };
