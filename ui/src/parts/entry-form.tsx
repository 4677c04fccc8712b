/** A form for one entry of the document. It judges what is typed with the schema that the server uses. */
import { useState } from 'react';
import type { z } from 'zod';
import type { Json } from '../data/operations.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useSchemaWords } from '../i18n/schema-words.ts';
import { Note } from './basics.tsx';
import { Checks } from './checks.tsx';
import { Dialog } from './dialog.tsx';
import { type Draft, useDraft } from './draft.ts';
import { DraftNote } from './draft-note.tsx';
import { draftOf, entryOf, type FieldSpec } from './entry-fields.ts';
import { AreaField, CheckField, SelectField, TextField } from './fields.tsx';

export interface EntryFormProps {
  readonly title: string;
  /** Names the form and the entry for the draft. */
  readonly place: string;
  readonly fields: readonly FieldSpec[];
  readonly schema: z.ZodType;
  readonly entry: Record<string, Json>;
  readonly nodes: readonly string[];
  /** The key of an entry of a map; undefined for entries of lists. */
  readonly name?: { readonly value: string; readonly taken: readonly string[]; readonly schema: z.ZodType };
  readonly onSave: (entry: Record<string, Json>, name: string) => void;
  readonly onClose: () => void;
}

type Errors = Readonly<Record<string, string>>;

export function EntryForm(props: EntryFormProps) {
  const { title, place, fields, schema, entry, nodes, name, onSave, onClose } = props;
  const { t } = useSpeech();
  const words = useSchemaWords();
  const hold = useDraft(place, {
    ...draftOf(fields, entry),
    ...(name === undefined ? {} : { '': name.value }),
  });
  const { draft, set, forget } = hold;
  const [tried, setTried] = useState(false);
  const made = entryOf(fields, draft, entry);
  const key = String(draft[''] ?? '');
  const errors = errorsOf(schema, made, fields, words);
  const nameError = name === undefined ? undefined : nameFault(name, key, words, t('form.taken'));
  const isWrong = Object.keys(errors).length > 0 || nameError !== undefined;
  const shown = fields.filter((field) => field.shown === undefined || field.shown(draft));
  const advanced = shown.filter((field) => field.advanced);
  const general = errors[''];
  // A wrong field is told once something was typed into it or saving was tried; the server judges all the same.
  const errorOf = (field: FieldSpec) =>
    tried || JSON.stringify(draft[field.name]) !== JSON.stringify(draftOf([field], entry)[field.name])
      ? errors[field.name]
      : undefined;
  const render = (field: FieldSpec) => (
    <OneField key={field.name} field={field} draft={draft} nodes={nodes} set={set} error={errorOf(field)} />
  );
  return (
    <Dialog
      title={title}
      submit={t('save')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (isWrong) return;
        forget();
        onSave(made, key);
      }}
    >
      <DraftNote hold={hold} />
      {tried && isWrong && (
        <Note tone="bad" role="alert">
          {general ?? t('form.wrong')}
        </Note>
      )}
      <div className="fields">
        {name !== undefined && (
          <TextField
            label={t('field.name')}
            value={key}
            onChange={(value) => set('', value)}
            error={tried || key !== name.value ? nameError : undefined}
            help={t('help.name')}
          />
        )}
        {shown.filter((field) => !field.advanced).map(render)}
      </div>
      {advanced.length > 0 && (
        <details>
          <summary>{t('form.advanced')}</summary>
          <div className="fields" style={{ marginTop: 10 }}>
            {advanced.map(render)}
          </div>
        </details>
      )}
    </Dialog>
  );
}

interface OneFieldProps {
  readonly field: FieldSpec;
  readonly draft: Draft;
  readonly nodes: readonly string[];
  readonly set: (name: string, value: Draft[string]) => void;
  readonly error: string | undefined;
}

export function OneField({ field, draft, nodes, set, error }: OneFieldProps) {
  const { t } = useSpeech();
  const { name, kind, choices = [] } = field;
  const value = draft[name];
  const common = {
    label: t(field.label),
    help: field.help === undefined ? undefined : t(field.help),
    error,
    wide: field.wide ?? false,
  };
  if (kind === 'check')
    return <CheckField {...common} value={value === true} onChange={(next) => set(name, next)} />;
  if (kind === 'select')
    return (
      <SelectField
        {...common}
        choices={choices}
        value={String(value ?? '')}
        onChange={(next) => set(name, next)}
      />
    );
  if (kind === 'lines' || kind === 'members')
    return <AreaField {...common} wide value={String(value ?? '')} onChange={(next) => set(name, next)} />;
  if (kind === 'checks') {
    const held = Array.isArray(value) ? value.map(String) : [];
    return (
      <fieldset className={common.wide ? 'field wide' : 'field'}>
        <legend>{common.label}</legend>
        <div className="row">
          <Checks choices={choices} held={held} onChange={(next) => set(name, next)} />
        </div>
        {error !== undefined && <span className="error">{error}</span>}
      </fieldset>
    );
  }
  if (kind.startsWith('perNode')) {
    const map = (typeof value === 'object' && !Array.isArray(value) ? value : {}) as Readonly<
      Record<string, string>
    >;
    return (
      <fieldset className="field">
        <legend>{common.label}</legend>
        {nodes.map((node) => (
          <TextField
            key={node}
            label={node}
            value={map[node] ?? ''}
            onChange={(next) => set(name, { ...map, [node]: next })}
            mono
          />
        ))}
        {error !== undefined && <span className="error">{error}</span>}
        {common.help !== undefined && <span className="help">{common.help}</span>}
      </fieldset>
    );
  }
  return (
    <TextField
      {...common}
      type={kind === 'password' ? 'password' : 'text'}
      autoComplete={kind === 'password' ? 'new-password' : 'off'}
      value={String(value ?? '')}
      onChange={(next) => set(name, next)}
      {...(field.list === undefined ? {} : { list: field.list })}
    />
  );
}

/** The schema's faults by field; what belongs to no field of the form stands under "". */
export function errorsOf(
  schema: z.ZodType,
  entry: Json,
  fields: readonly FieldSpec[],
  words: (message: string) => string,
): Errors {
  const judged = schema.safeParse(entry);
  if (judged.success) return {};
  const errors: Record<string, string> = {};
  for (const issue of judged.error.issues) {
    const path = issue.path.join('.');
    const field = fields.find(({ name }) => path === name || path.startsWith(`${name}.`))?.name ?? '';
    errors[field] ??= words(field === '' && path !== '' ? `${path}: ${issue.message}` : issue.message);
  }
  return errors;
}

function nameFault(
  name: NonNullable<EntryFormProps['name']>,
  key: string,
  words: (message: string) => string,
  taken: string,
): string | undefined {
  if (key !== name.value && name.taken.includes(key)) return taken;
  const judged = name.schema.safeParse(key);
  return judged.success ? undefined : words(judged.error.issues[0]?.message ?? '');
}
