/** Labelled form fields; the help and the error are read out with the field. */
import { type ReactNode, useId } from 'react';
import type { Choice } from './choice.ts';

interface Common {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly wide?: boolean;
  readonly disabled?: boolean;
}

function Frame({
  label,
  help,
  error,
  wide,
  id,
  children,
}: Common & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={wide ? 'field wide' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children}
      {error !== undefined && (
        <span className="error" id={`${id}-error`}>
          {error}
        </span>
      )}
      {help !== undefined && (
        <span className="help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </div>
  );
}

const described = (id: string, { help, error }: Common) => ({
  'aria-invalid': error !== undefined,
  'aria-describedby':
    [error !== undefined && `${id}-error`, help !== undefined && `${id}-help`].filter(Boolean).join(' ') ||
    undefined,
});

interface TextProps extends Common {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'number' | 'search';
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly list?: readonly string[];
  readonly placeholder?: string;
  readonly mono?: boolean;
}

export function TextField(props: TextProps) {
  const id = useId();
  const {
    value,
    onChange,
    type = 'text',
    autoComplete = 'off',
    autoFocus = false,
    list,
    placeholder,
    disabled,
  } = props;
  return (
    <Frame {...props} id={id}>
      <input
        id={id}
        type={type}
        value={value}
        disabled={disabled}
        className={props.mono ? 'mono' : undefined}
        placeholder={placeholder}
        autoComplete={autoComplete}
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: only in dialogs and the login, which are about this field
        autoFocus={autoFocus}
        list={list === undefined ? undefined : `${id}-list`}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, props)}
      />
      {list !== undefined && (
        <datalist id={`${id}-list`}>
          {list.map((entry) => (
            <option key={entry} value={entry} />
          ))}
        </datalist>
      )}
    </Frame>
  );
}

/** A password that is being chosen: the browser offers none that it knows, but may keep it. */
export function NewPasswordField(props: Omit<TextProps, 'type' | 'autoComplete'>) {
  return <TextField {...props} type="password" autoComplete="new-password" />;
}

export function AreaField(
  props: Common & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly rows?: number;
  },
) {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <textarea
        id={id}
        className="mono"
        rows={props.rows ?? 5}
        value={props.value}
        disabled={props.disabled}
        spellCheck={false}
        onChange={(event) => props.onChange(event.target.value)}
        {...described(id, props)}
      />
    </Frame>
  );
}

export function SelectField(
  props: Common & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly choices: readonly Choice[];
  },
) {
  const id = useId();
  const { value, onChange, choices, disabled } = props;
  return (
    <Frame {...props} id={id}>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, props)}
      >
        {choices.some((choice) => choice.value === value) || <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function CheckField(
  props: Common & { readonly value: boolean; readonly onChange: (value: boolean) => void },
) {
  const id = useId();
  return (
    <div className={props.wide ? 'field wide' : 'field'}>
      <div className="check">
        <input
          id={id}
          type="checkbox"
          checked={props.value}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.target.checked)}
          {...described(id, props)}
        />
        <label htmlFor={id}>{props.label}</label>
      </div>
      {props.error !== undefined && (
        <span className="error" id={`${id}-error`}>
          {props.error}
        </span>
      )}
      {props.help !== undefined && (
        <span className="help" id={`${id}-help`}>
          {props.help}
        </span>
      )}
    </div>
  );
}
