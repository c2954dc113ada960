import { afterEach, describe, expect, it, vi } from 'vitest'
import { readSettings } from '../../../src/cli/settings.ts'

afterEach(() => void vi.unstubAllEnvs())

describe('--speed', () => {
  it('goes over the settings, a preset among them', () => {
    vi.stubEnv('OWT_VIDEO_SPEED', 'quality')
    vi.stubEnv('OWT_VIDEO_PRESET', 'medium')
    expect(readSettings({}).conf.video).toMatchObject({ speed: 'quality', preset: 'medium' })
    expect(readSettings({ speed: 'fast' }).conf.video).toMatchObject({ speed: 'fast', preset: '' })
  })
})
