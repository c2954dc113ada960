/** The job's settings with secrets masked. Pure. */
import { type Conf, defaultConf } from '../config/conf.ts'
import { maskSecrets } from '../config/mask.ts'
import { isHarmlessName } from '../config/secrets.ts'
import type { SettingsUsed } from './facts.ts'

/** @param cfg the content of cfg.json, as far as it could be read */
export function settingsUsed({ cfg, conf }: { cfg: unknown; conf: Conf }): SettingsUsed {
  const presets = new Map(leavesOf(defaultConf()))
  return {
    cfg: shown(cfg),
    conf: shown(conf),
    changed: leavesOf(conf)
      .filter(([name, text]) => presets.get(name) !== text)
      .map(([name, text]) => ({
        name,
        value: withoutSecrets(text),
        preset: withoutSecrets(presets.get(name) ?? ''),
      })),
  }
}

/**
 * Masks secrets twice: by their decoded JSON names, which escapes in the text could hide, and by everything else that
 * reveals a secret: similar names, and users and queries in URLs.
 */
const shown = (value: unknown): string => withoutSecrets(JSON.stringify(starred(value), null, 2) ?? '')

/** Hides the length of secrets as well. */
const withoutSecrets = (text: string): string => maskSecrets(text).replaceAll(/\*{2,}/g, '***')

function starred(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(starred)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isHarmlessName(name) ? starred(inner) : '***']),
  )
}

/** Every setting by its path, as JSON. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path.join('.'), JSON.stringify(value) ?? '']]
  }
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]))
}
