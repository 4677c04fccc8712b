/** Something that a button starts and that takes a while. */
import { useState } from 'react';

export function useTask<T>() {
  const [state, setState] = useState<{
    readonly value: T | undefined;
    readonly fault: unknown;
    readonly busy: boolean;
  }>({ value: undefined, fault: undefined, busy: false });
  const run = async (work: () => Promise<T>): Promise<void> => {
    if (state.busy) return;
    setState({ value: undefined, fault: undefined, busy: true });
    try {
      const value = await work();
      setState({ value, fault: undefined, busy: false });
    } catch (error) {
      setState({ value: undefined, fault: error, busy: false });
    }
  };
  return { ...state, run };
}
