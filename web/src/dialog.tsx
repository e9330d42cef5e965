import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** A dialog over the page: the browser keeps the focus in it, gives it back afterwards, and closes it on Escape. */
export const Dialog = ({
  title,
  onClose,
  children,
  isWide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}) => {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class={isWide ? "wide" : ""} aria-labelledby={id} onClose={onClose}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={() => element.current?.close()}>
          <Icon name="cross" />
        </button>
      </div>
      {children}
    </dialog>
  );
};

/** Asks before something is done that can't be undone. */
export const Confirm = ({
  title,
  action,
  onYes,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly onYes: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) => (
  <Dialog title={title} onClose={onClose}>
    <div>{children}</div>
    <div class="actions end">
      <button type="button" onClick={onClose}>
        Cancel
      </button>
      <button type="button" class="danger" onClick={() => void onYes()}>
        {action}
      </button>
    </div>
  </Dialog>
);

/** Something secret that is shown this once. */
export const SecretOnce = ({
  title,
  secrets,
  onClose,
}: {
  readonly title: string;
  readonly secrets: readonly { readonly label: string; readonly value: string }[];
  readonly onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    <p>Copy it now. It is shown only this once and kept nowhere.</p>
    {secrets.map(({ label, value }) => (
      <div class="secret" key={label}>
        <label>
          {label}
          <input type="text" readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <button type="button" onClick={() => void navigator.clipboard.writeText(value)}>
          Copy
        </button>
      </div>
    ))}
    <div class="actions end">
      <button type="button" class="primary" onClick={onClose}>
        Done
      </button>
    </div>
  </Dialog>
);
