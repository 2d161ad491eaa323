import { useEffect, useRef } from 'react';

/** A dialog that is open as long as it is on the page, and keeps the focus. */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, []);
  // What had the focus may be gone, as a button that was pressed.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  });
  return { dialog, heading, close: () => dialog.current?.close() };
}
