/** Privileges by area: in words, and as fields of a form. */
import { useId } from 'react';
import { area, type Grants } from '#api/contract/access.ts';
import { useSpeech } from '../../i18n/language.tsx';

export function GrantWords({ grants }: { readonly grants: Grants }) {
  const { t } = useSpeech();
  return Object.entries(grants).map(([name, level]) => (
    <span key={name} className="word">
      {t(`area.${name as 'all'}`)}: {t(`grant.${level}`)}
    </span>
  ));
}

export function GrantFields({
  grants,
  onChange,
}: {
  readonly grants: Grants;
  readonly onChange: (grants: Grants) => void;
}) {
  const { t } = useSpeech();
  const id = useId();
  const names = ['all', ...area.options] as const;
  const set = (name: (typeof names)[number], level: string) => {
    const { [name]: _, ...rest } = grants;
    onChange(level === 'read' || level === 'write' ? { ...rest, [name]: level } : rest);
  };
  return (
    <fieldset>
      <legend>{t('users.privileges')}</legend>
      <div className="checks">
        {names.map((name) => (
          <div key={name} className="grant">
            <select
              id={`${id}-${name}`}
              value={grants[name] ?? ''}
              onChange={(event) => set(name, event.target.value)}
            >
              <option value="">{t('grant.none')}</option>
              <option value="read">{t('grant.read')}</option>
              <option value="write">{t('grant.write')}</option>
            </select>
            <label htmlFor={`${id}-${name}`}>{t(`area.${name}`)}</label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
