/** The lab behind the page: its picture a few times a second, and what is done to it. */
import { useEffect, useState } from 'react';
import { type LabAction, type LabPicture, labRefusal } from '#api/contract/lab.ts';
import { pageHeader } from '#api/contract/rest.ts';

export function useLab(): { readonly picture: LabPicture | undefined; readonly isLost: boolean } {
  const [picture, setPicture] = useState<LabPicture>();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource('/lab/events');
    source.onmessage = (message) => {
      setPicture(JSON.parse(message.data as string) as LabPicture);
      setLost(false);
    };
    source.onerror = () => setLost(true);
    return () => source.close();
  }, []);
  return { picture, isLost };
}

/** The reply is why it was refused, if it was. */
export async function actOnLab(
  action: LabAction,
): Promise<Readonly<Record<'en' | 'fr', string>> | undefined> {
  const reply = await fetch('/lab/actions', {
    method: 'POST',
    headers: { [pageHeader]: '1', 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
  return reply.ok ? undefined : labRefusal.parse(await reply.json());
}
