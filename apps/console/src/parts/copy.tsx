import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

const SHOWN_MS = 2000;

interface CopyProps {
  text: string;
  label?: string;
  /** In a window that opens for its sake, it has the focus. */
  focused?: boolean;
}

export function Copy({ text, label = 'Copy', focused = false }: CopyProps) {
  const [copied, setCopied] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Where it came later than its window, that has the focus already; else `data-autofocus` tells the window.
    if (focused && document.activeElement?.closest('[role=dialog]')) button.current?.focus();
  }, [focused]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <Button
      ref={button}
      size="compact-sm"
      variant="default"
      leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      data-autofocus={focused || undefined}
      onClick={() => void copy()}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}

/** Text that somebody has to carry elsewhere, exactly. */
export function CopyLine({ text, label, focused = false }: CopyProps & { label: string }) {
  return (
    <div className="copy-line" role="group" aria-label={label}>
      <code>{text}</code>
      <Copy text={text} focused={focused} />
    </div>
  );
}
