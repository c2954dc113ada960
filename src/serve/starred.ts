/** What may be shown of a job's sections. Pure. */
import { withoutUserAndQuery } from '../config/findings.ts'
import { isSecretName } from '../config/secrets.ts'

const STARS = '***'

/**
 * The value with secrets starred, at any depth: by their names, and users, queries and stream keys of URLs, in names of
 * fields too.
 */
export function starred(value: unknown, name = ''): unknown {
  if (name !== '' && isSecretName(name))
    return value === '' || value === null || value === undefined ? value : STARS
  if (Array.isArray(value)) return value.map((one) => starred(one))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [String(starred(key)), starred(one, key)]),
    )
  if (typeof value === 'string')
    return value.replaceAll(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, withoutUserAndQuery)
  return value
}
