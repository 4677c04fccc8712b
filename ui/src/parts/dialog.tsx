/** A dialog: the browser keeps the focus inside and gives it back. Escape closes unless something runs. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { IconButton } from './basics.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit?: () => void;
  readonly submit?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly small?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

export function Dialog({
  title,
  onClose,
  onSubmit,
  submit,
  danger = false,
  busy = false,
  small = false,
  footer,
  children,
}: DialogProps) {
  const { t } = useSpeech();
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (!busy) onSubmit?.();
  };
  return (
    <dialog
      ref={element}
      className={small ? 'small' : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
    >
      <form onSubmit={send} noValidate>
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton name="cross" label={t('close')} onClick={onClose} disabled={busy} />
        </header>
        <div className="body">{children}</div>
        <footer>
          {footer}
          <button type="button" onClick={onClose} disabled={busy}>
            {submit === undefined ? t('close') : t('cancel')}
          </button>
          {submit !== undefined && (
            <button type="submit" className={danger ? 'primary danger' : 'primary'} disabled={busy}>
              {busy ? t('working') : submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
