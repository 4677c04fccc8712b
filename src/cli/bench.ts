/** `bascule bench`: each bench by its name, loaded when it is asked for. */

export interface BenchOptions {
  readonly runs: number;
  /** With commas. */
  readonly profiles: string;
  readonly quick?: boolean;
  /** Requests a second. */
  readonly apiLoad?: number;
}

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<number>>> = {
  failover: async ({ runs, profiles, apiLoad }) => {
    const { benchFailover } = await import('../../bench/failover.ts');
    return benchFailover({ runs, profiles: profiles.split(','), apiLoad });
  },
  states: async ({ quick }) => {
    const { benchStates } = await import('../../bench/states.ts');
    return benchStates({ quick: quick === true });
  },
  firewall: async ({ runs, quick }) => {
    const { benchFirewall } = await import('../../bench/firewall.ts');
    return benchFirewall({ runs, quick: quick === true });
  },
  balancer: async ({ runs, quick }) => {
    const { benchBalancer } = await import('../../bench/balancer.ts');
    return benchBalancer({ runs, quick: quick === true });
  },
  apply: async ({ runs }) => {
    const { benchApply } = await import('../../bench/apply.ts');
    return benchApply({ runs });
  },
  listing: async () => {
    const { benchListing } = await import('../../bench/listing.ts');
    return benchListing();
  },
  page: async ({ runs }) => {
    const { benchPage } = await import('../../bench/page.ts');
    return benchPage({ runs });
  },
  events: async ({ runs }) => {
    const { benchEvents } = await import('../../bench/events.ts');
    return benchEvents({ runs });
  },
};

/** Runs a bench; 2 when there is none of that name. */
export async function bench(what: string, options: BenchOptions): Promise<number> {
  const run = Object.hasOwn(benches, what) ? benches[what] : undefined;
  if (run !== undefined) return run(options);
  console.error(`there is no bench "${what}"; there are ${Object.keys(benches).join(', ')}`);
  return 2;
}
