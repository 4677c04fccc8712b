import type { Lab } from '#lab/lab.ts';
export async function showLab(_lab: Lab, _name: string): Promise<number> {
  return 0;
}
