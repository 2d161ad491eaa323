import { useEffect, useRef } from 'react';

/** What was done. It takes the focus where the button that began it is gone, so that it is not lost. */
export function Done({ text }: { text: string }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (text !== '' && document.activeElement === document.body) line.current?.focus();
  }, [text]);
  return (
    <p ref={line} role="status" tabIndex={-1} className="done">
      {text}
    </p>
  );
}
