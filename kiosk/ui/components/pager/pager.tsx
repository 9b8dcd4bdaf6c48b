import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useKiosk } from "../../kiosk-context.ts";
import { Icon } from "../icon/icon.tsx";
import "./pager.css";

export type PagerProps<T> = {
  readonly items: readonly T[];
  readonly perPage: number;
  /** Place of the item whose page is shown first. */
  readonly startAt?: number;
  readonly children: (page: readonly T[]) => ComponentChildren;
};

/** A long list in pages: nothing on a kiosk scrolls. */
export function Pager<T>({ items, perPage, startAt = 0, children }: PagerProps<T>) {
  const { t } = useKiosk();
  const wanted = useSignal(Math.floor(Math.max(0, startAt) / perPage));
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const page = Math.min(wanted.value, pages - 1);
  const turn = (by: number) => {
    wanted.value = Math.min(pages - 1, Math.max(0, page + by));
  };
  return (
    <>
      {children(items.slice(page * perPage, (page + 1) * perPage))}
      {pages > 1 && (
        <div class="pager">
          <button type="button" class="button button--secondary" aria-disabled={page === 0} onClick={() => turn(-1)}>
            <Icon name="up" />
            <span>{t.previous}</span>
          </button>
          <p aria-live="polite">{t.page(page + 1, pages)}</p>
          <button
            type="button"
            class="button button--secondary"
            aria-disabled={page === pages - 1}
            onClick={() => turn(1)}
          >
            <span>{t.more}</span>
            <Icon name="down" />
          </button>
        </div>
      )}
    </>
  );
}
