import { Check, Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.js';

export function CopyButton({ text, children = 'Copy' }: { text: string; children?: ReactNode }) {
  const [copied, setCopied] = useState(false);
  const Icon = copied ? Check : Copy;
  return (
    <Button
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      }}
    >
      <Icon aria-hidden className="size-4" />
      <span aria-live="polite">{copied ? 'Copied' : children}</span>
    </Button>
  );
}
