import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { moves } from "../app/router.ts";
import { t } from "../texts/texts.ts";

/** The frame of a page: its one first heading, which takes the focus after a move, and the document's title. */
export function Page({
  title,
  tab = title,
  lead,
  actions,
  children,
}: {
  readonly title: ComponentChildren;
  /** Of the browser's tab; the title when that is text. */
  readonly tab?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab} · ${t.value.product}`;
  }, [tab]);
  useEffect(() => {
    if (moves.peek() > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header class="page-head">
        <div class="page-head__words">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="page-head__actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {t.value.loading}
    </p>
  );
}
