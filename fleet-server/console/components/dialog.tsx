import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts/texts.ts";

/** A modal dialog of the browser's own: focus stays inside, Escape closes it, and the focus goes back where it was. */
export function Dialog({
  title,
  onClose,
  closable = true,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly closable?: boolean;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog dialog--wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (closable) onClose();
      }}
    >
      <header class="dialog__head">
        <h2 id={id}>{title}</h2>
        {closable && (
          <button type="button" class="button button--plain" onClick={onClose}>
            {t.value.close}
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
