/** Small parts that every page is made of. */
import { type ReactNode, useId } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { Icon, type IconName } from './icons.tsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info';

export function Badge({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: ReactNode;
}) {
  return (
    <span className={`badge swing ${tone}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  );
}

export function Note({
  tone = 'plain',
  children,
  actions,
  role,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly role?: 'alert' | 'status';
}) {
  return (
    <div className={`note ${tone}`} role={role}>
      <div>{children}</div>
      {actions !== undefined && (
        <div className="row" style={{ flex: 'none', minWidth: 0 }}>
          {actions}
        </div>
      )}
    </div>
  );
}

export function Panel({
  title,
  actions,
  children,
  plain = false,
}: {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly plain?: boolean;
}) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <header>
          <h2 id={id}>{title}</h2>
          <span className="grow" />
          {actions}
        </header>
      )}
      {plain ? children : <div className="body">{children}</div>}
    </section>
  );
}

/** A button that shows an icon only; its name is for screen readers and as a tip. */
export function IconButton({
  name,
  label,
  onClick,
  disabled = false,
  danger = false,
}: {
  readonly name: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
}) {
  return (
    <button
      type="button"
      className={danger ? 'quiet danger-icon' : 'quiet'}
      title={label}
      aria-label={label}
      onClick={onClick}
      disabled={disabled}
    >
      <Icon name={name} />
    </button>
  );
}

/** A table that scrolls sideways by itself when the window is narrow, also by keyboard. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="head">
      <h1>{title}</h1>
      <span className="grow" />
      {children}
    </div>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

export function Loading() {
  const { t } = useSpeech();
  return <Empty>{t('loading')}</Empty>;
}
