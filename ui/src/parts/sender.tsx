/** A dialog that sends something and closes when it was taken; a refusal is told in it, and nothing typed is lost. */
import { type ReactNode, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Fault } from './fault.tsx';

export function Sender({
  title,
  submit,
  danger = false,
  small = false,
  send,
  onClose,
  onDone = onClose,
  children,
}: {
  readonly title: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly small?: boolean;
  readonly send: () => Promise<unknown>;
  readonly onClose: () => void;
  /** When it was taken; closes without it. */
  readonly onDone?: () => void;
  readonly children: ReactNode;
}) {
  const [fault, setFault] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await send();
      onDone();
    } catch (error) {
      setFault(() => error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      submit={submit}
      danger={danger}
      small={small}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void run()}
    >
      <Fault of={fault} />
      {children}
    </Dialog>
  );
}
