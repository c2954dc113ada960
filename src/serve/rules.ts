/** What jobs of an AppId may reach: decided once from the settings. Pure. */
import type { Conf } from '../config/conf-schema.ts'
import type { NetworkRules } from '../network/rules.ts'

/** Addresses that a request must not lead to. */
const INSIDE = ['loopback', 'link-local', 'private', 'multicast']

/** The rules of conf/, and nothing inside unless they allow it. A list of what alone is allowed is stricter, and stays. */
export function networkOfJobs({ allow, deny }: Conf['network']): NetworkRules {
  if (allow.length > 0 && deny.length === 0) return { allow, deny }
  return { allow, deny: [...new Set([...deny, ...INSIDE])] }
}

export interface AppRules {
  readonly weight: number
  /** How many jobs that have not ended it may have. */
  readonly maxJobs: number
  readonly localRoot: string
}

export function rulesOf({ apps, maxJobs, localRoot }: Conf['serve'], owner: string): AppRules {
  const app = apps.find(({ appId }) => appId === owner)
  return {
    weight: app?.weight ?? 1,
    maxJobs: app?.maxJobs || maxJobs,
    localRoot: app?.localRoot || localRoot,
  }
}
