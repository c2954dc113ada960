import { describe, expect, it } from 'vitest'
import { canWrite, ownFolder } from '../../../src/cli/own-folders.ts'

const env = { HOME: '/home/ann' }
const folders = (canWriteThere: boolean, variables: Record<string, string> = env) =>
  (['logs', 'work', 'conf'] as const).map((kind) =>
    ownFolder(kind, { home: '/opt/owt-main', env: variables, canWrite: () => canWriteThere }),
  )

describe("the worker's own folders", () => {
  it('are in its deployment where its user may write there', () => {
    expect(folders(true)).toEqual(['/opt/owt-main/logs', '/opt/owt-main/work', '/opt/owt-main/conf'])
  })

  it('are those of XDG otherwise', () => {
    expect(folders(false)).toEqual([
      '/home/ann/.local/state/owt-main/logs',
      '/home/ann/.cache/owt-main/work',
      '/home/ann/.config/owt-main',
    ])
    const variables = { ...env, XDG_STATE_HOME: '/s', XDG_CACHE_HOME: 'not/absolute', XDG_CONFIG_HOME: '/c' }
    expect(folders(false, variables)).toEqual([
      '/s/owt-main/logs',
      '/home/ann/.cache/owt-main/work',
      '/c/owt-main',
    ])
    expect(folders(false, {})).toEqual(folders(true))
  })

  it('can be written where the nearest folder that exists can', () => {
    expect(canWrite(`${import.meta.dirname}/not/there/yet`)).toBe(true)
    expect(canWrite(`${import.meta.filename}/below a file`)).toBe(false)
  })
})
