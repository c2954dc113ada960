/** What a job is refused for before it begins, in a run and by `validate`. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveConf } from '../../../src/config/conf.ts'
import { JobError } from '../../../src/errors.ts'
import { claimJob } from '../../../src/host/claim-job.ts'
import { hostJob } from '../../../src/host/host-job.ts'
import type { HostedRequest } from '../../../src/host/hosted-request.ts'
import { bundledFont } from '../../../src/host/package.ts'
import { validateJob } from '../../../src/host/validate-job.ts'
import { type Changes, JOB_ID, cfgOf, inStorage } from '../../harness/cfg.ts'
import { ALICE, BOB, indexOf } from '../../harness/small-room.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'owt-host-'))))
afterEach(() => rm(folder, { recursive: true }))

async function put(name: string, content: unknown): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const confOf = (settings: object = {}) =>
  resolveConf({ layers: [{ file: 'settings', text: JSON.stringify(settings) }], env: {} }).conf

const requestOf = (cfgPath: string, more: Partial<HostedRequest> = {}): HostedRequest => ({
  cfgPath,
  index: undefined,
  updates: undefined,
  conf: confOf(),
  settingsWarnings: [],
  settingsError: undefined,
  strict: false,
  keepWork: false,
  force: false,
  report: false,
  workFolder: join(folder, 'work'),
  logFolder: join(folder, 'logs'),
  hidden: [],
  fontFile: bundledFont(),
  workerVersion: '0.0.0',
  ...more,
})

const SETTINGS_WRONG = new JobError({ code: 'fileMissing', params: { path: 'conf' } }, { fault: 'config' })

describe('a job is not claimed', () => {
  it.each([
    ['is not there', undefined, 'fileMissing'],
    ['is a recording', '\u001aE\u00df\u00a3', 'cfgIsNoJson'],
    ['is an index', JSON.stringify(indexOf()), 'cfgIsIndex'],
    ['is no request', '{"tracks": []}', 'cfgIsNoRequest'],
  ])('whose cfg.json %s, and is no job then', async (_, text, code) => {
    const cfgPath = text === undefined ? join(folder, 'none.json') : await put('other.json', text)
    const claimed = await claimJob(requestOf(cfgPath))
    expect(claimed).toMatchObject({ isJob: false, isLocked: false, error: { code, exitCode: 1 } })
    const { result } = await hosted(requestOf(cfgPath))
    expect(result).toMatchObject({ status: 'failed', exitCode: 1, error: { code } })
    expect(await readdir(folder)).not.toContain('logs')
  })

  it('while the settings are wrong', async () => {
    const request = requestOf(await put('cfg.json', cfgOf()), { settingsError: SETTINGS_WRONG })
    expect(await claimJob(request)).toMatchObject({ isJob: true, isLocked: false, error: SETTINGS_WRONG })
    expect((await hosted(request)).result).toMatchObject({ exitCode: 1, error: { code: 'fileMissing' } })
  })

  it('while another process runs it, whose log and state are left alone', async () => {
    const request = requestOf(await put('cfg.json', cfgOf()))
    const first = await claimJob(request)
    expect(first).toMatchObject({ isJob: true, isLocked: true, error: undefined })
    expect(await claimJob(request)).toMatchObject({
      isLocked: false,
      error: { code: 'jobRunning', exitCode: 2 },
    })
    const { result, codes } = await hosted(request)
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'jobRunning' } })
    expect(codes).toEqual(['jobRunning'])
    expect(await readdir(join(folder, 'logs'))).toEqual([`${JOB_ID}.result.json`])
    await first.release()
    const again = await claimJob(request)
    expect(again.isLocked).toBe(true)
    await again.release()
  })
})

/** Runs a job. */
async function hosted(request: HostedRequest) {
  const codes: string[] = []
  const result = await hostJob(request, {
    emit: (event) => void (event.kind === 'failed' && codes.push(event.error.code)),
    signal: new AbortController().signal,
    language: 'en',
    env: {},
  })
  return { result, codes }
}

describe('validate ends as a run does', () => {
  const update = (Data: Changes) => ({ Updates: [{ At: 1, Action: 'job.update', Data }] })
  const limited = (maxRecordings: number) => ({ conf: confOf({ limits: { maxRecordings } }) })

  it.each<[string, number, string[], { changes?: Changes; index?: object; more?: Partial<HostedRequest> }]>([
    ['nothing is wrong', 0, [], {}],
    ['there are more recordings than conf/ allows', 1, ['tooManyRecordings'], { more: limited(1) }],
    ['there are as many as it allows', 0, [], { more: limited(2) }],
    [
      'the lists leave nobody',
      6,
      ['listNobody', 'listNobody', 'streamUnknown', 'streamUnknown'],
      { changes: { Data: { SubscribeConfig: { SubscribeVideo: ['z_1'], SubscribeAudio: ['z_1'] } } } },
    ],
    ['the film is a folder', 1, ['objectNotAFile'], { changes: inStorage({ FileNamePrefix: 'folder.mp4' }) }],
    ['the settings are wrong', 1, ['fileMissing'], { more: { settingsError: SETTINGS_WRONG } }],
    [
      'updates of cfg.json have a picture that is wrong',
      4,
      ['notAllowed'],
      { changes: { Data: update({ MixerConfig: { MixedVideoLayout: 9 } }) } },
    ],
    [
      'updates of the index have sound that is wrong',
      5,
      ['notAllowed'],
      { index: { ...indexOf(), ...update({ SubscribeConfig: { SubscribeAudio: 7 } }) } },
    ],
    [
      'the updates that were asked for are not there',
      1,
      ['updatesMissing'],
      { more: { updates: 'none.json' } },
    ],
    ['the index that was asked for is not there', 3, ['indexMissing'], { more: { index: 'none.json' } }],
    [
      'a recording is not there, and nothing may be left out',
      1,
      ['recordingSkipped'],
      { index: indexOf([ALICE, BOB, { ...BOB, Name: 'none.mp4' }]), more: { strict: true } },
    ],
    [
      'a recording is empty, and nothing may be left out',
      1,
      ['recordingSkipped'],
      { index: indexOf([ALICE, { ...BOB, Name: 'empty.mp4' }]), more: { strict: true } },
    ],
    [
      'a picture is not there, and nothing may be left out',
      1,
      ['watermarkMissing'],
      {
        changes: { Data: { MixerConfig: { WaterMark: { Type: 2, Image: 'none.png', X: 0, Y: 0 } } } },
        more: { strict: true },
      },
    ],
    ['the index is none', 3, ['indexShape'], { index: { Files: 5 } }],
    ['the index lists nothing', 6, ['noEntries'], { index: indexOf([]) }],
    [
      'no recording is there',
      6,
      ['recordingSkipped', 'noUsableStream'],
      { index: indexOf([{ ...BOB, Name: 'none.mp4' }]) },
    ],
  ])('where %s: %i', async (_, exitCode, codes, { changes, index = indexOf(), more }) => {
    const cfgPath = await put('cfg.json', cfgOf(changes))
    await put(`${JOB_ID}.json`, index)
    await put('bucket/rec/empty.mp4', '')
    for (const name of ['rec/alice.webm', 'rec/bob.mp4', 'folder.mp4/x']) await put(`bucket/${name}`, 'x')
    const validation = await validateJob(requestOf(cfgPath, more))
    expect(validation.findings.map(({ code }) => code)).toEqual(codes)
    expect(validation.exitCode).toBe(exitCode)
  })
})
